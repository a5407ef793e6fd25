#pragma once

#include <functional>
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

/// What is known of a cell, by its key: nothing if it is not finished.
using KnownOnsets = std::function<std::optional<Onsets>(const std::string& key)>;

/// The cells of a plan with a refinement: those of the grid; and between them those that follow from what is known,
/// known or not. A function of what the finished cells say, whoever computed them in whatever order: a cell that is not
/// known divides nothing, so with more and more known more and more follow, until all are. Line by line along the axis,
/// in the order of their first cells, each by rising values; without a refinement the same as `expand`.
std::vector<Cell> expand(const Plan& plan, const KnownOnsets& known);

/// The same, line by line; every cell of the grid and of `also` that stands in no line is a line of its own. What
/// follows in a line depends on nothing in another.
std::vector<std::vector<Cell>> lines(const Plan& plan, const KnownOnsets& known);

/// Every cell of a plan in grid order (variant by variant, the last axis fastest, then the points of `also`), each once
/// in a variant. All are checked; throws ConfigError for what cannot be run, and for more than a million.
std::vector<Cell> expand(const Plan& plan);

/// Multiply-adds of a whole run, to order cells by size and to share out progress; an estimate.
double estimated_work(const Experiment& experiment);

}  // namespace precipice
