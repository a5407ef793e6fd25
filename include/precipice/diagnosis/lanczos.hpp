#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace precipice {

/// y = A x, A symmetric. x and y do not overlap.
using SymmetricOperator = std::function<void(std::span<const double> x, std::span<double> y)>;

struct LanczosLimits {
  double tolerance = 1e-4;     ///< of the residual, relative to the eigenvalue
  std::size_t products = 200;  ///< of the operator with a vector, at most
};

/// A Ritz pair: `value` is never above the largest eigenvalue but for roundings, and some eigenvalue is within
/// `residual` of it, the norm of A y - value y, |y| = 1.
struct RitzPair {
  double value, residual;
  std::size_t products;
  bool is_settled;  ///< residual <= tolerance |value|
};

/// The largest (not the largest in magnitude) eigenvalue, by Lanczos's method from `start`, each new vector made
/// orthogonal to all before it twice (Golub and Van Loan, section 10.3). The error of the value is at most the
/// residual, and of the order of its square over the distance to the next eigenvalue, provided that `start` is not
/// orthogonal to the eigenvector. Binary64, sums by rising index: the same bits everywhere. `start` has at least one
/// element and is not zero. NaN if the operator gives any.
RitzPair largest_eigenvalue(const SymmetricOperator& apply, std::vector<double> start,
                            const LanczosLimits& limits = {});

}  // namespace precipice
