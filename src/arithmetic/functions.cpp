// Elementary functions. MPFR truncates to as many bits as rounding asks for and tells whether anything was lost;
// `round` then rounds once, subnormals and overflow included. What leads far out of every format, or so close to a
// simple number that MPFR would need bits without end, is decided here by an inequality that stands beside it.
//
// The only file of Reference that speaks MPFR, whose exponents are ours plus one. MPFR's range is +-2^62; nothing here
// leaves +-2^41, so the faults of MPFR 4.2.0 at the ends of its range are out of reach.
#include "precipice/arithmetic/functions.hpp"

#include <algorithm>
#include <optional>

#include "arithmetic/mpfr_number.hpp"
#include "arithmetic/special_results.hpp"
#include "precipice/arithmetic/operations.hpp"

namespace precipice::reference {
namespace {

using detail::invalid;
using detail::nan_of;
using detail::pole;

// --- results that need no function ----------------------------------------------------------------------------------

const Exact& one() {
  static const Exact value = Exact::finite(Sign::positive, 1, 0);
  return value;
}

Exact signed_one(Sign sign) { return sign == Sign::negative ? one().negated() : one(); }

/// From this exponent on, exponential functions lie beyond 2^+-(2^40): outside every format.
constexpr std::int64_t far_exponent = 40;

bool is_far(const Exact& x) { return x.kind() == Exact::Kind::finite && x.top_exponent() >= far_exponent; }

/// Stands for every result above the range.
Exact beyond(Sign sign, const Format& f) { return Exact::finite(sign, 1, std::int64_t{f.emax} + 1); }

/// Above or below everything: exp(x) and the like for a far x.
Unrounded far_exponential(const Exact& x, const Format& f) {
  return x.is_negative() ? vanishing(Sign::positive, f) : beyond(Sign::positive, f);
}

enum class Toward : std::uint8_t { zero, infinity };

/// value with its magnitude moved by less than 2^-bits of it.
Unrounded nudged(const Exact& value, Toward direction, std::int64_t bits) {
  const std::int64_t extra = std::max<std::int64_t>(0, bits + 2 - bit_length(value.significand()));
  Integer head = value.significand() << static_cast<std::size_t>(extra);
  if (direction == Toward::zero) head -= 1;
  return Unrounded::truncated(value.sign(), std::move(head), value.exponent() - extra);
}

/// |x| < 2^-(bits + 3): terms of the second order are beyond `bits` bits of a function's value.
bool is_tiny(const Exact& x, std::int64_t bits) {
  return x.top_exponent() < -std::max(bits, bit_length(x.significand())) - 3;
}

/// |x| >= bits + 4 > (bits + 4) ln 2: exp(-|x|) is below 2^-(bits + 4).
bool exceeds(const Exact& x, std::int64_t bits) {
  return x.top_exponent() > 62 || compare(x.magnitude(), Exact::finite(Sign::positive, bits + 4, 0)) >= 0;
}

// --- MPFR -----------------------------------------------------------------------------------------------------------

using MpfrFunction = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

Unrounded by_mpfr(MpfrFunction function, const Exact& x, std::int64_t bits) {
  const MpfrState state;
  const MpfrNumber argument(x);
  MpfrNumber result(bits);
  const int ternary = function(result, argument, MPFR_RNDZ);
  return result.truncated(ternary);
}

/// 1 / (1 + exp(-x)) by intermediate results of more and more bits (Ziv) until truncation is safe. It is irrational for
/// x other than zero.
Unrounded truncated_sigmoid(const Exact& x, std::int64_t bits) {
  const MpfrState state;
  const MpfrNumber minus_magnitude(x.magnitude().negated());
  for (std::int64_t working = bits + 32;; working *= 2) {
    // e / (1 + e) or 1 / (1 + e) with e = exp(-|x|): four roundings, relative error below 2^(3 - working).
    MpfrNumber exponential(working), quotient(working);
    mpfr_exp(exponential, minus_magnitude, MPFR_RNDN);
    mpfr_add_ui(quotient, exponential, 1, MPFR_RNDN);
    if (x.is_negative()) {
      mpfr_div(quotient, exponential, quotient, MPFR_RNDN);
    } else {
      mpfr_ui_div(quotient, 1, quotient, MPFR_RNDN);
    }
    if (mpfr_can_round(quotient, working - 4, MPFR_RNDN, MPFR_RNDZ, bits) == 0) continue;
    MpfrNumber result(bits);
    mpfr_set(result, quotient, MPFR_RNDZ);
    return result.truncated(-1);
  }
}

// --- pow ------------------------------------------------------------------------------------------------------------

bool is_integer(const Exact& y) { return y.exponent() >= 0; }
bool is_odd_integer(const Exact& y) { return y.kind() == Exact::Kind::finite && y.exponent() == 0; }

/// x^y for x = +-0, +-inf or y = +-inf, NaN and y = 0 apart (clause 9.2.1).
std::optional<Rounded> special_power(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  if (y.is_infinity()) {
    const auto against_one = compare(x.magnitude(), one());
    if (against_one == 0) return round(one(), f, mode);
    const bool grows = (against_one > 0) != y.is_negative();
    return round(grows ? Exact::infinity(Sign::positive) : Exact(), f, mode);
  }
  if (!x.is_zero() && !x.is_infinity()) return {};
  const Sign sign = x.is_negative() && is_odd_integer(y) ? Sign::negative : Sign::positive;
  if (x.is_zero() == y.is_negative()) {
    return x.is_zero() ? pole(sign, f, mode) : round(Exact::infinity(sign), f, mode);
  }
  return round(Exact::zero(sign), f, mode);
}

/// |x|^y with a sign of its own, both finite and non-zero.
Unrounded truncated_power(const Exact& magnitude, const Exact& y, Sign sign, const Format& f, std::int64_t bits) {
  const MpfrState state;
  const MpfrNumber base(magnitude), exponent(y);
  // y * log2(x) to 60 bits: is the power far out, or close to one?
  MpfrNumber log2_power(64);
  mpfr_log2(log2_power, base, MPFR_RNDN);
  mpfr_mul(log2_power, log2_power, exponent, MPFR_RNDN);
  const mpfr_exp_t top = mpfr_zero_p(static_cast<mpfr_srcptr>(log2_power)) != 0 ? 0 : mpfr_get_exp(log2_power);
  const bool shrinks = mpfr_sgn(static_cast<mpfr_srcptr>(log2_power)) < 0;
  if (top > far_exponent) return shrinks ? vanishing(sign, f) : Unrounded(beyond(sign, f));
  if (magnitude == one()) return signed_one(sign);
  // |x^y - 1| < 2^(top + 1), and x^y is not 1.
  if (top < -bits - 4) return nudged(signed_one(sign), shrinks ? Toward::zero : Toward::infinity, bits);
  MpfrNumber result(bits);
  const int ternary = mpfr_pow(result, base, exponent, MPFR_RNDZ);
  if (sign == Sign::negative) mpfr_neg(result, result, MPFR_RNDZ);
  return result.truncated(ternary);
}

// --- the frame of a function of one operand -------------------------------------------------------------------------

/// `special(a)` is the function of a zero or an infinity, `truncated(a, bits)` that of another number.
template <class Special, class Truncated>
Rounded by_cases(const Exact& x, const Format& f, const Mode& mode, Special special, Truncated truncated) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  const Exact a = as_operand(x, f);
  if (a.kind() != Exact::Kind::finite) return round(special(a), f, mode);
  return round_truncated([&](std::int64_t bits) { return truncated(a, bits); }, f, mode);
}

/// Zeros of functions through the origin, and limits of one.
Exact itself_or_signed_one(const Exact& a) { return a.is_zero() ? a : signed_one(a.sign()); }

/// Zero at -infinity, one at zeros, infinity at +infinity; 1 + c x + ... with 0 < c <= 1 for small x.
Rounded exponential(MpfrFunction function, const Exact& x, const Format& f, const Mode& mode) {
  const auto special = [](const Exact& a) {
    if (a.is_zero()) return one();
    return a.is_negative() ? Exact() : a;
  };
  const auto truncated = [&](const Exact& a, std::int64_t bits) {
    if (is_far(a)) return far_exponential(a, f);
    if (is_tiny(a, bits)) return nudged(one(), a.is_negative() ? Toward::zero : Toward::infinity, bits);
    return by_mpfr(function, a, bits);
  };
  return by_cases(x, f, mode, special, truncated);
}

Rounded logarithm(MpfrFunction function, const Exact& x, const Format& f, const Mode& mode) {
  if (const auto nan = nan_of({&x}, f)) return *nan;
  const Exact a = as_operand(x, f);
  if (a.is_zero()) return pole(Sign::negative, f, mode);
  if (a.is_negative()) return invalid(f);
  if (a.is_infinity()) return round(a, f, mode);
  return round_truncated([&](std::int64_t bits) { return by_mpfr(function, a, bits); }, f, mode);
}

}  // namespace

