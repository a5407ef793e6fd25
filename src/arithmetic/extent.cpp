// Reads a matrix once, in vectors: compiled once per vector width by Highway.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "arithmetic/extent.cpp"
#include <hwy/foreach_target.h>

#include "arithmetic/extent.hpp"
#include "arithmetic/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

/// What has been seen, lane by lane. Magnitudes are compared as numbers, so a NaN is turned into an infinity.
template <class T>
struct Seen {
  static constexpr Tag<T> d{};
  static constexpr T infinite = std::numeric_limits<T>::infinity();

  Lanes<T> significands, largest, smallest;

  HWY_INLINE Seen() : significands(hn::Zero(d)), largest(hn::Zero(d)), smallest(hn::Set(d, infinite)) {}
  HWY_INLINE Lanes<T> see(Lanes<T> x) {
    const Lanes<T> magnitude = hn::Abs(x), all = hn::Set(d, infinite);
    significands = hn::Or(significands, magnitude);
    largest = hn::Max(largest, hn::IfThenElse(hn::IsNaN(magnitude), all, magnitude));
    smallest = hn::Min(smallest, hn::IfThenElse(hn::Eq(magnitude, hn::Zero(d)), all, magnitude));
    return magnitude;
  }
};

/// The numbers that lie side by side are `length` long; `count` such lines, `stride` apart. Row sums run along the
/// lines, or across them.
template <class T>
Extent read(const T* data, std::size_t count, std::size_t length, std::size_t stride, bool sums_run_along) {
  using Word = typename Carrier<T>::Bits;
  constexpr Tag<T> d;
  const std::size_t n = hn::Lanes(d);
  Seen<T> seen;
  double row = 0;
  const auto largest_lane = [&](Lanes<T> v) {
    HWY_ALIGN T lanes[widest_lanes<T>];
    hn::Store(v, d, lanes);
    return static_cast<double>(*std::max_element(lanes, lanes + n));
  };
  const auto all_lanes = [&](Lanes<T> v) {
    HWY_ALIGN T lanes[widest_lanes<T>];
    hn::Store(v, d, lanes);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(lanes[i]);
    return sum;
  };
  const auto load = [&](std::size_t line, std::size_t j)
                        HWY_ATTR { return load_some(data + line * stride + j, length - j); };
  if (sums_run_along) {
    for (std::size_t line = 0; line < count; ++line) {
      auto sum = hn::Zero(d);
      for (std::size_t j = 0; j < length; j += n) sum = hn::Add(sum, seen.see(load(line, j)));
      row = std::max(row, all_lanes(sum));
    }
  } else {
    for (std::size_t j = 0; j < length; j += n) {
      auto sum = hn::Zero(d);
      for (std::size_t line = 0; line < count; ++line) sum = hn::Add(sum, seen.see(load(line, j)));
      row = std::max(row, largest_lane(sum));
    }
  }
  Extent result;
  result.largest = largest_lane(seen.largest);
  if (result.largest == 0) return result;
  const double rounding = static_cast<double>(count + length) * std::numeric_limits<T>::epsilon();
  result.row = std::isfinite(result.largest) ? row * (1 + rounding) : result.largest;

  constexpr int stored = Carrier<T>::digits - 1, bias = std::numeric_limits<T>::max_exponent - 1;
  HWY_ALIGN T lanes[widest_lanes<T>];
  hn::Store(seen.significands, d, lanes);
  Word significands = 0;
  for (std::size_t i = 0; i < n; ++i) significands |= precipice::detail::bits_of(lanes[i]);
  significands &= (Word{1} << stored) - 1;
  if (significands != 0) result.bits = stored + 1 - std::countr_zero(significands);
  hn::Store(seen.smallest, d, lanes);
  const Word smallest = precipice::detail::bits_of(*std::min_element(lanes, lanes + n));
  result.bottom = static_cast<int>(smallest >> static_cast<unsigned>(stored)) - bias;
  return result;
}

Extent read_binary64(const double* data, std::size_t count, std::size_t length, std::size_t stride, bool along) {
  return read<double>(data, count, length, stride, along);
}
Extent read_binary32(const float* data, std::size_t count, std::size_t length, std::size_t stride, bool along) {
  return read<float>(data, count, length, stride, along);
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace precipice {
namespace {

HWY_EXPORT(read_binary64);
HWY_EXPORT(read_binary32);

/// Calls read(data, lines, length, stride, whether row sums run along lines); any strides will do.
template <class T, class Read>
Extent lines_of(MatrixView<const T> m, const Read& read) {
  if (m.col_stride == 1) return read(m.data, m.rows, m.cols, m.row_stride, true);
  if (m.row_stride == 1) return read(m.data, m.cols, m.rows, m.col_stride, false);
  std::vector<T> copy;
  for (std::size_t i = 0; i < m.rows; ++i) {
    for (std::size_t j = 0; j < m.cols; ++j) copy.push_back(m(i, j));
  }
  return read(copy.data(), m.rows, m.cols, m.cols, true);
}

}  // namespace

Extent extent(MatrixView<const double> m) { return lines_of(m, HWY_DYNAMIC_DISPATCH(read_binary64)); }

Extent extent(MatrixView<const float> m) { return lines_of(m, HWY_DYNAMIC_DISPATCH(read_binary32)); }

}  // namespace precipice
#endif
