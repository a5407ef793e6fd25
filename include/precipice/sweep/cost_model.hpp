#pragma once

#include <map>
#include <span>
#include <string>

#include "precipice/sweep/grid.hpp"

namespace precipice {

/// Seconds that cells take on this machine: estimated_work, times what a unit of it takes on engines of the cell's
/// kind. Timed on a short piece of the first cell of each kind, so it decides nothing but an order and what people are
/// told.
class CostModel {
 public:
  /// How long each kind is timed, in seconds.
  static constexpr double briefly = 0.05, well = 0.2;

  CostModel(std::span<const Cell* const> cells, double enough);

  /// Of a cell of one of these kinds.
  [[nodiscard]] double seconds(const Experiment& experiment) const;

 private:
  std::map<std::string, double> seconds_per_work_;  ///< by engines
};

}  // namespace precipice
