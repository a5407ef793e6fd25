#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "precipice/arithmetic/matrix.hpp"

namespace precipice::testing {

/// What stands before and behind data in their allocation. With nothing behind, a sanitizer sees who reads or writes
/// there; with one element before, no vector of them is aligned.
struct Frame {
  std::size_t before, after;
};
inline constexpr Frame all_frames[] = {{1, 1}, {1, 0}, {0, 0}};

/// An array, or the rows of a matrix, in an allocation of exactly the size that it needs; everything around them and
/// between them is a guard.
template <class T>
class Framed {
 public:
  Framed(std::size_t count, const Frame& frame) : Framed(1, count, count, frame) {}
  Framed(std::size_t rows, std::size_t cols, std::size_t stride, const Frame& frame)
      : rows_(rows),
        cols_(cols),
        stride_(stride),
        before_(frame.before),
        all_(frame.before + (rows == 0 ? 0 : (rows - 1) * stride + cols) + frame.after, guard) {}

  /// A copy of as many elements, which are only read: no guard stands behind them.
  Framed(std::span<const T> values, const Frame& frame) : Framed(values.size(), {frame.before, 0}) { fill(values); }

  [[nodiscard]] std::span<T> span() { return std::span(all_).subspan(before_, cols_); }
  [[nodiscard]] MatrixView<T> view() { return {all_.data() + before_, rows_, cols_, stride_, 1}; }
  [[nodiscard]] MatrixView<const T> view() const { return {all_.data() + before_, rows_, cols_, stride_, 1}; }

  /// Row by row, from values that lie `stride` apart in their rows.
  void fill(std::span<const T> values, std::size_t stride = 0) {
    for (std::size_t i = 0; i < rows_; ++i) {
      for (std::size_t j = 0; j < cols_; ++j) view()(i, j) = values[i * stride + j];
    }
  }

  /// Whether all guards stand.
  [[nodiscard]] bool is_untouched() const {
    for (std::size_t at = 0; at < all_.size(); ++at) {
      const bool is_outside = at < before_ || rows_ == 0 ||
                              (at - before_) / std::max<std::size_t>(stride_, 1) >= rows_ ||
                              (at - before_) % std::max<std::size_t>(stride_, 1) >= cols_;
      if (is_outside && all_[at] != guard) return false;
    }
    return true;
  }

 private:
  static constexpr T guard = static_cast<T>(77);

  std::size_t rows_, cols_, stride_, before_;
  std::vector<T> all_;
};

}  // namespace precipice::testing
