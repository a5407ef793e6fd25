#pragma once

#include <boost/multiprecision/gmp.hpp>
#include <cstdint>
#include <vector>

#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"

namespace precipice::testing {

using Rational = boost::multiprecision::number<boost::multiprecision::gmp_rational, boost::multiprecision::et_off>;

inline Rational power_of_two(std::int64_t exponent) {
  const Integer power = Integer(1) << static_cast<std::size_t>(exponent < 0 ? -exponent : exponent);
  return exponent < 0 ? Rational(1) / Rational(power) : Rational(power);
}

/// A finite datum as a fraction; its exponent should be modest.
inline Rational to_rational(const Exact& x) {
  const Rational magnitude = Rational(x.significand()) * power_of_two(x.exponent());
  return x.is_negative() ? Rational(-magnitude) : magnitude;
}

/// Code point of +infinity: exponent field all ones, trailing significand zero.
inline std::uint64_t infinity_code(const Format& f) {
  return ((std::uint64_t{1} << f.exponent_bits) - 1) << (f.precision - 1);
}

/// The numbers that the code points from 0 up to infinity stand for, from clause 3.4 of IEEE 754-2019 with nothing but
/// the two widths. The place of infinity holds the number that comes next without an end of the range, 2^(emax + 1).
inline std::vector<Rational> values_of(const Format& f) {
  const int stored = f.precision - 1;
  const std::int64_t emax = (std::int64_t{1} << (f.exponent_bits - 1)) - 1;
  std::vector<Rational> result;
  for (std::uint64_t code = 0; code <= infinity_code(f); ++code) {
    const std::uint64_t field = code >> stored, trailing = code & ((std::uint64_t{1} << stored) - 1);
    const std::uint64_t significand = field == 0 ? trailing : trailing + (std::uint64_t{1} << stored);
    const std::int64_t exponent = (field == 0 ? 1 : static_cast<std::int64_t>(field)) - emax - stored;
    result.push_back(Rational(significand) * power_of_two(exponent));
  }
  return result;
}

}  // namespace precipice::testing
