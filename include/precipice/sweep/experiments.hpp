#pragma once

#include <span>
#include <string>
#include <string_view>

#include "precipice/sweep/plan.hpp"

namespace precipice {

/// An experiment that comes with the program: src/experiments/<name>.toml.
struct BuiltInExperiment {
  std::string_view name;
  std::string_view text;  ///< TOML; its comment begins with one line that says what it shows
};

/// All of them, in the order in which they are best read.
std::span<const BuiltInExperiment> built_in_experiments();

/// The experiment of this name, nullptr if there is none.
const BuiltInExperiment* find_experiment(std::string_view name);

/// "; did you mean 'X'?" with the nearest name, if one is near.
std::string did_you_mean_experiment(std::string_view typed);

/// The first line of its comment.
std::string_view summary_of(const BuiltInExperiment& experiment);

/// Its plan.
Plan plan_of(const BuiltInExperiment& experiment);

/// What is run when nothing is named: digits.
const BuiltInExperiment& default_experiment();

}  // namespace precipice
