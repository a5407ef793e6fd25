#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/dual.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/matrix_product.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/training/precision.hpp"
#include "precipice/training/sparse_rows.hpp"

// The matrix products of a network: what becomes of their factors first, and how their sums are formed.

namespace precipice {

/// What computes matrix products, and the sums of rows beside them.
template <Arithmetic A>
struct ProductEngines {
  std::optional<A> products;                ///< none: exact products are added by fused multiply-adds
  A sums;                                   ///< partial sums
  std::optional<A> promoted = {};           ///< what partial sums of some terms are added to
  std::int64_t promote_every = 0;           ///< so many
  std::optional<A> operands = {};           ///< into which factors are converted; none: they are taken as they are
  std::optional<A> gradient_operands = {};  ///< the same for factors that are gradients
  OperandScale scale = OperandScale::none;  ///< of factors that are converted

  /// The one whose results come out.
  [[nodiscard]] const A& results() const { return promoted ? *promoted : sums; }
};

/// Room for converted factors and for partial sums. It grows to what is needed in the first pass.
template <class V>
struct ProductRoom {
  std::vector<V> left, right, gradient, partial;
  std::vector<std::int64_t> counts;

  template <class T>
  static std::span<T> first(std::vector<T>& of, std::size_t count) {
    if (of.size() < count) of.resize(count);
    return std::span(of).first(count);
  }
};

// --- scales of factors ----------------------------------------------------------------------------------------------

/// Scales are powers of two that binary32 has as normal numbers.
inline constexpr int least_scale_exponent = -126, largest_scale_exponent = 127;

namespace detail {

/// A positive number c 2^e with 1/2 <= c < 1.
struct Parts {
  double significand;
  std::int64_t exponent;
};
inline Parts parts_of(double x) {
  int exponent = 0;
  const double significand = std::frexp(x, &exponent);
  return {significand, exponent};
}
/// The significand is rounded up to a double, which is above another double exactly if it was before.
inline Parts parts_of(const Exact& x) {
  const std::int64_t exponent = x.top_exponent() + 1;
  const Exact significand = Exact::finite(Sign::positive, x.significand(), x.exponent() - exponent);
  return {to_double(round(significand, binary64, Rounding::toward_positive).value), exponent};
}

inline Parts parts_of(const DualNumber& x) { return parts_of(x.value); }

inline double magnitude_of(double x) { return std::fabs(x); }
inline Exact magnitude_of(const Exact& x) { return x.magnitude(); }
inline DualNumber magnitude_of(const DualNumber& x) { return {std::fabs(x.value), 0}; }

/// x[i] <- x[i] 2^exponent, which must be exact.
inline void multiply_by_power(std::span<double> x, int exponent) {
  const double power = std::ldexp(1.0, exponent);
  for (double& e : x) e *= power;
}
inline void multiply_by_power(std::span<DualNumber> x, int exponent) {
  for (DualNumber& e : x) e = Dual::scale(e, exponent);
}
inline void multiply_by_power(std::span<Exact> x, int exponent) {
  for (Exact& e : x) {
    if (e.kind() == Exact::Kind::finite) e = Exact::finite(e.sign(), e.significand(), e.exponent() + exponent);
  }
}

}  // namespace detail

/// The largest s for which 2^s times the largest magnitude of x is at most `largest`, the largest number of a format;
/// within the range of scales. 0 if x has something that is not finite, or nothing but zeros.
template <class V>
int scale_exponent(double largest, std::span<const V> x) {
  V amax{};
  for (const V& e : x) {
    if (!is_finite_number(e)) return 0;
    if (is_less(amax, detail::magnitude_of(e))) amax = detail::magnitude_of(e);
  }
  if (is_zero(amax)) return 0;
  const detail::Parts top = detail::parts_of(largest), own = detail::parts_of(amax);
  const std::int64_t s = top.exponent - own.exponent - (own.significand > top.significand ? 1 : 0);
  return static_cast<int>(std::clamp<std::int64_t>(s, least_scale_exponent, largest_scale_exponent));
}

/// out[i] = x[i], converted: the nearest number of a format, or, scaled, the nearest of its numbers times 2^-s.
template <Arithmetic A>
class OperandConverter {
 public:
  using V = typename A::Value;
  OperandConverter(A engine, OperandScale scale) : a_(std::move(engine)), scale_(scale) {
    if (scale_ != OperandScale::none) largest_ = to_double(largest_finite(a_.format()));
  }

  void convert(std::span<const V> x, std::span<V> out) const {
    const int exponent = scale_ == OperandScale::none ? 0 : scale_exponent(largest_, x);
    if (exponent == 0) return each(a_, Elementwise::convert, {x}, out);
    scale(a_, x, exponent, out);
    detail::multiply_by_power(out, -exponent);  // exact: the format lies within binary32
  }

 private:
  A a_;
  OperandScale scale_;
  double largest_ = 0;
};

// --- products -------------------------------------------------------------------------------------------------------

/// Matrix products and sums of rows, each partial sum rounded by `sums`, k rising. With promotion
///
///   P = 0; after `promote_every` terms and after the last: P <- fl(P + s), s <- 0
///
/// where s is the partial sum and P the result, rounded by `promoted`.
template <Arithmetic A>
class MatrixProducts {
 public:
  using V = typename A::Value;

