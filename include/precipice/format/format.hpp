#pragma once

#include <algorithm>
#include <cstdint>

#pragma GCC visibility push(default)
namespace precipice {

/// Which code points stand for something other than a finite number, and which zeros there are.
enum class Specials : std::uint8_t {
  ieee,         ///< the all-ones exponent field: infinities and NaNs; signed zeros (IEEE 754-2019, clause 3.4)
  no_infinity,  ///< all ones is NaN, one per sign; signed zeros (OCP E4M3, "fn")
  fnuz,         ///< one zero, one NaN, no infinity ("fnuz", and the finite formats of P3109)
  p3109,        ///< one zero, one NaN, infinities (the extended formats of P3109)
  e8m0,         ///< one NaN, no zero: the exponent field 0 is that of a normal number (OCP E8M0); unsigned
  none,         ///< every code is a finite number; signed zeros (OCP E3M2, E2M3, E2M1)
};

enum class Signedness : std::uint8_t { with_sign, without_sign };

/// What becomes of numbers below the smallest normal one. Flushed numbers keep their sign.
enum class Subnormals : std::uint8_t {
  gradual,
  flush_results,   ///< ":ftz"
  flush_operands,  ///< ":daz"
  flush_both,      ///< ":ftz:daz"
};

/// What becomes of results beyond the range: infinity (NaN where there is none) as IEEE 754-2019, clause 7.4, says, or
/// the largest number in every direction.
enum class Overflow : std::uint8_t { to_infinity, saturating };

/// Whether the leading bit of a significand is part of the code point (x87) or follows from the exponent field.
enum class LeadingBit : std::uint8_t { hidden, stored };

/// A binary floating-point format: the numbers (-1)^s * c * 2^q with c < 2^precision and q >= emin - (precision - 1)
/// up to largest_finite, and the rules of its ends. A value, not a type: a sweep visits hundreds of them.
struct Format {
  int precision;      ///< p: bits of the significand, the leading one included
  int exponent_bits;  ///< E: width of the exponent field
  int emin;           ///< least exponent of a normal number
  int emax;           ///< largest exponent of a finite number
  Specials specials = Specials::ieee;
  Signedness signedness = Signedness::with_sign;
  Subnormals subnormals = Subnormals::gradual;
  Overflow overflow = Overflow::to_infinity;
  LeadingBit leading_bit = LeadingBit::hidden;

