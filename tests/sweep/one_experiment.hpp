#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "precipice/format/error.hpp"
#include "precipice/sweep/grid.hpp"
#include "precipice/sweep/plan.hpp"

namespace precipice::testing {

/// The first experiment of a file.
inline Experiment experiment(std::string_view text) {
  return expand(parse_plan(text, "test.toml", "test")).front().experiment;
}

/// The message of the ConfigError that reading it raises.
inline std::string complaint(std::string_view text) {
  try {
    static_cast<void>(experiment(text));
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
