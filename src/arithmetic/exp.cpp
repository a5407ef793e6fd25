// exp in double-double arithmetic, and rounded to binary64.
//
// With N = 4096 and k the integer nearest to x N / ln 2,
//
//   exp(x) = 2^(k/N) exp(r),   r = x - k ln2/N,   k = 4096 e + 64 i + j,   2^(k/N) = 2^e * 2^(i/64) * 2^(j/4096).
//
// Below, "exact" means that no rounding error occurs, and u = 2^-53. The bound is on the error of hi + lo before the
// scaling by 2^e, relative to T exp(r), where T = 2^(i/64 + j/4096) is in [1, 2) and exp(r) > 1 - 2^-13.
//
// Reduction. |x| < 745.2, so |k| < 2^22.1. Three constants hold ln2/N: L1 < 2^-12, a multiple of 2^-42 (30 bits); L2,
// at most 2^-43, a multiple of 2^-72 (30 bits); L3, a double of at most 2^-73, with an error of at most 2^-127.
// - k is read from x N / ln2 + 1.5 * 2^52. Roundings before that sum move k's half-way points by less than 2^-28.
//   So |r| < (1/2 + 2^-28) ln2/N < 2^-13.52.
// - k L1 and k L2 have at most 53 bits: exact.
// - x - k L1 is exact. For k = 0 it is x. Otherwise |x| > 0.499 ln2/N > 2^-14, so x and k L1 are multiples of 2^-66,
//   and |x - k L1| <= |r| + |k (L2 + L3)| < 2^-13.
// - r1 is fl(x - k L1 - k L2) rounded to a multiple of 2^-40; |r1| < 2^-13.5, so it has at most 27 bits.
// - (x - k L1) - r1 is exact. For k = 0 it is x minus x rounded to a multiple of 2^-40. Otherwise it is a multiple of
//   2^-66 below |k L2| + 2^-40 < 2^-20.
// - Subtracting k L2 is exact: for k = 0 it is 0, otherwise the result is a multiple of 2^-72 below 2^-40.
// - Subtracting k L3 < 2^-50 gives r2, |r2| < 2^-40, with errors of 2^-93 (this sum), 2^-103 (k L3) and 2^-104 (L3).
// So r = r1 + r2 but for less than 2^-92.
//
// Table. 2^(i/64) is a head of 26 bits plus a tail of at most 2^-26; 2^(j/4096), in [1, 1.011), is a head of 27 bits
// plus a tail of at most 2^-27; each tail is a rounded double. T = A + B with
//
//   A = head * head, 26 + 27 bits: exact, 1 <= A < 2;
//   B = head * tail + tail * head + tail * tail, |B| < (2^-27 + 2^-26) (1 + 2^-20) A < 2^-25.4 A.
//
// Errors relative to T, in units of 2^-80: the rounded tails 1 + 1/2, the products 1 + 2, the sum of the two large ones
// 3.1 (u |B|), the last sum 3.1. Together less than 11 units.
//
// Polynomial. exp(r) = 1 + r1 + r2 + q, q = r^2/2 + r^3/6 + r^4/24 with r = fl(r1 + r2).
// - What is left out is below |r|^5/120 * (1 + 2^-13) < 2^-74.5: 46 units.
// - |q| < 2^-28 is computed to within 8 u |q|: 4 units.
//
// Product. T exp(r) = A + A r1 + A (r2 + q) + B + B (r1 + r2 + q). A = A1 + A2 exactly, with A1 a multiple of 2^-25 (26
// bits, or 2) and |A2| <= 2^-26. So A r1 = A1 r1 + A2 r1, where A1 r1 is exact (26 + 27 bits).
// - A + A1 r1 = hi + error, exactly, for |A1 r1| < |A|.
// - The rest is small: A (r2 + q) < 2^-27.9 A; A2 r1 and B (r + q) are below 2^-38 A. Two roundings in A (r2 + q) and
//   the two sums with the others: 4 * 2^-80.9, 2.2 units. Then B is added, and then error <= u |hi|: two sums of less
//   than 2^-25.1 A, 2 * 2^-78.1, 7.5 units.
// - hi + lo is made anew with |lo| <= ulp(hi) / 2: exact.
//
// In all (11 + 46 + 4 + 9.7) * 2^-80 (1 + 2^-12) < 2^-73.8, stated as 2^-73.
//
// Scaling by 2^e is exact for hi and, while hi > 2^-960, moves lo by at most 2^-1075 < 2^-114 hi: the margin covers it.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "elementary_mpfr.hpp"
#include "precipice/arithmetic/elementary.hpp"

namespace precipice {

namespace {

constexpr int coarse_bits = 6;
constexpr int fine_bits = 6;
constexpr int table_bits = coarse_bits + fine_bits;
constexpr std::size_t coarse_size = 1U << coarse_bits;
constexpr std::size_t fine_size = 1U << fine_bits;

/// Added and subtracted again, 1.5 * 2^(52 + q) rounds to a multiple of 2^q.
constexpr double to_integer = 0x1.8p52;
constexpr double to_multiple_of_2_to_minus_40 = 0x1.8p12;
constexpr double to_multiple_of_2_to_minus_25 = 0x1.8p27;

struct ExpTable {
  struct Entry {
    double head;
    double tail;
  };

  ExpTable();

