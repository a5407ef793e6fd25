// log in double-double arithmetic, and rounded to binary64.
//
// With x = 2^e m, m in [0.706, 1.4122), and c one of 257 short numbers near 1/m,
//
//   log(x) = e ln2 - log(c) + log(1 + z),   z = m c - 1.
//
// Below, "exact" means that no rounding error occurs, and u = 2^-53.
//
// Choice of c. The significand of x lies in [1, 2); i is the integer nearest to 256 (significand - 1), 0 to 256, and
// s = 1 + i/256. From i = 106 on, m is half the significand and its cell is centred on s/2; otherwise on s. c is the
// inverse of the centre, rounded to a multiple of 2^-13. The cells i = 0 and i = 256 meet at m = 1, have c = 1 and
// cover 1 - 2^-10 to 1 + 2^-9.
// - |z| <= 2^-9 + 1.413 * 2^-14 < 2^-8.9: half a cell relative to its centre, and the rounding of c.
//
// Reduction. m = m1 + m2 exactly, with m1 a multiple of 2^-21 and |m2| <= 2^-22; m2 has at most 32 bits.
// - z1 = m1 c - 1 is exact: m1 c has at most 22 + 14 bits. z1 is a multiple of 2^-34 and |z1| < 2^-8.8, so it has at
//   most 26 bits and z1^2 is exact.
// - z2 = m2 c is exact (32 + 14 bits); |z2| < 2^-21.4, and |z2| <= 2^-22 where c = 1.
//
// So z = z1 + z2 and log(1 + z) = z1 + z2 - z1^2/2 - z2 (z1 + z2/2) + z^3 P(z), P = 1/3 - z/4 + z^2/5 - ... - z^5/8.
//
// Sum. ln2 and each -log(c) are held as a head, a multiple of 2^-42, and a tail of at most 2^-43, a rounded double.
// - S = e * head + head + z1 is exact: every term is a multiple of 2^-42, |e| <= 1074 and |S| < 2^10.
// - S - z1^2/2 = h + l and h + z2 = h' + l' are exact, because the first summand is the larger one or 0. Where e = 0
//   and c = 1, S = z1 is 0 or at least 2^-21, and |z2| <= 2^-22; elsewhere |S| > 2^-10.1.
// - t = z^3 P - z2 (z1 + z2/2) + (e * tail + tail) + (l + l') is all that is rounded.
// - h' + t is made anew with |lo| <= ulp(hi) / 2: exact, because |t| < 2^-17 |h'|.
//
// Error, relative to |log x|.
// (a) e = 0 and c = 1: |z| <= 2^-9, |log x| > |z| (1 - 2^-9); z is exact in one double; nothing comes from tables.
//   - What is left out of the series, z^9/9: 2^-75.1.
//   - z^3 P, at most |z|^3/3 (1 + 2^-8), is computed to within 6.2 u: 2^-69.9. (2 u for z^3, 1 u for the product, 3.1 u
//     for P: its coefficient 1/3 and two sums.)
//   - z2 (z1 + z2/2), at most 2^-21.4 |z|, to within 2 u: 2^-73.4.
//   - Two sums of at most 2^-19.2 |z|: 2^-71.2.
//   Together below 2^-69.2.
// (b) e = 0, beside (a). First the absolute errors for i = 1, where |z| < 2^-8.99 and |log x| > 2^-9.01.
//   - z^9/9: 2^-84.0.
//   - z^3 P, at most 2^-28.5, now with a rounded z, to within 9.3 u: 2^-78.2.
//   - z2 (z1 + z2/2), at most 2^-30.9, to within 2 u: 2^-82.9.
//   - Four sums of at most 2^-28.2: 2^-79.2. The tables: 2^-96.
//   Together below 2^-77.5, relatively 2^-68.4.
//   For i = 255, |z| < 2^-9.98 and |log x| > 2^-10; likewise below 2^-80.2, relatively 2^-70.
// (c) e = 0 otherwise: |z| < 2^-8.9, which makes the sum in (b) at most 2^-77.2; |log x| > 2^-8.42; relatively 2^-68.7.
// (d) e != 0: |log x| > ln2 - 0.3483 > 2^-1.6; the roundings of e ln2 add 2^-84 to 2^-77.2; relatively 2^-75.
// So the error is below 2^-68.4, stated as 2^-68.

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "elementary_mpfr.hpp"
#include "precipice/arithmetic/elementary.hpp"

