#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "precipice/number/code_point.hpp"

#pragma GCC visibility push(default)
namespace precipice {

template <Format F>
class Fixed;

namespace detail {

// log10(2) in two parts: the product of the first, of 22 bits, with an exponent is exact.
inline constexpr double log10_2_high = 2525222.0 / 8388608, log10_2_low = 7.508597826552624e-8;

/// floor(exponent * log10(2) + more), for small `more`; a sum that misses an integer by rounding errors counts as it.
constexpr int floor_log10(std::int64_t exponent, double more = 0) {
  constexpr double slack = 1e-13;  // no largest number of a usual format but 10^n lies nearer to 10^n than 1e-5
  const double high = static_cast<double>(exponent) * log10_2_high;
  auto whole = static_cast<std::int64_t>(high);
  double rest = high - static_cast<double>(whole) + static_cast<double>(exponent) * log10_2_low + more + slack;
  while (rest < 0) {
    rest += 1;
    --whole;
  }
  return static_cast<int>(whole + static_cast<std::int64_t>(rest));
}

/// log10(1 - x) for 0 <= x <= 1/2, by its series.
constexpr double log10_one_minus(double x) {
  constexpr double ln10 = 2.302585092994046;
  constexpr int terms = 60;
  double sum = 0;
  for (int k = terms; k > 0; --k) sum = x * (1.0 / k + sum);
  return -sum / ln10;
}

/// floor(log10 of the largest number), which is (1 - d) 2^(emax + 1).
constexpr int largest_exponent10(const Format& f) {
  double d = 1 + units_below_all_ones(f);
  for (int i = 0; i < std::min(f.precision, 1000); ++i) d /= 2;
  if (f.emax == -1) return -1;
  return floor_log10(std::int64_t{f.emax} + 1, log10_one_minus(d));
}

/// Whether a format is one of IEEE 754 (ISO/IEC 60559) in all but its widths; x87's codes are as good as an
/// interchange format's. It takes three bits to have both kinds of NaN.
constexpr bool is_ieee_arithmetic(const Format& f) {
  if (f.specials != Specials::ieee || f.precision < 3) return false;
  Format usual = ieee_like(f.precision, f.exponent_bits);
  usual.leading_bit = f.leading_bit;
  return f == usual;
}

}  // namespace detail
}  // namespace precipice
#pragma GCC visibility pop

/// The limits of a format as C++ counts them: exponents are those of a significand in [1/2, 1), hence one more than
/// emin and emax. What a format does not have (infinity(), quiet_NaN(), ...) is Fixed<F>(). Under flushing,
/// has_denorm is absent and denorm_min() the smallest normal number. Unlike those of float the functions are not
/// constexpr.
template <precipice::Format F>
struct std::numeric_limits<precipice::Fixed<F>> {
 private:
  using T = precipice::Fixed<F>;
  using Exact = precipice::Exact;
  static T power_of_two(std::int64_t exponent) { return T(Exact::finite(precipice::Sign::positive, 1, exponent)); }

 public:
  static constexpr bool is_specialized = true;
  static constexpr bool is_signed = precipice::has_sign(F);
  static constexpr bool is_integer = false;
  static constexpr bool is_exact = false;
  static constexpr bool is_bounded = true;
  static constexpr bool is_modulo = false;
  static constexpr bool is_iec559 = precipice::detail::is_ieee_arithmetic(F);
  static constexpr bool has_infinity = precipice::has_infinity(F);
  static constexpr bool has_quiet_NaN = precipice::has_nan(F);
  static constexpr bool has_signaling_NaN = F.specials == precipice::Specials::ieee && F.precision >= 3;
  static constexpr std::float_denorm_style has_denorm =
      precipice::has_subnormals(F) && F.subnormals == precipice::Subnormals::gradual ? std::denorm_present
                                                                                     : std::denorm_absent;
  static constexpr bool has_denorm_loss =
      false;  // underflow is flagged for what is inexact, never for a denormal itself
  static constexpr std::float_round_style round_style = std::round_to_nearest;
  static constexpr bool tinyness_before = false;
  static constexpr bool traps = false;

  static constexpr int radix = 2;
  static constexpr int digits = F.precision;
  static constexpr int digits10 = precipice::detail::floor_log10(F.precision - 1);
  static constexpr int max_digits10 = 2 + precipice::detail::floor_log10(F.precision);
  static constexpr int min_exponent = F.emin + 1;
  static constexpr int max_exponent = F.emax + 1;
  static constexpr int min_exponent10 = -precipice::detail::floor_log10(-std::int64_t{F.emin});
  static constexpr int max_exponent10 = precipice::detail::largest_exponent10(F);

  /// The smallest normal number, 2^emin.
  static T min() { return T::of_member(precipice::smallest_normal(F)); }
  static T max() { return T::of_member(precipice::largest_finite(F)); }
  /// The least finite number: 0, or the smallest, in a format without a sign.
  static T lowest() { return is_signed ? -max() : T(); }
  /// The distance from 1 to the next number, 2^(1 - p).
  static T epsilon() { return power_of_two(precipice::quantum_exponent(F, 0)); }
  /// Half a unit in the last place is the most that rounding to nearest is off.
  static T round_error() { return power_of_two(-1); }
  static T infinity() { return has_infinity ? T::of_member(Exact::infinity(precipice::Sign::positive)) : T(); }
  static T quiet_NaN() { return has_quiet_NaN ? T::of_member(Exact::nan()) : T(); }
  static T signaling_NaN() {
    if (!has_signaling_NaN) return T();
    return T::of_member(Exact::nan(precipice::Sign::positive, precipice::Signalling::signalling, 1));
  }
  /// The smallest positive number.
  static T denorm_min() {
    return has_denorm == std::denorm_present ? T::of_member(precipice::smallest_positive(F)) : min();
  }
};
