#pragma once

#include <cassert>
#include <concepts>
#include <span>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/native.hpp"

namespace precipice {

/// What is done with each element of arrays, each result rounded once by the engine.
enum class Elementwise : std::uint8_t { convert, sqrt, exp, log, tanh, sigmoid, add, sub, mul, div, fma };

constexpr std::size_t operands_of(Elementwise operation) {
  return operation < Elementwise::add ? 1 : operation < Elementwise::fma ? 2 : 3;
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

/// The same bits, in vectors.
void each(const Native<double>& a, Elementwise operation, const detail::ArrayOperands<double>& in,
          std::span<double> out);
void each(const Carried<double>& a, Elementwise operation, const detail::ArrayOperands<double>& in,
          std::span<double> out);
void each(const Carried<float>& a, Elementwise operation, const detail::ArrayOperands<float>& in, std::span<float> out);

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

// The same bits, in vectors. Precondition: the columns lie side by side.
void add_to_rows(const Native<double>& a, std::span<const double> addends, MatrixView<double> rows);
void add_to_rows(const Carried<double>& a, std::span<const double> addends, MatrixView<double> rows);
void add_up_rows(const Native<double>& a, MatrixView<const double> rows, std::span<double> sums);
void add_up_rows(const Carried<double>& a, MatrixView<const double> rows, std::span<double> sums);

}  // namespace precipice
