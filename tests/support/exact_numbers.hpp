#pragma once

#include <algorithm>
#include <cstdlib>

#include "precipice/number/exact.hpp"

/// Exact arithmetic on finite data, with which tests make operands.
namespace precipice::testing {

/// Exponents that lie farther apart are not aligned.
inline constexpr std::int64_t most_shift = 4000;

inline Exact times(const Exact& x, const Exact& y) {
  return Exact::finite(product_sign(x.sign(), y.sign()), x.significand() * y.significand(),
                       x.exponent() + y.exponent());
}
inline Exact plus(const Exact& x, const Exact& y) {
  if (x.is_zero() || y.is_zero()) return x.is_zero() ? y : x;
  const std::int64_t exponent = std::min(x.exponent(), y.exponent());
  const auto units = [&](const Exact& z) {
    const Integer magnitude = z.significand() << static_cast<std::size_t>(z.exponent() - exponent);
    return z.is_negative() ? Integer(-magnitude) : magnitude;
  };
  const Integer sum = units(x) + units(y);
  return Exact::finite(sum < 0 ? Sign::negative : Sign::positive, abs(sum), exponent);
}
/// x + y if they are not too far apart, else y.
inline Exact plus_nearby(const Exact& x, const Exact& y) {
  if (x.is_zero() || y.is_zero() || std::abs(x.exponent() - y.exponent()) > most_shift) return y;
  return plus(x, y);
}
/// The first bits of x / y; y is not zero.
inline Exact ratio(const Exact& x, const Exact& y, std::int64_t bits) {
  const std::int64_t shift =
      std::max<std::int64_t>(0, bits + bit_length(y.significand()) - bit_length(x.significand()));
  return Exact::finite(product_sign(x.sign(), y.sign()),
                       Integer(x.significand() << static_cast<std::size_t>(shift)) / y.significand(),
                       x.exponent() - y.exponent() - shift);
}

}  // namespace precipice::testing
