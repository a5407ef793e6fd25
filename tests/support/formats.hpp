#pragma once

#include <vector>

#include "precipice/format/format.hpp"

namespace precipice::testing {

/// Every IEEE-like format of at most `widest` bits (sign, exponent, trailing significand), precision 1 included.
inline std::vector<Format> formats_up_to(int widest, int least_precision = 1) {
  std::vector<Format> result;
  for (int exponent_bits = 2; exponent_bits < widest; ++exponent_bits) {
    for (int precision = least_precision; exponent_bits + precision <= widest; ++precision) {
      result.push_back(ieee_like(precision, exponent_bits));
    }
  }
  return result;
}

}  // namespace precipice::testing
