#pragma once

#include <cmath>
#include <span>
#include <string_view>
#include <type_traits>

#include "precipice/arithmetic/carrier.hpp"
#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/elementary.hpp"
#include "precipice/arithmetic/exact_sum.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice {

/// The carrier itself, binary64 or binary32 to nearest-even: rounding is the identity. Functions are correctly rounded:
/// exp and log of binary64 are our own, those of binary32 come from an engine in binary64.
template <class T>
class Native {
 public:
  using Value = T;
  static constexpr bool is_binary64 = std::is_same_v<T, double>;

  static std::string_view name() { return is_binary64 ? "native" : "native-binary32"; }
  static constexpr const Format& format() { return is_binary64 ? binary64 : binary32; }
  static constexpr Rounding rounding() { return Rounding::nearest_even; }
  static constexpr Mode next_mode() { return rounding(); }
  static constexpr Mode last_mode() { return rounding(); }

  static T add(T x, T y) { return x + y; }
  static T sub(T x, T y) { return x - y; }
  static T mul(T x, T y) { return x * y; }
  static T div(T x, T y) { return x / y; }
  static T sqrt(T x) { return std::sqrt(x); }
  static T fma(T x, T y, T z) { return std::fma(x, y, z); }
  static T scale(T x, int exponent) { return std::scalbn(x, exponent); }  // one rounding, as IEEE 754 asks
  static T max(T x, T y) { return detail::maximum(x, y); }
  static std::partial_ordering compare(T x, T y) { return x <=> y; }
  static T exp(T x);
  static T log(T x);
  static T tanh(T x);
  static T sigmoid(T x);
  static T convert(T x) { return x; }
  static T sum_exactly(std::span<const T> terms);
};

extern template class Native<double>;
extern template class Native<float>;
static_assert(Arithmetic<Native<double>> && Arithmetic<Native<float>>);

}  // namespace precipice
