#pragma once

#include <cassert>
#include <compare>
#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/elementwise.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/sum.hpp"

// Each operation stands here for any engine, element by element, and once more for those that work on vectors, with the
// same bits. Large arrays are shared out to threads that are free.

namespace precipice {

/// How x compares with y (IEEE 754-2019, clause 5.11): zeros are equal, a NaN is unordered with everything.
enum class Comparison : std::int8_t { less = -1, equal = 0, greater = 1, unordered = 2 };

constexpr Comparison comparison(std::partial_ordering order) {
  if (order == std::partial_ordering::unordered) return Comparison::unordered;
  return order < 0 ? Comparison::less : order > 0 ? Comparison::greater : Comparison::equal;
}

namespace detail {

/// Arrays x, y, z as an operation takes them; an array of one element stands for as many as `out` has.
template <class V>
struct ArrayOperands {
  std::span<const V> x, y = {}, z = {};

  static const V& at(std::span<const V> array, std::size_t i) { return array[array.size() == 1 ? 0 : i]; }
};

template <Arithmetic A>
typename A::Value one_result(const A& a, Elementwise operation, const ArrayOperands<typename A::Value>& in,
                             std::size_t i) {
  const auto at = [&](std::span<const typename A::Value> array) -> decltype(auto) { return in.at(array, i); };
  switch (operation) {
    case Elementwise::convert: return a.convert(at(in.x));
    case Elementwise::sqrt: return a.sqrt(at(in.x));
    case Elementwise::exp: return a.exp(at(in.x));
    case Elementwise::log: return a.log(at(in.x));
    case Elementwise::tanh: return a.tanh(at(in.x));
    case Elementwise::sigmoid: return a.sigmoid(at(in.x));
    case Elementwise::add: return a.add(at(in.x), at(in.y));
    case Elementwise::sub: return a.sub(at(in.x), at(in.y));
    case Elementwise::mul: return a.mul(at(in.x), at(in.y));
    case Elementwise::div: return a.div(at(in.x), at(in.y));
    case Elementwise::max: return a.max(at(in.x), at(in.y));
    case Elementwise::fma: break;
  }
  return a.fma(at(in.x), at(in.y), at(in.z));
}

}  // namespace detail

/// out[i] = operation(x[i], y[i], z[i]), with as many operands as the operation has. An operand has as many elements as
/// `out`, or one that stands for all. `out` may be one of the operands, but not overlap one otherwise.
template <Arithmetic A>
void each(const A& a, Elementwise operation, const detail::ArrayOperands<typename A::Value>& in,
          std::span<typename A::Value> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = detail::one_result(a, operation, in, i);
}
template <std::floating_point T>
void each(const Native<T>& a, Elementwise operation, const detail::ArrayOperands<std::type_identity_t<T>>& in,
          std::span<std::type_identity_t<T>> out);
template <std::floating_point T>
void each(const Carried<T>& a, Elementwise operation, const detail::ArrayOperands<std::type_identity_t<T>>& in,
          std::span<std::type_identity_t<T>> out);

/// out[i] = x[i] * 2^exponent. Of equal length; `out` may be `x`.
template <Arithmetic A>
void scale(const A& a, std::span<const typename A::Value> x, int exponent, std::span<typename A::Value> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = a.scale(x[i], exponent);
}
template <std::floating_point T>
void scale(const Carried<T>& a, std::span<const std::type_identity_t<T>> x, int exponent,
           std::span<std::type_identity_t<T>> out);

/// out[i]: how x[i] compares with y[i]. An operand has as many elements as `out`, or one that stands for all.
template <Arithmetic A>
void compare(const A& a, std::span<const typename A::Value> x, std::span<const typename A::Value> y,
             std::span<Comparison> out) {
  using Operands = detail::ArrayOperands<typename A::Value>;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = comparison(a.compare(Operands::at(x, i), Operands::at(y, i)));
}
template <std::floating_point T>
void compare(const Native<T>& a, std::span<const std::type_identity_t<T>> x, std::span<const std::type_identity_t<T>> y,
             std::span<Comparison> out);
template <std::floating_point T>
void compare(const Carried<T>& a, std::span<const std::type_identity_t<T>> x,
             std::span<const std::type_identity_t<T>> y, std::span<Comparison> out);

/// rows(i, j) <- rows(i, j) + addends[j].
template <Arithmetic A>
void add_to_rows(const A& a, std::span<const typename A::Value> addends, MatrixView<typename A::Value> rows) {
  for (std::size_t i = 0; i < rows.rows; ++i) {
    for (std::size_t j = 0; j < rows.cols; ++j) rows(i, j) = a.add(rows(i, j), addends[j]);
  }
}

/// sums[j] = ((0 + rows(0, j)) + rows(1, j)) + ...
template <Arithmetic A>
void add_up_rows(const A& a, MatrixView<const typename A::Value> rows, std::span<typename A::Value> sums) {
  for (std::size_t j = 0; j < rows.cols; ++j) {
    sums[j] = typename A::Value{};
    for (std::size_t i = 0; i < rows.rows; ++i) sums[j] = a.add(sums[j], rows(i, j));
  }
}

/// sums[j] = the sum of column j of `terms`, which has at least one row, in an order that begins with row marked[j] if
/// it begins with a marked one. `marked` has an element per column, or one for all.
template <Arithmetic A>
void sum_columns(const A& a, MatrixView<const typename A::Value> terms, const SumOrder& order,
                 std::span<const std::uint32_t> marked, std::span<typename A::Value> sums) {
  std::vector<typename A::Value> column(terms.rows), room;
  for (std::size_t j = 0; j < terms.cols; ++j) {
    for (std::size_t i = 0; i < terms.rows; ++i) column[i] = terms(i, j);
    sums[j] = sum<A>(a, column, order, marked[marked.size() == 1 ? 0 : j], room);
  }
}

// In vectors. Precondition: the columns lie side by side.
template <std::floating_point T>
void add_to_rows(const Native<T>& a, std::span<const std::type_identity_t<T>> addends,
                 MatrixView<std::type_identity_t<T>> rows);
template <std::floating_point T>
void add_to_rows(const Carried<T>& a, std::span<const std::type_identity_t<T>> addends,
                 MatrixView<std::type_identity_t<T>> rows);
template <std::floating_point T>
void add_up_rows(const Native<T>& a, MatrixView<const std::type_identity_t<T>> rows,
                 std::span<std::type_identity_t<T>> sums);
template <std::floating_point T>
void add_up_rows(const Carried<T>& a, MatrixView<const std::type_identity_t<T>> rows,
                 std::span<std::type_identity_t<T>> sums);
template <std::floating_point T>
void sum_columns(const Native<T>& a, MatrixView<const std::type_identity_t<T>> terms, const SumOrder& order,
                 std::span<const std::uint32_t> marked, std::span<std::type_identity_t<T>> sums);
template <std::floating_point T>
void sum_columns(const Carried<T>& a, MatrixView<const std::type_identity_t<T>> terms, const SumOrder& order,
                 std::span<const std::uint32_t> marked, std::span<std::type_identity_t<T>> sums);

}  // namespace precipice
