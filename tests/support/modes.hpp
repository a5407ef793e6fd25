#pragma once

#include <initializer_list>
#include <vector>

#include "precipice/rounding/rounding.hpp"

namespace precipice::testing {

/// Every direction but stochastic, with one or the other tininess.
inline std::vector<Mode> modes_with(std::initializer_list<Tininess> tininesses) {
  std::vector<Mode> result;
  for (const Tininess tininess : tininesses) {
    for (const Rounding direction : deterministic_roundings()) result.emplace_back(direction, tininess);
  }
  return result;
}
inline std::vector<Mode> usual_modes() { return modes_with({Tininess::after_rounding}); }
inline std::vector<Mode> all_modes() { return modes_with({Tininess::after_rounding, Tininess::before_rounding}); }

}  // namespace precipice::testing