  friend constexpr bool operator==(const Format&, const Format&) = default;
};

inline constexpr int largest_precision = 65536;
inline constexpr int largest_exponent_bits = 30;
/// Every exponent of a format, emin and emax, lies within +- this.
inline constexpr int largest_exponent = 1 << 29;

/// m: the significand bits behind the leading one.
constexpr int trailing_bits(const Format& f) { return f.precision - 1; }

constexpr bool has_sign(const Format& f) { return f.signedness == Signedness::with_sign; }
constexpr bool has_infinity(const Format& f) { return f.specials == Specials::ieee || f.specials == Specials::p3109; }
constexpr bool has_zero(const Format& f) { return f.specials != Specials::e8m0; }
constexpr bool has_negative_zero(const Format& f) {
  return has_sign(f) && f.specials != Specials::fnuz && f.specials != Specials::p3109 && f.specials != Specials::e8m0;
}
/// An IEEE-like format of precision 1 has no code left for one.
constexpr bool has_nan(const Format& f) {
  return f.specials != Specials::none && !(f.specials == Specials::ieee && f.precision == 1);
}
constexpr bool has_subnormals(const Format& f) { return f.precision > 1 && has_zero(f); }
constexpr bool flushes_results(const Format& f) {
  return f.subnormals == Subnormals::flush_results || f.subnormals == Subnormals::flush_both;
}
constexpr bool flushes_operands(const Format& f) {
  return f.subnormals == Subnormals::flush_operands || f.subnormals == Subnormals::flush_both;
}
constexpr bool saturates(const Format& f) { return f.overflow == Overflow::saturating; }

/// What is added to an exponent to get its field.
constexpr int bias(const Format& f) { return has_zero(f) ? 1 - f.emin : -f.emin; }

/// Bits of a code point: sign, exponent field, significand as far as it is stored.
constexpr int width(const Format& f) {
  return (has_sign(f) ? 1 : 0) + f.exponent_bits + trailing_bits(f) + (f.leading_bit == LeadingBit::stored ? 1 : 0);
}

/// How many code points at the top of the magnitudes are not finite numbers; IEEE's whole exponent field aside.
constexpr int codes_above_largest(Specials specials, Signedness signedness) {
  const bool nan_on_top = signedness == Signedness::without_sign;  // there is no negative zero to be one
  switch (specials) {
    case Specials::no_infinity:
    case Specials::e8m0: return 1;
    case Specials::fnuz: return nan_on_top ? 1 : 0;
    case Specials::p3109: return nan_on_top ? 2 : 1;
    case Specials::ieee:
    case Specials::none: break;
  }
  return 0;
}

/// The largest exponent for which the exponent field has a finite number.
constexpr int natural_emax(const Format& f) {
  const int above = codes_above_largest(f.specials, f.signedness);
  const int stored = std::min(trailing_bits(f), 2);
  const int lost_fields = f.specials == Specials::ieee ? 1 : above >> stored;
  return (1 << f.exponent_bits) - 1 - lost_fields - bias(f);
}

/// By how many units in the last place the largest number lies below that of an all-ones significand.
constexpr int units_below_all_ones(const Format& f) {
  if (f.emax < natural_emax(f)) return 0;
  const int stored = std::min(trailing_bits(f), 2);
  return codes_above_largest(f.specials, f.signedness) & ((1 << stored) - 1);
}

/// The bias that clause 3.4 of IEEE 754-2019 and OCP lay out for a width of the exponent field, or P3109's, which is
/// one more.
constexpr int default_bias(int exponent_bits, Specials specials) {
  const bool larger = specials == Specials::fnuz || specials == Specials::p3109;
  return (1 << (exponent_bits - 1)) - (larger ? 0 : 1);
}

/// The format of these widths, this bias and as many finite numbers as the specials leave.
/// Precondition: 1 <= precision <= largest_precision, 1 <= exponent_bits <= largest_exponent_bits (2 for IEEE).
constexpr Format laid_out(int precision, int exponent_bits, Specials specials, Signedness signedness, int with_bias) {
  Format f{precision, exponent_bits, 0, 0, specials, signedness};
  f.emin = has_zero(f) ? 1 - with_bias : -with_bias;
  f.emax = natural_emax(f);
  if (specials == Specials::none) f.overflow = Overflow::saturating;  // there is nothing else
  return f;
}
constexpr Format laid_out(int precision, int exponent_bits, Specials specials,
                          Signedness signedness = Signedness::with_sign) {
  return laid_out(precision, exponent_bits, specials, signedness, default_bias(exponent_bits, specials));
}

/// The format that clause 3.4 lays out for these widths: bias = emax = 2^(E-1) - 1, emin = 1 - emax.
/// Precondition: 1 <= precision <= largest_precision, 2 <= exponent_bits <= largest_exponent_bits.
constexpr Format ieee_like(int precision, int exponent_bits) {
  return laid_out(precision, exponent_bits, Specials::ieee);
}

/// P3109's Binary<K>p<P> with infinities or without: K bits, bias 2^(K-P-1), or 2^(K-P) without a sign.
/// Precondition: 1 <= precision <= K - 1 with a sign, else <= K.
constexpr Format p3109(int bits, int precision, Signedness signedness = Signedness::with_sign,
                       Specials specials = Specials::p3109) {
  const int sign_bits = signedness == Signedness::with_sign ? 1 : 0;
  return laid_out(precision, bits - precision + 1 - sign_bits, specials, signedness);
}

constexpr Format saturating(Format f) {
  f.overflow = Overflow::saturating;
  return f;
}
constexpr Format with_subnormals(Format f, Subnormals subnormals) {
  f.subnormals = subnormals;
  return f;
}
/// The same numbers and code points with gradual underflow and the overflow that the specials allow.
constexpr Format plain(Format f) {
  f.subnormals = Subnormals::gradual;
  f.overflow = f.specials == Specials::none ? Overflow::saturating : Overflow::to_infinity;
  return f;
}

inline constexpr Format binary16 = ieee_like(11, 5);
inline constexpr Format binary32 = ieee_like(24, 8);
inline constexpr Format binary64 = ieee_like(53, 11);
inline constexpr Format binary128 = ieee_like(113, 15);
inline constexpr Format binary256 = ieee_like(237, 19);
inline constexpr Format bfloat16 = ieee_like(8, 8);
inline constexpr Format tf32 = ieee_like(11, 8);

/// Exponent of the last bit that a value with exponent e can hold: the whole theory of a format.
constexpr std::int64_t quantum_exponent(const Format& f, std::int64_t e) {
  return std::max<std::int64_t>(e, f.emin) - (f.precision - 1);
}
static_assert(quantum_exponent(binary32, -140) == -149);  // subnormal
static_assert(quantum_exponent(binary32, 0) == -23);      // ulp of one

/// Exponent of the smallest positive number.
constexpr std::int64_t smallest_exponent(const Format& f) { return quantum_exponent(f, f.emin); }

/// True if every finite number of `inner` is a number of `outer`; signs of zero aside. The three numbers 0, 1/2 and 1
/// times 2^emin, when a format has no others, count as of its precision, two bits.
constexpr bool contains(const Format& outer, const Format& inner) {
  if (outer.precision < inner.precision || quantum_exponent(outer, inner.emin) > smallest_exponent(inner)) return false;
  if ((has_sign(inner) && !has_sign(outer)) || (has_zero(inner) && !has_zero(outer))) return false;
  if (outer.emax != inner.emax) return outer.emax > inner.emax;
  // The largest numbers of the same top binade, in units of the outer format's last place below 2^(emax + 1).
  return 1 + units_below_all_ones(outer) <= (1 + units_below_all_ones(inner))
                                                << std::min(outer.precision - inner.precision, 2);
}
static_assert(contains(binary32, binary16) && contains(binary32, bfloat16) && !contains(binary16, bfloat16));

static_assert(natural_emax(binary32) == 127 && ieee_like(24, 8).emin == -126);
static_assert(laid_out(4, 4, Specials::no_infinity).emax == 8);                        // OCP E4M3: 448
static_assert(laid_out(1, 8, Specials::e8m0, Signedness::without_sign).emin == -127);  // OCP E8M0: 2^-127
static_assert(laid_out(1, 8, Specials::e8m0, Signedness::without_sign).emax == 127);   // to 2^127
static_assert(laid_out(2, 2, Specials::none).emax == 2 && laid_out(2, 2, Specials::none).emin == 0);  // OCP E2M1: 6
static_assert(p3109(8, 4).emax == 7 && p3109(8, 1).emax == 62 && bias(p3109(8, 3)) == 16);

}  // namespace precipice
#pragma GCC visibility pop
