#pragma once

#include "support/elementary_oracle.hpp"

/// x^y before it is rounded: exactly where it has few bits, else as exp(y log x) in ball arithmetic.
namespace precipice::testing {

inline bool is_odd_integer(const Exact& y) { return y.kind() == Exact::Kind::finite && y.exponent() == 0; }
inline bool is_even_integer(const Exact& y) { return y.kind() == Exact::Kind::finite && y.exponent() > 0; }

/// The cases of clause 9.2.1 that need no power, in its order.
inline std::optional<Outcome> special_power(const Exact& x, const Exact& y) {
  const Exact one = Exact::from(1);
  const Sign sign = is_odd_integer(y) ? x.sign() : Sign::positive;
  const bool y_is_negative = y.is_negative();
  if (x.is_signalling() || y.is_signalling()) return nan_outcome(true);
  if (y.is_zero() || x == one) return exact_outcome(one);
  if (x.is_nan() || y.is_nan()) return nan_outcome(false);
  if (y.is_infinity()) {
    if (x == one.negated()) return exact_outcome(one);
    const bool shrinks = compare(x.magnitude(), one) < 0;
    return exact_outcome(shrinks == y_is_negative ? Exact::infinity(Sign::positive) : Exact());
  }
  if (x.is_zero()) return y_is_negative ? pole_outcome(sign) : exact_outcome(Exact::zero(sign));
  if (x.is_infinity()) return exact_outcome(y_is_negative ? Exact::zero(sign) : Exact::infinity(sign));
  if (x.is_negative() && !is_odd_integer(y) && !is_even_integer(y)) return invalid_outcome();
  return {};
}

/// x^y for x = s 2^e > 0 if that is a dyadic number of not many more than `bits` bits. With y = t / 2^n for odd t the
/// root of x to the power 2^n has to be dyadic, for x^t is a 2^n-th power only if x is one.
inline std::optional<Exact> dyadic_power(const Exact& x, const Exact& y, std::int64_t bits) {
  Integer s = x.significand();
  std::int64_t e = x.exponent();
  for (std::int64_t n = y.exponent(); n < 0; ++n) {
    const Integer root = boost::multiprecision::sqrt(s);
    if (e % 2 != 0 || root * root != s) return {};  // at last, since x is not 1
    s = root;
    e /= 2;
  }
  const Integer times = shifted(y.significand(), std::max<std::int64_t>(y.exponent(), 0));
  const Integer exponent = y.is_negative() ? Integer(-times * e) : Integer(times * e);
  if (s == 1) return Exact::finite(Sign::positive, 1, static_cast<std::int64_t>(exponent));
  if (y.is_negative() || times * bit_length(s) > 4 * bits) return {};
  return Exact::finite(Sign::positive, boost::multiprecision::pow(s, static_cast<unsigned>(times)),
                       static_cast<std::int64_t>(exponent));
}

/// Of finite x and y other than zero, x > 0 and not 1.
inline Enclosure power_of(const Exact& x, const Exact& y, std::int64_t bits) {
  const auto log_of_power = [&](const Balls& b) { return b.times(b.log(exactly(x)), exactly(y)); };
  const Ball rough = log_of_power(Balls(64));
  const bool shrinks = rough.middle < 0;
  const Beside side = shrinks ? Beside::nearer_to_zero : Beside::farther_from_zero;
  if (top_of(rough) > 41) return far_out(Sign::positive, side, bits);
  if (top_of(rough) < -bits - 3) return beside(Exact::from(1), side, bits);
  if (const auto power = dyadic_power(x, y, bits)) return exact_enclosure(*power);
  constexpr std::int64_t before_the_point = 48;
  return enclosed(bits, [&](const Balls& b) { return b.exp(log_of_power(Balls(b.bits() + before_the_point))); });
}

inline Outcome power_outcome(const Exact& x, const Exact& y, std::int64_t bits) {
  if (const auto special = special_power(x, y)) return *special;
  const Sign sign = is_odd_integer(y) ? x.sign() : Sign::positive;
  if (x.significand() == 1 && x.exponent() == 0) return exact_outcome(Exact::finite(sign, 1, 0));
  Enclosure power = power_of(x.magnitude(), y, bits);
  power.sign = sign;
  return power;
}

}  // namespace precipice::testing
