#pragma once

#include <cassert>
#include <cstddef>
#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice {

/// A window on rows x cols values; strides in values. A transposed view is a swap of strides.
template <class V>
struct MatrixView {
  V* data;
  std::size_t rows, cols;
  std::size_t row_stride, col_stride;

  MatrixView(V* values, std::size_t row_count, std::size_t col_count)
      : MatrixView(values, row_count, col_count, col_count, 1) {}
  MatrixView(V* values, std::size_t row_count, std::size_t col_count, std::size_t down, std::size_t across)
      : data(values), rows(row_count), cols(col_count), row_stride(down), col_stride(across) {}
  template <class W>
  requires std::same_as<const W, V> MatrixView(
      const MatrixView<W>& other)  // NOLINT(google-explicit-constructor): writable to read-only
      : MatrixView(other.data, other.rows, other.cols, other.row_stride, other.col_stride) {}

  V& operator()(std::size_t i, std::size_t j) const { return data[i * row_stride + j * col_stride]; }
  [[nodiscard]] MatrixView transposed() const { return {data, cols, rows, col_stride, row_stride}; }
};

/// rows x cols values, row by row.
template <class V>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t cols) : rows_(rows), cols_(cols), values_(rows * cols) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t cols() const { return cols_; }
  V& operator()(std::size_t i, std::size_t j) { return values_[i * cols_ + j]; }
  const V& operator()(std::size_t i, std::size_t j) const { return values_[i * cols_ + j]; }
  V* row(std::size_t i) { return values_.data() + i * cols_; }
  const V* row(std::size_t i) const { return values_.data() + i * cols_; }
  std::vector<V>& values() { return values_; }
  const std::vector<V>& values() const { return values_; }

  MatrixView<V> view() { return {values_.data(), rows_, cols_}; }
  MatrixView<const V> view() const { return {values_.data(), rows_, cols_}; }
  /// The first `count` rows.
  MatrixView<V> top(std::size_t count) { return {values_.data(), count, cols_}; }
  MatrixView<const V> top(std::size_t count) const { return {values_.data(), count, cols_}; }

 private:
  std::size_t rows_ = 0, cols_ = 0;
  std::vector<V> values_;
};

template <class V>
void check_product_shapes([[maybe_unused]] MatrixView<const V> left, [[maybe_unused]] MatrixView<const V> right,
                          [[maybe_unused]] MatrixView<V> out) {
  assert(left.cols == right.rows && out.rows == left.rows && out.cols == right.cols);
}

/// out = left right, every product and every partial sum rounded: out(i, j) = (((0 + l(i,0) r(0,j)) + l(i,1) r(1,j)) +
/// ...), k rising. out overlaps neither factor.
template <Arithmetic A>
void multiply(const A& a, MatrixView<const typename A::Value> left, MatrixView<const typename A::Value> right,
              MatrixView<typename A::Value> out) {
  using V = typename A::Value;
  check_product_shapes<V>(left, right, out);
  for (std::size_t i = 0; i < out.rows; ++i) {
    for (std::size_t j = 0; j < out.cols; ++j) {
      V sum{};
      for (std::size_t k = 0; k < left.cols; ++k) sum = a.add(sum, a.mul(left(i, k), right(k, j)));
      out(i, j) = std::move(sum);
    }
  }
}

/// The same bits, in vectors: columns of the result side by side, so the order of k is untouched.
void multiply(const Native<double>& a, MatrixView<const double> left, MatrixView<const double> right,
              MatrixView<double> out);
/// As above while the products are exact in the carrier (the factors' significands have together at most 53 bits, which
/// is looked up in the data); else element by element.
void multiply(const Carried<double>& a, MatrixView<const double> left, MatrixView<const double> right,
              MatrixView<double> out);

}  // namespace precipice
