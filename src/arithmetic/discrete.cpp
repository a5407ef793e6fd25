// Operations whose result is an operand, a neighbour of one, or found by integer arithmetic on exponents.
#include <algorithm>
#include <cassert>

#include "arithmetic/special_results.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"

namespace precipice::reference {
namespace {

using detail::invalid;
using detail::nan_of;

// --- remainder ------------------------------------------------------------------------------------------------------

/// significand * 2^shift mod modulus, without building the power.
Integer shifted_residue(const Integer& significand, std::int64_t shift, const Integer& modulus) {
  Integer power;
  const Integer two = 2, exponent = shift;
  mpz_powm(power.backend().data(), two.backend().data(), exponent.backend().data(), modulus.backend().data());
  return significand * power % modulus;
}

/// Remainder of two positive numbers by the nearest quotient, with a sign of its own.
Exact remainder_of(const Exact& x, const Exact& y) {
  if (x.top_exponent() < y.top_exponent() - 1) return x;  // below y / 2
  const std::int64_t exponent = std::min(x.exponent(), y.exponent());
  const Integer divisor = y.significand() << static_cast<std::size_t>(y.exponent() - exponent);
  // Modulo twice the divisor, so that the parity of the quotient is left.
  Integer rest = shifted_residue(x.significand(), x.exponent() - exponent, divisor * 2);
  const bool quotient_is_odd = rest >= divisor;
  if (quotient_is_odd) rest -= divisor;
  const Integer twice = rest * 2;
  const bool next_is_nearer = twice > divisor || (twice == divisor && quotient_is_odd);
  if (next_is_nearer) return Exact::finite(Sign::negative, divisor - rest, exponent);
  return Exact::finite(Sign::positive, std::move(rest), exponent);
}

// --- minimum and maximum --------------------------------------------------------------------------------------------

enum class Wanted : std::uint8_t { minimum, maximum };
enum class By : std::uint8_t { value, magnitude };
enum class NanRule : std::uint8_t { nan_wins, number_wins };

/// -0 before +0.
bool is_less_with_zeros(const Exact& x, const Exact& y) {
  if (x.is_zero() && y.is_zero()) return x.is_negative() && !y.is_negative();
  return compare(x, y) < 0;
}

bool is_less_by(By by, const Exact& x, const Exact& y) {
  if (by == By::magnitude) {
    const auto magnitudes = compare(x.magnitude(), y.magnitude());
    if (magnitudes != 0) return magnitudes < 0;
  }
  return is_less_with_zeros(x, y);
}

Rounded extreme(const Exact& x, const Exact& y, Wanted wanted, By by, NanRule rule, const Format& f, const Mode& mode) {
  Flags flags{.invalid = x.is_signalling() || y.is_signalling()};
  const bool one_is_number = !x.is_nan() || !y.is_nan();
  if (rule == NanRule::nan_wins || !one_is_number) {
    if (const auto nan = nan_of({&x, &y}, f)) return *nan;
  }
  const Exact a = as_operand(x, f), b = as_operand(y, f);
  const bool takes_first = b.is_nan() || (!a.is_nan() && is_less_by(by, a, b) == (wanted == Wanted::minimum));
  Rounded result = round(takes_first ? a : b, f, mode);
  result.flags = result.flags | flags;
  return result;
}

}  // namespace

Exact as_operand(const Exact& x, const Format& f) {
  const bool flushed = flushes_operands(f) && x.kind() == Exact::Kind::finite && x.top_exponent() < f.emin;
  return flushed ? Exact::zero(x.sign()) : x;
}

Rounded remainder(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x, &y}, f)) return *nan;
  const Exact a = as_operand(x, f), b = as_operand(y, f);
  if (a.is_infinity() || b.is_zero()) return invalid(f);
  if (a.is_zero() || b.is_infinity()) return round(a, f, mode);
  const Exact rest = remainder_of(a.magnitude(), b.magnitude());
  if (rest.is_zero()) return round(Exact::zero(a.sign()), f, mode);
  return round(a.is_negative() ? rest.negated() : rest, f, mode);
}

Rounded round_to_integral(const Exact& x, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  const Exact a = as_operand(x, f);
  if (a.kind() != Exact::Kind::finite || a.exponent() >= 0) return round(a, f, mode);
  // The integers around a as a format: all of them are subnormal, that is, multiples of one unit.
  const auto bits = static_cast<int>(std::max<std::int64_t>(a.top_exponent(), 0) + 2);
  const Rounded integer = round(a, Format{bits, largest_exponent_bits, bits - 1, bits}, mode);
  Rounded result = round(integer.value, f, mode);
  // Of the flags only overflow and underflow coincide with inexact (clause 7.1).
  result.flags.inexact = result.flags.inexact || (integer.flags.inexact && !result.flags.invalid);
  return result;
}

Rounded scale_b(const Exact& x, std::int64_t exponent, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  const Exact a = as_operand(x, f);
  if (a.kind() != Exact::Kind::finite) return round(a, f, mode);
  constexpr std::int64_t far = std::int64_t{1} << 40;  // from any number beyond any format
  return round(Exact::finite(a.sign(), a.significand(), a.exponent() + std::clamp(exponent, -far, far)), f, mode);
}

Rounded log_b(const Exact& x, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  const Exact a = as_operand(x, f);
  if (a.is_zero()) return detail::pole(Sign::negative, f, mode);
  if (a.is_infinity()) return round(Exact::infinity(Sign::positive), f, mode);
  const std::int64_t exponent = a.top_exponent();
  const Sign sign = exponent < 0 ? Sign::negative : Sign::positive;
  return round(Exact::finite(sign, exponent < 0 ? -exponent : exponent, 0), f, mode);
}

Rounded next_up(const Exact& x, const Format& f) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  return {precipice::next_up(f, x), {}};
}

Rounded next_down(const Exact& x, const Format& f) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  return {precipice::next_down(f, x), {}};
}

Rounded minimum(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  return extreme(x, y, Wanted::minimum, By::value, NanRule::nan_wins, f, mode);
}
Rounded maximum(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  return extreme(x, y, Wanted::maximum, By::value, NanRule::nan_wins, f, mode);
}
Rounded minimum_number(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  return extreme(x, y, Wanted::minimum, By::value, NanRule::number_wins, f, mode);
}
Rounded maximum_number(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  return extreme(x, y, Wanted::maximum, By::value, NanRule::number_wins, f, mode);
}
Rounded minimum_magnitude(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  return extreme(x, y, Wanted::minimum, By::magnitude, NanRule::nan_wins, f, mode);
}
Rounded maximum_magnitude(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  return extreme(x, y, Wanted::maximum, By::magnitude, NanRule::nan_wins, f, mode);
}
Rounded minimum_magnitude_number(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  return extreme(x, y, Wanted::minimum, By::magnitude, NanRule::number_wins, f, mode);
}
Rounded maximum_magnitude_number(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  return extreme(x, y, Wanted::maximum, By::magnitude, NanRule::number_wins, f, mode);
}

Compared compare_quiet(const Exact& x, const Exact& y, const Format& f) {
  return {compare(as_operand(x, f), as_operand(y, f)), Flags{.invalid = x.is_signalling() || y.is_signalling()}};
}

Compared compare_signalling(const Exact& x, const Exact& y, const Format& f) {
  return {compare(as_operand(x, f), as_operand(y, f)), Flags{.invalid = x.is_nan() || y.is_nan()}};
}

}  // namespace precipice::reference