  double inverse_step;                    ///< N / ln 2, rounded
  double step_1, step_2, step_3;          ///< ln 2 / N in three parts
  std::array<Entry, coarse_size> coarse;  ///< 2^(i/64)
  std::array<Entry, fine_size> fine;      ///< 2^(j/4096)
};

/// 2^(numerator / 2^bits), its head a multiple of 2^head_exponent.
ExpTable::Entry power_of_two(std::size_t numerator, int bits, int head_exponent) {
  MpfrNumber power(elementary::table_precision);
  mpfr_set_ui_2exp(power, numerator, -bits, MPFR_RNDN);
  mpfr_exp2(power, power, MPFR_RNDN);
  const double head = elementary::take_multiple(power, head_exponent);
  return {head, elementary::take_nearest(power)};
}

ExpTable::ExpTable() {
  const MpfrState state;
  MpfrNumber step(elementary::table_precision);
  MpfrNumber inverse(elementary::table_precision);
  mpfr_const_log2(step, MPFR_RNDN);
  mpfr_mul_2si(step, step, -table_bits, MPFR_RNDN);
  mpfr_ui_div(inverse, 1, step, MPFR_RNDN);
  inverse_step = elementary::take_nearest(inverse);
  step_1 = elementary::take_multiple(step, -42);
  step_2 = elementary::take_multiple(step, -72);
  step_3 = elementary::take_nearest(step);
  for (std::size_t i = 0; i < coarse_size; ++i) {
    coarse[i] = power_of_two(i, coarse_bits, -25);
  }
  for (std::size_t j = 0; j < fine_size; ++j) {
    fine[j] = power_of_two(j, table_bits, -26);
  }
}

/// (sum.hi + sum.lo) * 2^exponent.
struct Scaled {
  DoubleDouble sum;
  int exponent;
};

inline Scaled exp_scaled(double x) {
  static const ExpTable table;

  const double shifted = x * table.inverse_step + to_integer;
  const auto k = static_cast<int>(std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(to_integer));
  const double multiple = shifted - to_integer;
  const double beyond_step_1 = x - multiple * table.step_1;
  const double times_step_2 = multiple * table.step_2;
  const double r1 = ((beyond_step_1 - times_step_2) + to_multiple_of_2_to_minus_40) - to_multiple_of_2_to_minus_40;
  const double r2 = ((beyond_step_1 - r1) - times_step_2) - multiple * table.step_3;
  const double r = r1 + r2;

  const auto& coarse = table.coarse[static_cast<unsigned>(k >> fine_bits) % coarse_size];
  const auto& fine = table.fine[static_cast<unsigned>(k) % fine_size];
  const double a = coarse.head * fine.head;
  const double a1 = (a + to_multiple_of_2_to_minus_25) - to_multiple_of_2_to_minus_25;
  const double a2 = a - a1;
  const double b = (coarse.head * fine.tail + coarse.tail * fine.head) + coarse.tail * fine.tail;

  const double q = (r * r) * (0.5 + r * (1.0 / 6 + r * (1.0 / 24)));
  const DoubleDouble leading = fast_two_sum(a, a1 * r1);
  const double small = (a * (r2 + q) + a2 * r1) + b * (r + q);
  return {fast_two_sum(leading.hi, leading.lo + (b + small)), k >> table_bits};
}

/// 2^exponent for -1022 <= exponent <= 1023.
inline double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// From here on the result is normal, for the sum is in (0.99, 2.01).
constexpr int least_plain_exponent = -1021;
/// Up to here 2^exponent is a double.
constexpr int largest_plain_exponent = 1023;

}  // namespace

DoubleDouble exp_double_double(double x) {
  const auto [sum, exponent] = exp_scaled(x);
  if (exponent >= least_plain_exponent && exponent <= largest_plain_exponent) {
    const double scale = power_of_two(exponent);
    return {sum.hi * scale, sum.lo * scale};
  }
  // In two steps, of which only the second can round or overflow.
  const double first = power_of_two(exponent / 2);
  const double second = power_of_two(exponent - exponent / 2);
  return {sum.hi * first * second, sum.lo * first * second};
}

double exp_binary64(double x) {
  constexpr double certainly_infinite = 709.79;  // log(2^1024) = 709.782...
  constexpr double certainly_zero = -745.14;     // log(2^-1075) = -745.133...
  if (!(x < certainly_infinite)) {
    return x * std::numeric_limits<double>::infinity();
  }
  if (x < certainly_zero) {
    return 0;
  }
  const auto [sum, exponent] = exp_scaled(x);
  if (exponent >= least_plain_exponent) {
    // exp(x) 2^-exponent lies strictly between the two sums before they are rounded: the excess over the bound covers
    // |lo| as a part of the value (2^-53) and the rounding of lo -+ margin (at most 2^-105 hi).
    const double margin = sum.hi * (exp_relative_error * (1 + 0x1p-7));
    const double below = sum.hi + (sum.lo - margin);
    const double above = sum.hi + (sum.lo + margin);
    if (below == above) {
      const int first = exponent < largest_plain_exponent ? exponent : largest_plain_exponent;
      return below * power_of_two(first) * power_of_two(exponent - first);
    }
  }
  return elementary::rounded_by_mpfr(mpfr_exp, x);
}

}  // namespace precipice
