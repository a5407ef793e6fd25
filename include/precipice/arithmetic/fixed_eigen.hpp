#pragma once

#include <Eigen/Core>

#include "precipice/arithmetic/fixed.hpp"

/// Fixed as a scalar of Eigen: matrices, products, decompositions, correctly rounded in every step. For those who
/// have Eigen; the library itself does without.
///
/// The orders of sums are Eigen's. They are those that it has for float where it does not vectorise
/// (EIGEN_DONT_VECTORIZE), up to the sizes at which it cuts a product into blocks of the size of a cache. So the
/// costs below are those of float: Eigen chooses orders by them.
template <precipice::Format F>
struct Eigen::NumTraits<precipice::Fixed<F>> : GenericNumTraits<precipice::Fixed<F>> {
  using Real = precipice::Fixed<F>;

  /// What isApprox() and its kin tolerate by default: 2^-(3p/4), about as much as Eigen has for float and double.
  static Real dummy_precision() {
    return Real(precipice::Exact::finite(precipice::Sign::positive, 1, -(3 * F.precision / 4)));
  }
  static Real lowest() { return std::numeric_limits<Real>::lowest(); }
};
