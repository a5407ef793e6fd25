#include "precipice/number/code_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/hexadecimal.hpp"

namespace precipice {
namespace {

Integer power_of_two(int exponent) { return Integer(1) << static_cast<unsigned>(exponent); }

Integer low_bits(const Integer& value, int count) { return value & Integer(power_of_two(count) - 1); }

/// The all-ones exponent field, in place.
Integer special_field(const Format& f) {
  return Integer(power_of_two(f.exponent_bits) - 1) << static_cast<unsigned>(trailing_bits(f));
}

Integer sign_field(const Format& f, Sign sign) {
  return sign == Sign::negative ? power_of_two(width(f) - 1) : Integer(0);
}

/// The code of |value| as an integer: codes of one sign are ordered as the numbers are.
Integer magnitude_code(const Format& f, const Exact& value) {
  const std::int64_t quantum = quantum_exponent(f, value.top_exponent());
  Integer units = value.significand() << static_cast<std::size_t>(value.exponent() - quantum);
  if (value.top_exponent() < f.emin) return units;
  const Integer field = Integer(value.top_exponent() + bias(f)) << static_cast<unsigned>(trailing_bits(f));
  return field + low_bits(units, trailing_bits(f));
}

}  // namespace

Exact decode(const Format& f, const Integer& code) {
  if (code < 0 || bit_length(code) > width(f)) {
    throw ConfigError(
        fmt::format("code point of {} bits given, but {} has {}", bit_length(code), describe(f), width(f)));
  }
  const Sign sign = bit_length(code) == width(f) ? Sign::negative : Sign::positive;
  const Integer trailing = low_bits(code, trailing_bits(f));
  const Integer field = low_bits(code, width(f) - 1) >> static_cast<unsigned>(trailing_bits(f));
  if (field == power_of_two(f.exponent_bits) - 1) return trailing.is_zero() ? Exact::infinity(sign) : Exact::nan();
  if (field.is_zero()) return Exact::finite(sign, trailing, smallest_exponent(f));
  return Exact::finite(sign, trailing + power_of_two(trailing_bits(f)),
                       static_cast<std::int64_t>(field) - bias(f) - trailing_bits(f));
}

bool is_member(const Format& f, const Exact& value) {
  switch (value.kind()) {
    case Exact::Kind::zero:
    case Exact::Kind::infinity: return true;
    case Exact::Kind::nan: return f.precision > 1;
    case Exact::Kind::finite: break;
  }
  const std::int64_t top = value.top_exponent();
  return top <= f.emax && value.exponent() >= quantum_exponent(f, top) && value.exponent() >= smallest_exponent(f);
}

Integer encode(const Format& f, const Exact& value) {
  if (!is_member(f, value)) throw ConfigError(fmt::format("{} is not in {}", to_hexadecimal(value), describe(f)));
  switch (value.kind()) {
    case Exact::Kind::zero: return sign_field(f, value.sign());
    case Exact::Kind::infinity: return sign_field(f, value.sign()) + special_field(f);
    case Exact::Kind::nan: return special_field(f) + power_of_two(trailing_bits(f) - 1);
    case Exact::Kind::finite: break;
  }
  return sign_field(f, value.sign()) + magnitude_code(f, value);
}

Exact largest_finite(const Format& f) {
  return Exact::finite(Sign::positive, power_of_two(f.precision) - 1, std::int64_t{f.emax} - trailing_bits(f));
}

Exact smallest_normal(const Format& f) { return Exact::finite(Sign::positive, 1, f.emin); }

Exact smallest_positive(const Format& f) { return Exact::finite(Sign::positive, 1, smallest_exponent(f)); }

Exact next_up(const Format& f, const Exact& value) {
  if (value.is_nan() || (value.is_infinity() && !value.is_negative())) return value;
  if (value.is_zero()) return smallest_positive(f);
  const Integer code = low_bits(encode(f, value), width(f) - 1);
  if (value.is_negative()) return decode(f, Integer(code - 1)).negated();
  return decode(f, Integer(code + 1));
}

Exact next_down(const Format& f, const Exact& value) { return next_up(f, value.negated()).negated(); }

std::string code_text(const Format& f, const Integer& code) {
  std::string digits = code.str(0, std::ios_base::hex);
  const auto full = static_cast<std::size_t>((width(f) + 3) / 4);
  digits.insert(0, full - std::min(full, digits.size()), '0');
  return "0x" + digits;
}

}  // namespace precipice
