#include "precipice/number/code_point.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <sstream>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/hexadecimal.hpp"
#include "precipice/number/ordinal.hpp"

namespace precipice {
namespace {

Integer power_of_two(int exponent) { return Integer(1) << static_cast<unsigned>(exponent); }

/// Of a number >= 0.
Integer low_bits(const Integer& value, int count) {
  Integer result;
  mpz_fdiv_r_2exp(result.backend().data(), value.backend().data(), static_cast<mp_bitcnt_t>(count));
  return result;
}

void set_bit(Integer& value, int bit) { mpz_setbit(value.backend().data(), static_cast<mp_bitcnt_t>(bit)); }

Integer trailing_of(const Format& f, const Integer& magnitude) { return low_bits(magnitude, trailing_bits(f)); }

std::int64_t field_of(const Format& f, const Integer& magnitude) {
  return static_cast<std::int64_t>(magnitude >> static_cast<unsigned>(trailing_bits(f)));
}

/// The parts of a code point without a stored leading bit: codes of one sign are ordered as the numbers are.
struct Code {
  Sign sign;
  Integer magnitude;  ///< exponent field and trailing significand
};

int magnitude_bits(const Format& f) { return f.exponent_bits + trailing_bits(f); }

Integer all_ones(const Format& f) { return power_of_two(magnitude_bits(f)) - 1; }

/// The magnitude of an all-ones exponent field and nothing else.
Integer ieee_infinity(const Format& f) { return power_of_two(magnitude_bits(f)) - power_of_two(trailing_bits(f)); }

Integer infinity_magnitude(const Format& f) {
  if (f.specials == Specials::ieee) return ieee_infinity(f);
  return has_sign(f) ? all_ones(f) : Integer(all_ones(f) - 1);  // P3109
}

/// The one NaN of a format that is not IEEE's (one per sign where there is one).
Code single_nan(const Format& f, Sign sign) {
  const bool one_zero = f.specials == Specials::fnuz || f.specials == Specials::p3109;
  if (one_zero && has_sign(f)) return {Sign::negative, Integer(0)};
  return {one_zero || !has_sign(f) ? Sign::positive : sign, all_ones(f)};
}

Integer quiet_bit(const Format& f) { return power_of_two(trailing_bits(f) - 1); }

Code nan_code(const Format& f, const Exact& nan) {
  if (f.specials != Specials::ieee) return single_nan(f, nan.sign());
  const bool has_its_sign = has_sign(f) || !nan.is_negative();
  const bool has_payload = bit_length(nan.significand()) <= trailing_bits(f) - 1;
  const bool is_infinity = nan.is_signalling() && nan.significand().is_zero();
  if (!has_its_sign || !has_payload || is_infinity) return {Sign::positive, ieee_infinity(f) + quiet_bit(f)};
  const Integer quiet = nan.is_signalling() ? Integer(0) : quiet_bit(f);
  return {nan.sign(), ieee_infinity(f) + quiet + nan.significand()};
}

Exact ieee_nan(const Format& f, Sign sign, const Integer& trailing) {
  const bool is_quiet = trailing >= quiet_bit(f);
  return Exact::nan(sign, is_quiet ? Signalling::quiet : Signalling::signalling,
                    low_bits(trailing, trailing_bits(f) - 1));
}

Exact reserved(Sign sign) { return Exact::nan(sign, Signalling::signalling, 0); }

Exact finite_datum(const Format& f, Sign sign, std::int64_t field, Integer trailing) {
  if (field == 0 && has_zero(f)) return Exact::finite(sign, std::move(trailing), smallest_exponent(f));
  const std::int64_t exponent = field - bias(f);
  if (exponent > f.emax) return reserved(sign);
  set_bit(trailing, trailing_bits(f));
  return Exact::finite(sign, std::move(trailing), exponent - trailing_bits(f));
}

Exact datum(const Format& f, const Code& code) {
  const std::int64_t field = field_of(f, code.magnitude);
  Integer trailing = trailing_of(f, code.magnitude);
  if (f.specials == Specials::ieee) {
    const bool is_finite = field < (std::int64_t{1} << f.exponent_bits) - 1;
    if (is_finite) return finite_datum(f, code.sign, field, std::move(trailing));
    return trailing.is_zero() ? Exact::infinity(code.sign) : ieee_nan(f, code.sign, trailing);
  }
  if (has_nan(f)) {
    const Code nan = single_nan(f, code.sign);
    const Sign sign = has_negative_zero(f) ? code.sign : Sign::positive;
    if (nan.sign == code.sign && nan.magnitude == code.magnitude) return Exact::nan(sign, Signalling::quiet, 0);
  }
  if (has_infinity(f) && code.magnitude == infinity_magnitude(f)) return Exact::infinity(code.sign);
  return finite_datum(f, code.sign, field, std::move(trailing));
}

/// The magnitude of a finite non-zero member.
Integer finite_magnitude(const Format& f, const Exact& value) {
  const std::int64_t top = value.top_exponent();
  Integer units = value.significand() << static_cast<std::size_t>(value.exponent() - quantum_exponent(f, top));
  if (top < f.emin) return units;
  // The leading bit of a normal number is one unit of the field.
  return units + (Integer(top + bias(f) - 1) << static_cast<unsigned>(trailing_bits(f)));
}

Code code_of(const Format& f, const Exact& value) {
  switch (value.kind()) {
    case Exact::Kind::zero: return {value.sign(), Integer(0)};
    case Exact::Kind::infinity: return {value.sign(), infinity_magnitude(f)};
    case Exact::Kind::nan: return nan_code(f, value);
    case Exact::Kind::finite: break;
  }
  return {value.sign(), finite_magnitude(f, value)};
}

/// The leading bit goes between exponent field and trailing significand.
Integer with_leading_bit(const Format& f, const Integer& magnitude) {
  const std::int64_t field = field_of(f, magnitude);
  const std::int64_t leading = field == 0 ? 0 : 1;
  return (Integer(2 * field + leading) << static_cast<unsigned>(trailing_bits(f))) + trailing_of(f, magnitude);
}

Exact decode_with_leading_bit(const Format& f, Sign sign, const Integer& stored) {
  const Integer trailing = trailing_of(f, stored);
  const std::int64_t upper = field_of(f, stored), field = upper / 2;
  const bool leading = upper % 2 != 0;
  // A pseudo-denormal: the field of subnormal numbers, but the leading bit is set.
  if (leading && field == 0) {
    return Exact::finite(sign, trailing + power_of_two(trailing_bits(f)), smallest_exponent(f));
  }
  if (!leading && field != 0) return reserved(sign);
  return datum(f, {sign, (Integer(field) << static_cast<unsigned>(trailing_bits(f))) + trailing});
}

}  // namespace

Exact decode(const Format& f, const Integer& code) {
  if (code < 0 || bit_length(code) > width(f)) {
    throw ConfigError(
        fmt::format("code point of {} bits given, but {} has {}", bit_length(code), describe(f), width(f)));
  }
  const bool is_negative = has_sign(f) && bit_length(code) == width(f);
  const Sign sign = is_negative ? Sign::negative : Sign::positive;
  Integer magnitude = is_negative ? low_bits(code, width(f) - 1) : code;
  if (f.leading_bit == LeadingBit::stored) return decode_with_leading_bit(f, sign, magnitude);
  return datum(f, {sign, std::move(magnitude)});
}

bool is_member(const Format& f, const Exact& value) {
  if (value.is_nan()) return has_nan(f);
  if (value.is_negative() && !has_sign(f)) return false;
  if (value.is_infinity()) return has_infinity(f);
  if (value.is_zero()) return value.is_negative() ? has_negative_zero(f) : has_zero(f);
  const std::int64_t top = value.top_exponent();
  if (top > f.emax || value.exponent() < quantum_exponent(f, top) || (top < f.emin && !has_subnormals(f))) return false;
  return top < f.emax || units_below_all_ones(f) == 0 || compare(value.magnitude(), largest_finite(f)) <= 0;
}

Integer encode(const Format& f, const Exact& value) {
  if (!is_member(f, value)) throw ConfigError(fmt::format("{} is not in {}", to_hexadecimal(value), describe(f)));
  Code code = code_of(f, value);
  if (f.leading_bit == LeadingBit::stored) code.magnitude = with_leading_bit(f, code.magnitude);
  if (code.sign == Sign::negative) set_bit(code.magnitude, width(f) - 1);
  return std::move(code.magnitude);
}

Exact largest_finite(const Format& f) {
  return Exact::finite(Sign::positive, power_of_two(f.precision) - (1 + units_below_all_ones(f)),
                       std::int64_t{f.emax} - trailing_bits(f));
}

Exact smallest_normal(const Format& f) { return Exact::finite(Sign::positive, 1, f.emin); }

Exact smallest_positive(const Format& f) { return Exact::finite(Sign::positive, 1, smallest_exponent(f)); }

namespace {

/// The neighbour of a magnitude that is larger.
Exact larger(const Format& f, const Exact& magnitude) {
  if (magnitude.is_infinity()) return magnitude;
  if (magnitude.is_zero()) return smallest_positive(f);
  if (magnitude == largest_finite(f)) return has_infinity(f) ? Exact::infinity(Sign::positive) : magnitude;
  return datum(f, {Sign::positive, finite_magnitude(f, magnitude) + 1});
}

/// The neighbour of a magnitude other than zero that is smaller.
Exact smaller(const Format& f, const Exact& magnitude) {
  if (magnitude.is_infinity()) return largest_finite(f);
  if (magnitude == smallest_positive(f)) return has_zero(f) ? Exact() : magnitude;
  return datum(f, {Sign::positive, finite_magnitude(f, magnitude) - 1});
}

/// A magnitude with a sign, as far as the format has it.
Exact with_minus(const Format& f, const Exact& magnitude) {
  return magnitude.is_zero() && !has_negative_zero(f) ? magnitude : magnitude.negated();
}

void check_member(const Format& f, const Exact& value) {
  if (!value.is_nan() && !is_member(f, value)) {
    throw ConfigError(fmt::format("{} is not in {}", to_hexadecimal(value), describe(f)));
  }
}

}  // namespace

Exact next_up(const Format& f, const Exact& value) {
  check_member(f, value);
  if (value.is_nan()) return value;
  if (value.is_zero() || !value.is_negative()) return larger(f, value.magnitude());
  return with_minus(f, smaller(f, value.magnitude()));
}

Exact next_down(const Format& f, const Exact& value) {
  check_member(f, value);
  if (value.is_nan()) return value;
  if (value.is_zero()) return has_sign(f) ? smallest_positive(f).negated() : value;
  if (!value.is_negative()) return smaller(f, value);
  return with_minus(f, larger(f, value.magnitude()));
}

Integer ordinal(const Format& f, const Exact& value) {
  if (!value.is_finite()) {
    throw ConfigError(fmt::format("{} has no ordinal: it must be a finite number", to_hexadecimal(value)));
  }
  check_member(f, value);
  if (value.is_zero()) return 0;
  const Integer of_magnitude = finite_magnitude(f, value);
  return value.is_negative() ? Integer(-of_magnitude) : of_magnitude;
}

Exact number_at(const Format& f, const Integer& ordinal) {
  const bool is_negative = ordinal < 0;
  const Integer of_magnitude = is_negative ? Integer(-ordinal) : ordinal;
  if ((is_negative && !has_sign(f)) || of_magnitude > finite_magnitude(f, largest_finite(f))) {
    throw ConfigError(fmt::format("{} has no number of ordinal {}", describe(f), ordinal.str()));
  }
  return datum(f, {is_negative ? Sign::negative : Sign::positive, of_magnitude});
}

std::string code_text(const Format& f, const Integer& code) {
  std::string digits = code.str(0, std::ios_base::hex);
  const auto full = static_cast<std::size_t>((width(f) + 3) / 4);
  digits.insert(0, full - std::min(full, digits.size()), '0');
  return "0x" + digits;
}

}  // namespace precipice