Rounded exp(const Exact& x, const Format& f, const Mode& mode) { return exponential(mpfr_exp, x, f, mode); }

Rounded exp2(const Exact& x, const Format& f, const Mode& mode) { return exponential(mpfr_exp2, x, f, mode); }

Rounded expm1(const Exact& x, const Format& f, const Mode& mode) {
  const auto special = [](const Exact& a) { return a.is_infinity() && a.is_negative() ? one().negated() : a; };
  const auto truncated = [&](const Exact& a, std::int64_t bits) {
    if (a.is_negative() && exceeds(a, bits)) return nudged(one().negated(), Toward::zero, bits);
    if (is_far(a)) return far_exponential(a, f);
    // x + x^2 / 2 + ...: above x.
    if (is_tiny(a, bits)) return nudged(a, a.is_negative() ? Toward::zero : Toward::infinity, bits);
    return by_mpfr(mpfr_expm1, a, bits);
  };
  return by_cases(x, f, mode, special, truncated);
}

Rounded log(const Exact& x, const Format& f, const Mode& mode) { return logarithm(mpfr_log, x, f, mode); }

Rounded log2(const Exact& x, const Format& f, const Mode& mode) { return logarithm(mpfr_log2, x, f, mode); }

Rounded log1p(const Exact& x, const Format& f, const Mode& mode) {
  if (!x.is_nan()) {
    const auto against_pole = compare(as_operand(x, f), one().negated());
    if (against_pole < 0) return invalid(f);
    if (against_pole == 0) return pole(Sign::negative, f, mode);
  }
  const auto special = [](const Exact& a) { return a; };
  const auto truncated = [](const Exact& a, std::int64_t bits) {
    // x - x^2 / 2 + ...: below x.
    if (is_tiny(a, bits)) return nudged(a, a.is_negative() ? Toward::infinity : Toward::zero, bits);
    return by_mpfr(mpfr_log1p, a, bits);
  };
  return by_cases(x, f, mode, special, truncated);
}

