#pragma once

#include <algorithm>
#include <cstdint>

namespace precipice {

/// A binary floating-point format: the numbers (-1)^s * c * 2^q with c < 2^precision and
/// q >= emin - (precision - 1), |x| < 2^(emax + 1), with signed zeros, gradual underflow, infinities and NaN
/// (IEEE 754-2019, clause 3.3). A value, not a type: a sweep visits hundreds of them.
struct Format {
  int precision;      ///< p: bits of the significand, the leading one included
  int exponent_bits;  ///< E: width of the exponent field
  int emin;           ///< least exponent of a normal number
  int emax;           ///< largest exponent of a finite number

  friend constexpr bool operator==(const Format&, const Format&) = default;
};

inline constexpr int largest_precision = 65536;
inline constexpr int largest_exponent_bits = 30;

/// The format that clause 3.4 lays out for these widths: bias = emax = 2^(E-1) - 1, emin = 1 - emax.
/// Precondition: 1 <= precision <= largest_precision, 2 <= exponent_bits <= largest_exponent_bits.
constexpr Format ieee_like(int precision, int exponent_bits) {
  const int emax = (1 << (exponent_bits - 1)) - 1;
  return Format{precision, exponent_bits, 1 - emax, emax};
}

inline constexpr Format binary16 = ieee_like(11, 5);
inline constexpr Format binary32 = ieee_like(24, 8);
inline constexpr Format binary64 = ieee_like(53, 11);
inline constexpr Format binary128 = ieee_like(113, 15);
inline constexpr Format binary256 = ieee_like(237, 19);
inline constexpr Format bfloat16 = ieee_like(8, 8);
inline constexpr Format tf32 = ieee_like(11, 8);

/// m: the significand bits that are stored.
constexpr int trailing_bits(const Format& f) { return f.precision - 1; }

/// What is added to an exponent to get its field.
constexpr int bias(const Format& f) { return 1 - f.emin; }

/// Bits of a code point: sign, exponent field, trailing significand.
constexpr int width(const Format& f) { return 1 + f.exponent_bits + trailing_bits(f); }

/// Exponent of the last bit that a value with exponent e can hold: the whole theory of a format.
constexpr std::int64_t quantum_exponent(const Format& f, std::int64_t e) {
  return std::max<std::int64_t>(e, f.emin) - (f.precision - 1);
}
static_assert(quantum_exponent(binary32, -140) == -149);  // subnormal
static_assert(quantum_exponent(binary32, 0) == -23);      // ulp of one

/// Exponent of the smallest positive number.
constexpr std::int64_t smallest_exponent(const Format& f) { return quantum_exponent(f, f.emin); }

/// True if every finite number of `inner` is a number of `outer`.
constexpr bool contains(const Format& outer, const Format& inner) {
  return outer.precision >= inner.precision && outer.emax >= inner.emax &&
         quantum_exponent(outer, inner.emin) <= smallest_exponent(inner);
}
static_assert(contains(binary32, binary16) && contains(binary32, bfloat16) && !contains(binary16, bfloat16));

}  // namespace precipice
