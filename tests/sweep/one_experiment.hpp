#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "precipice/format/error.hpp"
#include "precipice/sweep/grid.hpp"
#include "precipice/sweep/plan.hpp"

namespace precipice::testing {

/// What is learned in a moment: ten points with random labels. The beginning of a file.
inline constexpr std::string_view small_task = R"(
[task]
name = "random-labels"
samples = 10
inputs = 3
classes = 4
[model]
hidden = [5]
)";

/// The first experiment of a file.
inline Experiment experiment(std::string_view text) {
  return expand(parse_plan(text, "test.toml", "test")).front().experiment;
}

/// The message of the ConfigError that is raised by reading it, with an assignment if there is one, and expanding it.
inline std::string complaint(std::string_view text, const std::string& assignment = "") {
  try {
    Plan plan = parse_plan(text, "test.toml", "test");
    if (!assignment.empty()) override_setting(plan, assignment);
    static_cast<void>(expand(plan));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no complaint";
}

/// Whether a setting is part of an experiment's identity.
inline bool has_key(const Experiment& e, std::string_view name) {
  const auto all = identity(e);
  return std::ranges::any_of(all, [&](const auto& named) { return named.first == name; });
}

}  // namespace precipice::testing
