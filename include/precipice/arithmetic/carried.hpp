#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/double_double.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice {

/// Values of a narrow format carried in a wider native one: compute in the carrier, then round once more, only where
/// that is proven to be the correctly rounded result.
template <class Carrier>
class Carried;

/// Proof of exactness, for nearest-even, 2 <= p <= 24, every number and half quantum of the format within 2^+-500:
///
/// 1. `nearest(x)` rounds a double x once. With 2^e <= |x| < 2^(e+1) and q = max(e, emin) - p + 1, the constant
///    C = 1.5 * 2^(q + 52) has ulp 2^q and |x| < 2^(q + p) <= 2^(q + 24) is small beside it, so x + C stays in C's
///    binade and the carrier's nearest-even rounding of it is that of x to a multiple of 2^q; subtracting C is exact.
///    Values from the midpoint above the largest number on are infinite.
/// 2. Operations are rounded to odd in binary64 (Boldo and Melquiond 2008: rounding to odd at p + 2 bits or more and
///    then to nearest at p is rounding once; 53 >= 24 + 2, and at subnormal results the target has fewer bits still).
///    The binary64 result and the sign of its error give the odd one: the error of + is a double (Knuth), that of * too
///    while |x * y| >= 2^-960 (Dekker), and the sign of a quotient's or a root's residual is that of an fma.
///    A product below 2^-960 rounds to zero; quotients and roots of operands outside 2^+-400 go to Reference.
/// 3. If both factors' significands have together at most 53 bits the product is exact, and if both summands have at
///    most p bits, 2p + 2 <= 53, plain addition then `nearest` is right (Figueroa 1995); matrix_product.cpp relies on
///    it.
/// 4. exp and log come as double-double with a proven error; both ends of the interval are rounded, and if they differ
///    Reference decides.
template <>
class Carried<double> {
 public:
  using Value = double;

  /// Empty if this engine is exact for the format and rounding, else the reason in words.
  static std::string refusal(const Format& format, Rounding rounding);

  /// Throws ConfigError with the reason if `refusal` has one.
  explicit Carried(const Format& format, Rounding rounding = Rounding::nearest_even);

  static std::string_view name() { return "carried-binary64"; }
  [[nodiscard]] const Format& format() const { return format_; }
  static constexpr Rounding rounding() { return Rounding::nearest_even; }

  [[nodiscard]] double add(double x, double y) const {
    const double s = x + y;
    if (!(std::fabs(s) < far_above)) return beyond(s);
    return nearest(to_odd(s, two_sum(x, y).lo));
  }
  [[nodiscard]] double sub(double x, double y) const { return add(x, -y); }
  [[nodiscard]] double mul(double x, double y) const {
    const double p = x * y;
    if (!(std::fabs(p) < far_above)) return beyond(p);
    if (std::fabs(p) < far_below) return std::copysign(0.0, p);
    return nearest(to_odd(p, std::fma(x, y, -p)));
  }
  [[nodiscard]] double div(double x, double y) const {
    const double q = x / y;
    if (q == 0 || !(std::fabs(q) < far_above) || !is_moderate(x) || !is_moderate(y)) return unusual_div(x, y, q);
    const double residual = std::fma(-q, y, x);
    return nearest(to_odd(q, std::signbit(y) ? -residual : residual));
  }
  [[nodiscard]] double sqrt(double x) const {
    const double r = std::sqrt(x);
    if (!(r > 0) || !is_moderate(x)) return unusual_sqrt(x, r);
    return nearest(to_odd(r, std::fma(-r, r, x)));
  }
  [[nodiscard]] double exp(double x) const;
  [[nodiscard]] double log(double x) const;
  [[nodiscard]] double convert(double x) const { return std::fabs(x) < far_above ? nearest(x) : beyond(x); }
  [[nodiscard]] double sum_exactly(std::span<const double> terms) const;

  /// Rounds a finite double once, to nearest-even.
  [[nodiscard]] double nearest(double x) const {
    if (std::fabs(x) >= overflow_threshold_) return std::copysign(std::numeric_limits<double>::infinity(), x);
    const double binade = std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & exponent_field);
    const double magic = (binade < smallest_normal_ ? smallest_normal_ : binade) * magic_factor_;
    return std::copysign((x + magic) - magic, x);
  }

  // What the array kernels need to do the same in vectors.
  [[nodiscard]] double overflow_threshold() const { return overflow_threshold_; }
  [[nodiscard]] double smallest_normal() const { return smallest_normal_; }
  [[nodiscard]] double magic_factor() const { return magic_factor_; }

 private:
  static constexpr std::uint64_t exponent_field = 0x7ff0'0000'0000'0000;
  static constexpr double far_above = 0x1p960, far_below = 0x1p-960;

  static bool is_moderate(double x) { return std::fabs(x) >= 0x1p-400 && std::fabs(x) <= 0x1p400; }

  /// The carrier's result s, whose error has the sign of e: the neighbour with an odd last bit if e is not zero.
  static double to_odd(double s, double e) {
    const auto bits = std::bit_cast<std::int64_t>(s);
    if (e == 0 || (bits & 1) != 0) return s;
    return std::bit_cast<double>(bits + ((e > 0) == (s > 0) ? 1 : -1));
  }
  /// NaN, an infinity, or a number so large that the format has only an infinity for it.
  static double beyond(double x) {
    return std::isnan(x) ? x : std::copysign(std::numeric_limits<double>::infinity(), x);
  }

  [[nodiscard]] double unusual_div(double x, double y, double quotient) const;
  [[nodiscard]] double unusual_sqrt(double x, double root) const;
  /// approximation * (1 +- error), rounded; false if the interval straddles a rounding boundary.
  bool settle(DoubleDouble approximation, double relative_error, double& result) const;

  Format format_;
  double overflow_threshold_;  // midpoint of the largest number and the next that the range would have
  double smallest_normal_;     // 2^emin
  double magic_factor_;        // 1.5 * 2^(53 - p)
};
static_assert(Arithmetic<Carried<double>>);

}  // namespace precipice
