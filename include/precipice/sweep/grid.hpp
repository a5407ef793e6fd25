#pragma once

#include <optional>
#include <string>
#include <vector>

#include "precipice/sweep/plan.hpp"

namespace precipice {

/// One point of a sweep.
struct Cell {
  Experiment experiment;
  std::string key;
  std::string variant;                            ///< its name; empty without
  std::vector<std::optional<Value>> coordinates;  ///< one per axis; nothing where an `also` point does not set it
};

/// Every cell of a plan in grid order (variant by variant, the last axis fastest, then the points of `also`), each once
/// in a variant. All are checked; throws ConfigError for what cannot be run, and for more than a million.
std::vector<Cell> expand(const Plan& plan);

/// Multiply-adds of a whole run, to order cells by size and to share out progress; an estimate.
double estimated_work(const Experiment& experiment);

}  // namespace precipice
