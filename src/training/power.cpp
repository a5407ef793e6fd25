// beta^t by repeated multiplication in double-double arithmetic, by Reference where that leaves the rounding open.
//
// A product of two double-doubles is off by what both are, relatively, and by less than 2^-102 more: lo * lo, three
// rounded products and two sums of terms below 2^-52 of it. By induction beta^n is off by less than n 2^-102, as long
// as nothing leaves 2^+-900, where every term is a number of binary64.
#include <cmath>

#include "precipice/arithmetic/double_double.hpp"
#include "precipice/arithmetic/functions.hpp"
#include "precipice/training/optimizer.hpp"

namespace precipice {
namespace {

DoubleDouble product(const DoubleDouble& x, const DoubleDouble& y) {
  const auto [hi, lo] = two_product(x.hi, y.hi);
  return fast_two_sum(hi, lo + (x.hi * y.lo + x.lo * y.hi));
}

bool is_moderate(double x) { return x > 0x1p-900 && x < 0x1p900; }

/// False if only more digits tell which double is nearest.
bool power_in_double_double(double beta, std::uint64_t step, double& result) {
  DoubleDouble power{1}, square{beta};
  for (std::uint64_t rest = step; rest != 0; rest >>= 1U) {
    if (!is_moderate(square.hi)) return false;
    if ((rest & 1U) != 0) power = product(power, square);
    if (rest > 1) square = product(square, square);
  }
  if (!is_moderate(power.hi) || step >= std::uint64_t{1} << 40U) return false;
  const double margin = power.hi * static_cast<double>(step) * 0x1p-101;  // twice the error, for its own rounding
  result = power.hi + (power.lo - margin);
  return result == power.hi + (power.lo + margin);
}

}  // namespace

double correctly_rounded_power(double beta, std::uint64_t step) {
  double result = 0;
  if (power_in_double_double(beta, step, result)) return result;
  const Exact exponent = Exact::finite(Sign::positive, Integer(step), 0);
  return to_double(reference::pow(Exact::from(beta), exponent, binary64, Rounding::nearest_even).value);
}

}  // namespace precipice
