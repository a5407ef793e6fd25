#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace precipice::testing {

/// A dense symmetric matrix and its eigenvalues by Jacobi's rotations: slow, and good to a few ulps of the largest.
struct SymmetricMatrix {
  std::size_t size;
  std::vector<double> elements;

  explicit SymmetricMatrix(std::size_t n) : size(n), elements(n * n) {}
  double& operator()(std::size_t i, std::size_t j) { return elements[i * size + j]; }
  double operator()(std::size_t i, std::size_t j) const { return elements[i * size + j]; }

  void multiply(std::span<const double> x, std::span<double> y) const {
    for (std::size_t i = 0; i < size; ++i) {
      y[i] = 0;
      for (std::size_t j = 0; j < size; ++j) y[i] += (*this)(i, j) * x[j];
    }
  }

  [[nodiscard]] double largest_eigenvalue() const {
    SymmetricMatrix a = *this;
    for (int sweep = 0; sweep < 30; ++sweep) {
      for (std::size_t p = 0; p < size; ++p) {
        for (std::size_t q = p + 1; q < size; ++q) a.rotate(p, q);
      }
    }
    double largest = a(0, 0);
    for (std::size_t i = 1; i < size; ++i) largest = std::max(largest, a(i, i));
    return largest;
  }

 private:
  /// Makes element (p, q) zero.
  void rotate(std::size_t p, std::size_t q) {
    if ((*this)(p, q) == 0) return;
    const double theta = ((*this)(q, q) - (*this)(p, p)) / (2 * (*this)(p, q));
    const double t = (theta < 0 ? -1.0 : 1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
    const double c = 1 / std::sqrt(t * t + 1), s = t * c;
    for (std::size_t k = 0; k < size; ++k) {
      const double kp = (*this)(k, p), kq = (*this)(k, q);
      (*this)(k, p) = c * kp - s * kq;
      (*this)(k, q) = s * kp + c * kq;
    }
    for (std::size_t k = 0; k < size; ++k) {
      const double pk = (*this)(p, k), qk = (*this)(q, k);
      (*this)(p, k) = c * pk - s * qk;
      (*this)(q, k) = s * pk + c * qk;
    }
  }
};

}  // namespace precipice::testing
