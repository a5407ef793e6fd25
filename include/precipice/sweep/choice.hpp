#pragma once

#include <span>
#include <string>
#include <string_view>

#include "precipice/sweep/plan.hpp"

namespace precipice {

/// The plan of an experiment file, or of the built-in experiment of this name, a word without '/' and '.'; of the
/// default one if the name is empty. Throws ConfigError for an unknown name, and as read_plan.
Plan plan_called(const std::string& file);

/// The one variant and the one value of each axis become settings. Throws ConfigError for a plan with more, with the
/// reason in words: "train makes one run".
void settle(Plan& plan, std::string_view reason);

/// A plan for one run: a built-in experiment without its axes, in the variant that an assignment of sweep.variant
/// chooses, or a file that has one variant at most and one value on each axis. Throws as settle.
Plan single_plan(const std::string& file, std::span<const std::string> assignments, std::string_view reason);

}  // namespace precipice
