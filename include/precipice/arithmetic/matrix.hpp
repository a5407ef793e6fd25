#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <span>
#include <vector>

#pragma GCC visibility push(default)
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
  /// Precondition: the columns lie side by side.
  [[nodiscard]] std::span<V> row(std::size_t i) const {
    assert(col_stride == 1);
    return {data + i * row_stride, cols};
  }
  [[nodiscard]] MatrixView transposed() const { return {data, cols, rows, col_stride, row_stride}; }
};

/// out(j, i) = in(i, j), element by element; they do not overlap.
template <class V>
void transpose(MatrixView<const V> in, MatrixView<V> out) {
  for (std::size_t i = 0; i < in.rows; ++i) {
    for (std::size_t j = 0; j < in.cols; ++j) out(j, i) = in(i, j);
  }
}

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

}  // namespace precipice
#pragma GCC visibility pop