Rounded tanh(const Exact& x, const Format& f, const Mode& mode) {
  const auto truncated = [](const Exact& a, std::int64_t bits) {
    // 1 - 2 / (exp(2x) + 1).
    if (exceeds(a, bits)) return nudged(signed_one(a.sign()), Toward::zero, bits);
    // x - x^3 / 3 + ...: nearer to zero than x.
    if (is_tiny(a, bits)) return nudged(a, Toward::zero, bits);
    return by_mpfr(mpfr_tanh, a, bits);
  };
  return by_cases(x, f, mode, itself_or_signed_one, truncated);
}

Rounded erf(const Exact& x, const Format& f, const Mode& mode) {
  const auto truncated = [](const Exact& a, std::int64_t bits) {
    // 1 - erf(x) < exp(-x^2) < exp(-x) for x > 1.
    if (exceeds(a, bits)) return nudged(signed_one(a.sign()), Toward::zero, bits);
    return by_mpfr(mpfr_erf, a, bits);
  };
  return by_cases(x, f, mode, itself_or_signed_one, truncated);
}

Rounded sigmoid(const Exact& x, const Format& f, const Mode& mode) {
  static const Exact half = Exact::finite(Sign::positive, 1, -1);
  const auto special = [](const Exact& a) {
    if (a.is_zero()) return half;
    return a.is_negative() ? Exact() : one();
  };
  const auto truncated = [&](const Exact& a, std::int64_t bits) {
    if (!a.is_negative() && exceeds(a, bits)) return nudged(one(), Toward::zero, bits);
    if (is_far(a)) return vanishing(Sign::positive, f);
    // 1/2 + x / 4 - ...
    if (is_tiny(a, bits)) return nudged(half, a.is_negative() ? Toward::zero : Toward::infinity, bits);
    return truncated_sigmoid(a, bits);
  };
  return by_cases(x, f, mode, special, truncated);
}

Rounded pow(const Exact& x, const Exact& y, const Format& f, const Mode& mode) {
  if (x.is_signalling() || y.is_signalling()) return invalid(f);
  const Exact a = as_operand(x, f), b = as_operand(y, f);
  if (b.is_zero() || a == one()) return round(one(), f, mode);
  if (const auto nan = nan_of({&a, &b}, f)) return *nan;
  if (const auto special = special_power(a, b, f, mode)) return *special;
  if (a.is_negative() && !is_integer(b)) return invalid(f);
  const Sign sign = a.is_negative() && is_odd_integer(b) ? Sign::negative : Sign::positive;
  const Exact magnitude = a.magnitude();
  return round_truncated([&](std::int64_t bits) { return truncated_power(magnitude, b, sign, f, bits); }, f, mode);
}

}  // namespace precipice::reference
