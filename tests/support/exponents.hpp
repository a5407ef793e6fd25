#pragma once

#include <limits>
#include <vector>

#include "precipice/format/format.hpp"

namespace precipice::testing {

/// Exponents of scalings: within a format, about its ends, where the engines clamp them (PowerOfTwo), and beyond all.
inline std::vector<int> exponents_for(const Format& f) {
  const int whole = f.emax - f.emin + f.precision;
  std::vector<int> result{0, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()};
  for (const int exponent : {1, 3, f.precision, f.emax, f.emax + f.precision, whole, 250, 251, 2000, 2001}) {
    result.push_back(exponent);
    result.push_back(-exponent);
  }
  return result;
}

}  // namespace precipice::testing
