#pragma once

#include <cmath>
#include <compare>
#include <span>
#include <string_view>

#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/matrix_product.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice {

/// value + tangent e with e e = 0: a number, and its derivative along some direction.
struct DualNumber {
  double value = 0, tangent = 0;

  friend bool operator==(const DualNumber&, const DualNumber&) = default;
};

/// An engine that differentiates: values are those of Native<double>, and beside each comes the derivative of the exact
/// operation at these values, in binary64 (Clifford 1873; forward differentiation, Wengert 1964). Code that computes a
/// gradient computes with it, unchanged, the gradient and its derivative along a direction, which is the product of the
/// Hessian with that direction (Pearlmutter 1994). Comparisons see values; at a kink the derivative is that of the side
/// on which the code goes on.
class Dual {
 public:
  using Value = DualNumber;

  static std::string_view name() { return "dual"; }
  static constexpr const Format& format() { return binary64; }
  static constexpr Rounding rounding() { return Rounding::nearest_even; }

  static Value add(const Value& x, const Value& y) { return {x.value + y.value, x.tangent + y.tangent}; }
  static Value sub(const Value& x, const Value& y) { return {x.value - y.value, x.tangent - y.tangent}; }
  static Value mul(const Value& x, const Value& y) {
    return {x.value * y.value, x.tangent * y.value + x.value * y.tangent};
  }
  static Value div(const Value& x, const Value& y) {
    const double quotient = x.value / y.value;
    return {quotient, (x.tangent - quotient * y.tangent) / y.value};
  }
  static Value sqrt(const Value& x) {
    const double root = std::sqrt(x.value);
    return {root, x.tangent / (2 * root)};
  }
  static Value fma(const Value& x, const Value& y, const Value& z) {
    return {std::fma(x.value, y.value, z.value), (x.tangent * y.value + x.value * y.tangent) + z.tangent};
  }
  static Value scale(const Value& x, int exponent) {
    return {std::scalbn(x.value, exponent), std::scalbn(x.tangent, exponent)};
  }
  static Value max(const Value& x, const Value& y) {
    if (std::isnan(x.value) || std::isnan(y.value)) return add(x, y);
    return x.value < y.value ? y : x;
  }
  static std::partial_ordering compare(const Value& x, const Value& y) { return x.value <=> y.value; }
  static Value exp(const Value& x) {
    const double power = Native<double>::exp(x.value);
    return {power, power * x.tangent};
  }
  static Value log(const Value& x) { return {Native<double>::log(x.value), x.tangent / x.value}; }
  static Value tanh(const Value& x) {
    const double t = Native<double>::tanh(x.value);
    return {t, (1 - t) * (1 + t) * x.tangent};
  }
  static Value sigmoid(const Value& x) {
    const double s = Native<double>::sigmoid(x.value);
    return {s, s * Native<double>::sigmoid(-x.value) * x.tangent};
  }
  static Value convert(const Value& x) { return x; }
  static Value sum_exactly(std::span<const Value> terms);
};
static_assert(Arithmetic<Dual>);

template <>
inline DualNumber exactly<DualNumber>(double value) {
  return {value, 0};
}
inline bool is_less(const DualNumber& a, const DualNumber& b) { return a.value < b.value; }
inline bool is_zero(const DualNumber& a) { return a.value == 0; }
inline bool is_finite_number(const DualNumber& x) { return std::isfinite(x.value) && std::isfinite(x.tangent); }

/// The matrix product as three of Native<double>: values L R, tangents L' R + L R'. out overlaps neither factor.
void multiply(const Dual& products, const Dual& sums, MatrixView<const DualNumber> left,
              MatrixView<const DualNumber> right, MatrixView<DualNumber> out);

}  // namespace precipice
