// cos(pi part / whole) in double-double arithmetic, by MPFR where that leaves the rounding open.
//
// The angle is brought into [0, pi/4] on integers, so exactly, and its cosine or sine is a series in y = x^2 <= 0.617,
// written as nested factors 1 - y s / (m (m + 1)). Sixteen terms leave less than 2^-118. x is off by less than 2^-100
// of it (a quotient, the rest of pi beyond two doubles, a product); each step adds less than 2^-100 and multiplies what
// is wrong already by less than 1/3, so the series is off by less than 2^-97 and the result by less than 2^-96 of
// itself.
#include <mpfr.h>

#include <cmath>

#include "precipice/arithmetic/double_double.hpp"
#include "precipice/training/learning_rate.hpp"

namespace precipice {
namespace {

constexpr DoubleDouble pi{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
constexpr int last_factor = 31;

DoubleDouble product(const DoubleDouble& x, const DoubleDouble& y) {
  const auto [hi, lo] = two_product(x.hi, y.hi);
  return fast_two_sum(hi, lo + (x.hi * y.lo + x.lo * y.hi));
}

DoubleDouble quotient(const DoubleDouble& x, double y) {
  const double first = x.hi / y;
  return fast_two_sum(first, (std::fma(-first, y, x.hi) + x.lo) / y);
}

DoubleDouble one_minus(const DoubleDouble& x) {
  const auto [hi, lo] = two_sum(1, -x.hi);
  return fast_two_sum(hi, lo - x.lo);
}

/// 1 - y/(m (m + 1)) (1 - y/((m + 2)(m + 3)) (...)) with m = first: the cosine of x for 1, the sine over x for 2.
DoubleDouble nested(const DoubleDouble& y, int first) {
  DoubleDouble sum{1};
  for (int m = first + last_factor - 1; m >= first; m -= 2) sum = one_minus(quotient(product(y, sum), m * (m + 1)));
  return sum;
}

/// An angle of the first half turn: +- the cosine or the sine of pi part / whole, which is at most pi/4.
struct Octant {
  std::int64_t part, whole;
  bool is_negative = false, is_sine = false;

  Octant(std::int64_t of, std::int64_t turn) : part(of), whole(turn) {
    if (2 * part > whole) {
      is_negative = true;
      part = whole - part;
    }
    if (4 * part > whole) {
      is_sine = true;
      part = whole - 2 * part;
      whole *= 2;
    }
  }
};

/// False if only more digits tell which double is nearest.
bool cosine_in_double_double(const Octant& at, double& result) {
  const DoubleDouble x = product(pi, quotient({static_cast<double>(at.part)}, static_cast<double>(at.whole)));
  const DoubleDouble y = product(x, x);
  const DoubleDouble value = at.is_sine ? product(x, nested(y, 2)) : nested(y, 1);
  const double margin = value.hi * 0x1p-95;  // twice the error, for its own rounding
  const double nearest = value.hi + (value.lo - margin);
  result = at.is_negative ? -nearest : nearest;
  return nearest == value.hi + (value.lo + margin);
}

}  // namespace

double correctly_rounded_cosine(std::int64_t part, std::int64_t whole) {
  double result = 0;
  if (cosine_in_double_double(Octant(part, whole), result)) return result;
  mpfr_t x;
  mpfr_init2(x, 64);
  mpfr_set_si(x, part, MPFR_RNDN);
  mpfr_t cosine;
  mpfr_init2(cosine, 53);
  mpfr_cosu(cosine, x, 2 * static_cast<unsigned long>(whole), MPFR_RNDN);
  result = mpfr_get_d(cosine, MPFR_RNDN);
  mpfr_clear(x);
  mpfr_clear(cosine);
  return result;
}

}  // namespace precipice
