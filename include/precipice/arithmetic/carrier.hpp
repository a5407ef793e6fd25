#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

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
