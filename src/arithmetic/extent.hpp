#pragma once

#include "precipice/arithmetic/matrix.hpp"

namespace precipice {

/// What all numbers of a matrix have in common.
struct Extent {
  int bits = 1;              ///< of the longest significand
  int bottom = no_exponent;  ///< the smallest exponent floor(log2 |x|) of a number other than zero
  double largest = 0;        ///< the largest magnitude; infinite if there is a NaN
  double row = 0;            ///< at least the largest sum of a row's magnitudes, and little more

  static constexpr int no_exponent = 100'000;
};

// Subnormal numbers of the carrier count as zeros of the least exponent.
Extent extent(MatrixView<const double> m);
Extent extent(MatrixView<const float> m);

}  // namespace precipice
