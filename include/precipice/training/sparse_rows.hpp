#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/value.hpp"

// Matrix products whose left factor is mostly zeros, such as one-hot tokens: a sample's row of the product is the sum
// of a few rows of the right factor. Only where that has the bits of the whole product.

namespace precipice {

/// Where the entries of a matrix lie that are not zero, row by row, columns rising.
class SparseRows {
 public:
  /// Room for so many entries.
  void reserve(std::size_t rows, std::size_t entries) {
    ends_.reserve(rows);
    columns_.reserve(entries);
  }

  template <class V>
  void find(MatrixView<const V> m) {
    ends_.clear();
    columns_.clear();
    for (std::size_t i = 0; i < m.rows; ++i) {
      for (std::size_t j = 0; j < m.cols; ++j) {
        if (!is_zero(m(i, j))) columns_.push_back(static_cast<std::uint32_t>(j));
      }
      ends_.push_back(columns_.size());
    }
  }

  [[nodiscard]] std::span<const std::uint32_t> row(std::size_t i) const {
    const std::size_t first = i == 0 ? 0 : ends_[i - 1];
    return std::span(columns_).subspan(first, ends_[i] - first);
  }

 private:
  std::vector<std::size_t> ends_;
  std::vector<std::uint32_t> columns_;
};

/// The most entries of a row that are not zero.
inline std::size_t most_entries(const Matrix<double>& m) {
  std::size_t most = 0;
  for (std::size_t i = 0; i < m.rows(); ++i) {
    const auto zeros = static_cast<std::size_t>(std::count(m.row(i), m.row(i) + m.cols(), 0.0));
    most = std::max(most, m.cols() - zeros);
  }
  return most;
}

/// Whether a product 0 y, y finite, may be left out of a sum that begins at +0. It is +0 or -0, exactly, and a sum that
/// is a number of its format stays what it is, unless
/// - it is a zero of the other sign: +0 + -0 is -0 toward negative; and -0 + +0 is +0, but no sum is ever -0: one that
///   begins at +0 becomes -0 only toward negative, or where a tiny negative result is rounded or flushed to zero, which
///   a sum of two numbers of its own format with gradual underflow never is;
/// - the format takes subnormal operands for zeros, so that a subnormal sum is lost with the next addition;
/// - or every operation uses up a random number.
template <Arithmetic A>
bool may_skip_zeros(const A& products, const A& sums) {
  const Format &of_products = products.format(), &of_sums = sums.format();
  const bool draws = products.rounding() == Rounding::stochastic || sums.rounding() == Rounding::stochastic;
  return !draws && has_zero(of_products) && has_sign(of_products) && has_negative_zero(of_sums) &&
         contains(of_sums, of_products) && sums.rounding() != Rounding::toward_negative &&
         of_sums.subnormals == Subnormals::gradual;
}

inline bool is_finite_number(double x) { return std::isfinite(x); }
inline bool is_finite_number(const Exact& x) { return x.is_finite(); }

template <class V>
bool are_finite(std::span<const V> values) {
  return std::ranges::all_of(values, [](const V& x) { return is_finite_number(x); });
}

/// out = left right, as multiply has it, for may_skip_zeros(products, sums) and a finite right factor. `entries`: of
/// left; `room`: a row of the result.
template <Arithmetic A>
void multiply_sparse(const A& products, const A& sums, const SparseRows& entries,
                     MatrixView<const typename A::Value> left, MatrixView<const typename A::Value> right,
                     MatrixView<typename A::Value> out, std::span<typename A::Value> room) {
  for (std::size_t i = 0; i < out.rows; ++i) {
    std::ranges::fill(out.row(i), typename A::Value{});
    for (const std::uint32_t k : entries.row(i)) {
      each(products, Elementwise::mul, {std::span(&left(i, k), 1), right.row(k)}, room);
      each(sums, Elementwise::add, {out.row(i), room}, out.row(i));
    }
  }
}

/// out = left^T right, likewise.
template <Arithmetic A>
void multiply_sparse_transposed(const A& products, const A& sums, const SparseRows& entries,
                                MatrixView<const typename A::Value> left, MatrixView<const typename A::Value> right,
                                MatrixView<typename A::Value> out, std::span<typename A::Value> room) {
  for (std::size_t k = 0; k < out.rows; ++k) std::ranges::fill(out.row(k), typename A::Value{});
  for (std::size_t i = 0; i < right.rows; ++i) {
    for (const std::uint32_t k : entries.row(i)) {
      each(products, Elementwise::mul, {std::span(&left(i, k), 1), right.row(i)}, room);
      each(sums, Elementwise::add, {out.row(k), room}, out.row(k));
    }
  }
}

}  // namespace precipice
