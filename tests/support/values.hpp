#pragma once

#include <boost/multiprecision/gmp.hpp>
#include <cstdint>

#include "support/exact_datum.hpp"

namespace precipice::testing {

using Rational = boost::multiprecision::number<boost::multiprecision::gmp_rational, boost::multiprecision::et_off>;

inline Rational power_of_two(std::int64_t exponent) {
  const Integer power = Integer(1) << static_cast<std::size_t>(exponent < 0 ? -exponent : exponent);
  return exponent < 0 ? Rational(1) / Rational(power) : Rational(power);
}

inline Rational to_rational(const Dyadic& x) { return Rational(x.significand) * power_of_two(x.exponent); }

/// A finite datum as a fraction; its exponent should be modest.
inline Rational to_rational(const Exact& x) {
  const Rational magnitude = Rational(x.significand()) * power_of_two(x.exponent());
  return x.is_negative() ? Rational(-magnitude) : magnitude;
}

/// Code point of +infinity in an IEEE-like format: exponent field all ones, trailing significand zero.
inline std::uint64_t infinity_code(const Format& f) { return ones(f.exponent_bits) << (f.precision - 1); }

}  // namespace precipice::testing
