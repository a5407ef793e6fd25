// tanh rounded to binary64.
//
// Below, u = 2^-53, and x > 0: tanh is odd.
//
// Tiny, x < 2^-27. x - tanh x < x^3/3 < 2^-55.5 x, less than half of the gap below x, which is at least 2^-53 x: x.
//
// Small, x < 2^-7. tanh x = x + c, c = x y (-1/3 + 2/15 y - 17/315 y^2 + 62/2835 y^3) with y = x^2, |c| < x^3/3; what
// is left out is below 0.009 x^11 < 2^-61 |c|. Rounded: y 1 u, the bracket 1 u for -1/3 and 1 u for its last sum (what
// is added to -1/3 is below 2^-16 and off by a few u), two products 2 u: with the rest less than 5.1 u |c|.
//
// Else, x < 20, E = exp(2 x) = hi + lo, off by 2^-73 E: tanh x = (E - 1) / (E + 1), whose derivative by E is
// 2 / (E + 1)^2, so that the quotient is off by 2^-72 E / (E + 1)^2 < 2^-72 / (E + 1).
// - N = E - 1 and D = E + 1 as pairs: the sum of two small parts is off by u (2 u hi) = 2^-105 hi, where hi < 66 N.
// - q = fl(N.hi / D.hi); N.hi - q D.hi is a double, so it is computed exactly from the exact product.
// - what is missing, (that + N.lo - q D.lo) / D, is below 3.1 u q, and off by five roundings: 16 u^2 q.
// Together less than 2^-97 q.
//
// Behind x = 20, tanh x > 1 - 2^-56 is nearest to 1.
//
// In each case the value lies strictly between the two ends that are rounded; the excess of the margins over the bounds
// covers the rounding of lo -+ margin.

#include <cmath>
#include <optional>

#include "elementary_mpfr.hpp"
#include "precipice/arithmetic/elementary.hpp"

namespace precipice {
namespace {

/// What hi + lo, off by less than the margin, is rounded to, if that is certain.
std::optional<double> rounded(double hi, double lo, double margin) {
  const double below = hi + (lo - margin), above = hi + (lo + margin);
  return below == above ? std::optional(below) : std::nullopt;
}

std::optional<double> tanh_of_small(double x) {
  const double y = x * x;
  const double series = -1.0 / 3 + y * (2.0 / 15 + y * (-17.0 / 315 + y * (62.0 / 2835)));
  const double c = x * (y * series);
  return rounded(x, c, -c * 0x1p-50);
}

std::optional<double> tanh_by_exp(double x) {
  const auto [hi, lo] = exp_double_double(2 * x);
  const DoubleDouble less = fast_two_sum(hi, -1), more = fast_two_sum(hi, 1);
  const DoubleDouble n = fast_two_sum(less.hi, less.lo + lo), d = fast_two_sum(more.hi, more.lo + lo);
  const double q = n.hi / d.hi;
  const DoubleDouble product = two_product(q, d.hi);
  const double rest = (n.hi - product.hi) - product.lo;
  const double missing = (rest + (n.lo - q * d.lo)) / d.hi;
  return rounded(q, missing, 0x1.1p-72 / d.hi + q * 0x1p-96);
}

}  // namespace

double tanh_binary64(double x) {
  const double magnitude = std::fabs(x);
  if (!(magnitude >= 0x1p-27)) return x;  // NaN, too
  if (magnitude >= 20) return std::copysign(1.0, x);
  const std::optional<double> known = magnitude < 0x1p-7 ? tanh_of_small(magnitude) : tanh_by_exp(magnitude);
  return std::copysign(known ? *known : elementary::rounded_by_mpfr(mpfr_tanh, magnitude), x);
}

}  // namespace precipice
