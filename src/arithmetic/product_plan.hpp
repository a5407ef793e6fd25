#pragma once

#include <cstdint>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/matrix.hpp"

namespace precipice {

/// The multiply-adds that there are for matrix products. Only `plain`, `any` and `fused_any` look at the upper end of
/// the range, the others are without ends; only the last four know more than nearest-even with gradual underflow. Which
/// data a step is exact for is decided once for a whole product.
enum class ProductStep : std::uint8_t {
  normal,        ///< exact products of the carrier, none below the normal range, by columns of at most p bits
  gradual,       ///< exact products of the carrier
  watched,       ///< the same, where only the outcome tells whether a sum leaves the range
  wide,          ///< any finite factors and precision
  plain,         ///< any data
  fused_normal,  ///< finite factors, whose products have no bits below the smallest number
  fused,         ///< finite factors
  directed,      ///< finite factors; a direction that processors have, results may be flushed, zeros have signs
  fused_directed,
  any,  ///< any data, direction and rules
  fused_any,
};

/// How the product of two matrices is computed. The engines outlive it.
template <class T>
struct ProductPlan {
  const Carried<T>& products;  ///< of rounded products; not used by fused steps
  const Carried<T>& sums;
  ProductStep step;
  bool in_binary32 = false;  ///< of doubles, but to be computed in the narrower carrier, for steps without ends

  static ProductPlan rounded_apart(const Carried<T>& products, const Carried<T>& sums, MatrixView<const T> left,
                                   MatrixView<const T> right);
  static ProductPlan fused(const Carried<T>& sums, MatrixView<const T> left, MatrixView<const T> right);
};

}  // namespace precipice
