#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

namespace precipice {

/// A native format that carries the values of narrower ones, and how far the proofs at Carried reach in it.
template <class T>
struct Carrier;

template <>
struct Carrier<double> {
  using Bits = std::uint64_t;
  static constexpr std::string_view engine_name = "carried-binary64";
  static constexpr int digits = 53;
  static constexpr int widest_precision = 51;  ///< an odd last bit behind p + 1 others
  static constexpr int widest_exponent = 900;
  static constexpr double far_above = 0x1p960, far_below = 0x1p-960, moderate = 0x1p500;
};

template <>
struct Carrier<float> {
  using Bits = std::uint32_t;
  static constexpr std::string_view engine_name = "carried-binary32";
  static constexpr int digits = 24;
  static constexpr int widest_precision = 11;  ///< products are exact, and plain sums of them round once: 2p + 2 <= 24
  static constexpr int widest_exponent = 80;
  static constexpr float far_above = 0x1p100F, far_below = 0x1p-100F, moderate = 0x1p60F;
};

/// Lanes of the widest vector that any code uses: 64 bytes.
template <class T>
constexpr std::size_t widest_lanes = 64 / sizeof(T);

/// 2^exponent as two numbers of the carrier, each within its range: clamped to what takes any number of the carrier
/// beyond any format that it carries, or below.
template <class T>
struct PowerOfTwo {
  T half, rest;

  explicit PowerOfTwo(int exponent) {
    constexpr int far = std::is_same_v<T, double> ? 2000 : 250;
    exponent = std::clamp(exponent, -far, far);
    half = std::ldexp(T{1}, exponent / 2);
    rest = std::ldexp(T{1}, exponent - exponent / 2);
  }
};

namespace detail {

template <class T>
constexpr typename Carrier<T>::Bits bits_of(T x) {
  return std::bit_cast<typename Carrier<T>::Bits>(x);
}

/// 2^floor(log2 |x|); +0 for numbers below the carrier's normal ones.
template <class T>
constexpr T binade(T x) {
  return std::bit_cast<T>(bits_of(x) & bits_of(std::numeric_limits<T>::infinity()));
}

/// x + y - sum exactly (Knuth), where sum is the carrier's nearest-even x + y and finite.
template <class T>
constexpr T error_of_sum(T x, T y, T sum) {
  const T y_seen = sum - x;
  const T x_seen = sum - y_seen;
  return (x - x_seen) + (y - y_seen);
}

/// maximum of IEEE 754-2019, clause 9.6: NaN if either is one, and -0 below +0.
template <class T>
constexpr T maximum(T x, T y) {
  if (x != x || y != y) return x + y;
  if (x == y) return std::signbit(x) ? y : x;
  return x < y ? y : x;
}

/// The carrier's result s of an operation with an exact error of the sign of e: s if e is zero, else of the two
/// neighbours of the exact result the one with an odd last bit.
template <class T>
constexpr T to_odd(T s, T e) {
  const auto bits = bits_of(s);
  if (e == 0 || (bits & 1U) != 0) return s;
  return std::bit_cast<T>((e > 0) == (s > 0) ? bits + 1 : bits - 1);
}

}  // namespace detail
}  // namespace precipice