  explicit MatrixProducts(const ProductEngines<A>& engines)
      : a_(engines),
        // Exact products, unlike rounded ones, may vanish against a sum as a -0 that the next zero takes back.
        skips_zeros_(a_.products && !a_.promoted && may_skip_zeros(*a_.products, a_.sums)) {
    if (a_.operands) of_operands_.emplace(*a_.operands, a_.scale);
    if (a_.gradient_operands) of_gradients_.emplace(*a_.gradient_operands, a_.scale);
  }

  /// Whether products with zeros need not be computed; then sparse ones have the same bits.
  [[nodiscard]] bool skips_zeros() const { return skips_zeros_; }
  [[nodiscard]] const A& products() const { return *a_.products; }
  [[nodiscard]] const A& sums() const { return a_.sums; }
  /// The engine whose results come out.
  [[nodiscard]] const A& results() const { return a_.results(); }

  /// A factor as products take it: itself, or a copy in `room`. Rows lie one behind the other.
  [[nodiscard]] MatrixView<const V> operand(MatrixView<const V> x, std::vector<V>& room) const {
    return converted(of_operands_, x, room);
  }
  [[nodiscard]] MatrixView<const V> gradient_operand(MatrixView<const V> x, std::vector<V>& room) const {
    return converted(of_gradients_, x, room);
  }

  // No member is called as a kernel is: its name would hide the kernels of engines that are declared later.

  /// out = left right, the factors as they are given; rows of `out` lie one behind the other.
  void multiply_into(MatrixView<const V> left, MatrixView<const V> right, MatrixView<V> out,
                     ProductRoom<V>& room) const {
    in_parts(left.cols, out, room, [&](std::size_t first, std::size_t count, MatrixView<V> sums) {
      whole({&left.data[first * left.col_stride], left.rows, count, left.row_stride, left.col_stride},
            {&right.data[first * right.row_stride], count, right.cols, right.row_stride, right.col_stride}, sums);
    });
  }

  /// sums[j]: of column j of `rows`.
  void add_up_rows_into(MatrixView<const V> rows, std::span<V> sums, ProductRoom<V>& room) const {
    in_parts(rows.rows, MatrixView<V>(sums.data(), 1, sums.size()), room,
             [&](std::size_t first, std::size_t count, MatrixView<V> part) {
               const MatrixView<const V> some(rows.data + first * rows.row_stride, count, rows.cols, rows.row_stride,
                                              rows.col_stride);
               add_up_rows(a_.sums, some, part.row(0));
             });
  }

  /// sums(g, :): of the rows whose group is g, by rising index.
  void add_up_groups(MatrixView<const V> rows, std::span<const std::uint32_t> groups, MatrixView<V> sums,
                     ProductRoom<V>& room) const {
    MatrixView<V> parts = sums;
    const std::span<V> all(sums.data, sums.rows * sums.cols);
    std::ranges::fill(all, V{});
    const std::span<std::int64_t> counts = ProductRoom<V>::first(room.counts, sums.rows);
    std::ranges::fill(counts, 0);
    if (a_.promoted) {
      parts = MatrixView<V>(ProductRoom<V>::first(room.partial, all.size()).data(), sums.rows, sums.cols);
      std::fill_n(parts.data, all.size(), V{});
    }
    const auto promote = [&](std::size_t group) {
      each(*a_.promoted, Elementwise::add, {sums.row(group), parts.row(group)}, sums.row(group));
      std::ranges::fill(parts.row(group), V{});
      counts[group] = 0;
    };
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const std::size_t group = groups[i];
      each(a_.sums, Elementwise::add, {parts.row(group), rows.row(i)}, parts.row(group));
      if (++counts[group] == a_.promote_every && a_.promoted) promote(group);
    }
    if (!a_.promoted) return;
    for (std::size_t group = 0; group < sums.rows; ++group) {
      if (counts[group] != 0) promote(group);
    }
  }

 private:
  static MatrixView<const V> converted(const std::optional<OperandConverter<A>>& by, MatrixView<const V> x,
                                       std::vector<V>& room) {
    if (!by) return x;
    const std::span<V> copy = ProductRoom<V>::first(room, x.rows * x.cols);
    by->convert({x.data, copy.size()}, copy);
    return {copy.data(), x.rows, x.cols};
  }

  void whole(MatrixView<const V> left, MatrixView<const V> right, MatrixView<V> out) const {
    if (a_.products) {
      multiply(*a_.products, a_.sums, left, right, out);
    } else {
      multiply_fused(a_.sums, left, right, out);
    }
  }

  /// sum(first, count, where): terms [first, first + count) of every sum.
  template <class Sum>
  void in_parts(std::size_t terms, MatrixView<V> out, ProductRoom<V>& room, const Sum& sum) const {
    if (!a_.promoted) return sum(0, terms, out);
    const std::span<V> results(out.data, out.rows * out.cols);
    const std::span<V> partial = ProductRoom<V>::first(room.partial, results.size());
    const auto most = static_cast<std::size_t>(a_.promote_every);
    std::ranges::fill(results, V{});
    for (std::size_t first = 0; first < terms; first += most) {
      sum(first, std::min(most, terms - first), MatrixView<V>(partial.data(), out.rows, out.cols));
      each(*a_.promoted, Elementwise::add, {results, partial}, results);
    }
  }

  ProductEngines<A> a_;
  bool skips_zeros_;
  std::optional<OperandConverter<A>> of_operands_, of_gradients_;
};

}  // namespace precipice