namespace precipice {

namespace {

constexpr int cell_bits = 8;
constexpr std::size_t cells = 1U << cell_bits;
constexpr std::size_t first_halved_cell = 106;  // s = 1.4140625; m of the cell before ends at 1.412...

constexpr int fraction_bits = 52;
constexpr int exponent_bias = 1023;
constexpr std::uint64_t fraction_mask = (std::uint64_t{1} << fraction_bits) - 1;

/// Added and subtracted again, 1.5 * 2^(52 + q) rounds to a multiple of 2^q.
constexpr double to_multiple_of_2_to_minus_21 = 0x1.8p31;

struct LogTable {
  struct Entry {
    double inverse;         ///< c
    double head, tail = 0;  ///< -log(c)
  };

  LogTable();

  double ln2_head;
  double ln2_tail;
  std::array<Entry, cells + 1> cell;
};

LogTable::LogTable() {
  const MpfrState state;
  MpfrNumber number(elementary::table_precision);
  mpfr_const_log2(number, MPFR_RNDN);
  ln2_head = elementary::take_multiple(number, -42);
  ln2_tail = elementary::take_nearest(number);
  for (std::size_t i = 0; i <= cells; ++i) {
    // 1/s = 256 / (256 + i), twice that for a halved cell.
    mpfr_set_ui(number, i < first_halved_cell ? cells : 2 * cells, MPFR_RNDN);
    mpfr_div_ui(number, number, cells + i, MPFR_RNDN);
    const double inverse = elementary::take_multiple(number, -13);
    mpfr_set_d(number, inverse, MPFR_RNDN);
    mpfr_log(number, number, MPFR_RNDN);
    mpfr_neg(number, number, MPFR_RNDN);
    const double head = elementary::take_multiple(number, -42);
    cell[i] = {inverse, head + 0.0, elementary::take_nearest(number) + 0.0};  // no zero is negative
  }
}

}  // namespace

DoubleDouble log_double_double(double x) {
  static const LogTable table;

  constexpr int lift = 54;  // makes a subnormal number normal
  const bool normal = x >= std::numeric_limits<double>::min();
  const auto bits = std::bit_cast<std::uint64_t>(normal ? x : x * 0x1p54);
  const std::uint64_t fraction = bits & fraction_mask;
  const std::size_t i =
      (fraction + (std::uint64_t{1} << (fraction_bits - cell_bits - 1))) >> (fraction_bits - cell_bits);
  const unsigned halved = i >= first_halved_cell ? 1 : 0;
  const int exponent = static_cast<int>(bits >> fraction_bits) - exponent_bias + static_cast<int>(halved);
  const auto e = static_cast<double>(normal ? exponent : exponent - lift);
  const auto m = std::bit_cast<double>(fraction | (std::uint64_t{exponent_bias - halved} << fraction_bits));

  const auto& [c, head, tail] = table.cell[i];
  const double m1 = (m + to_multiple_of_2_to_minus_21) - to_multiple_of_2_to_minus_21;
  const double m2 = m - m1;
  const double z1 = m1 * c - 1;
  const double z2 = m2 * c;
  const double z = z1 + z2;

  const double square = z * z;
  const double p =
      (1.0 / 3 - z * (1.0 / 4)) + square * ((1.0 / 5 - z * (1.0 / 6)) + square * (1.0 / 7 - z * (1.0 / 8)));
  const double s = (e * table.ln2_head + head) + z1;
  const DoubleDouble first = fast_two_sum(s, -0.5 * (z1 * z1));
  const DoubleDouble second = fast_two_sum(first.hi, z2);
  const double curved = (square * z) * p - z2 * (z1 + 0.5 * z2);
  const double constants = e * table.ln2_tail + tail;
  return fast_two_sum(second.hi, (curved + constants) + (first.lo + second.lo));
}

double log_binary64(double x) {
  if (!(x > 0) || x == std::numeric_limits<double>::infinity()) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (x == 0) {
      return -infinity;
    }
    return x < 0 ? std::numeric_limits<double>::quiet_NaN() : x + x;
  }
  const auto [hi, lo] = log_double_double(x);
  // log(x) lies strictly between the two sums before they are rounded (or all three are 0): the excess over the bound
  // covers |lo| as a part of the value (2^-53) and the rounding of lo -+ margin (at most 2^-105 |hi|).
  const double margin = std::fabs(hi) * (log_relative_error * (1 + 0x1p-7));
  const double below = hi + (lo - margin);
  const double above = hi + (lo + margin);
  return below == above ? below : elementary::rounded_by_mpfr(mpfr_log, x);
}

}  // namespace precipice
