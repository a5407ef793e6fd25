#include "precipice/arithmetic/observed.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "precipice/arithmetic/double_double.hpp"

namespace precipice {
namespace {

std::int64_t last_bit_of(double x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);  // fraction * 2^53 is an integer
  return exponent - 53 + std::countr_zero(static_cast<std::uint64_t>(std::fabs(fraction) * 0x1p53));
}

bool is_power_of_two(double x) { return last_bit_of(x) == std::ilogb(x); }

/// The leading bit of x + y for a y below half of the last bit of x.
std::int64_t top_beside(const Exact& x, const Exact& y) {
  const bool borrows = x.sign() != y.sign() && bit_length(x.significand()) == 1;
  return x.top_exponent() - (borrows ? 1 : 0);
}

}  // namespace

Observations& Observations::operator+=(const Observations& other) {
  operations += other.operations;
  additions += other.additions;
  absorbed += other.absorbed;
  partially_absorbed += other.partially_absorbed;
  bits_lost += other.bits_lost;
  underflows_to_zero += other.underflows_to_zero;
  subnormal_results += other.subnormal_results;
  overflows += other.overflows;
  nans_made += other.nans_made;
  return *this;
}

namespace detail {

Exact::Kind kind_of(double x) {
  if (x == 0) return Exact::Kind::zero;
  if (std::isfinite(x)) return Exact::Kind::finite;
  return std::isnan(x) ? Exact::Kind::nan : Exact::Kind::infinity;
}

BitSpan bit_span(double x) { return {std::ilogb(x), last_bit_of(x)}; }
BitSpan bit_span(const Exact& x) { return {x.top_exponent(), x.exponent()}; }

BitSpan bit_span_of_sum(double x, double y) {
  constexpr double huge = 0x1p1020;
  if (std::fabs(x) >= huge || std::fabs(y) >= huge) return bit_span_of_sum(Exact::from(x), Exact::from(y));
  const auto [sum, error] = two_sum(x, y);
  if (error == 0) return bit_span(sum);
  const bool borrows = (sum > 0) != (error > 0) && is_power_of_two(sum);
  return {std::ilogb(sum) - (borrows ? 1 : 0), last_bit_of(error)};
}

BitSpan bit_span_of_sum(const Exact& x, const Exact& y) {
  // Far apart: the lower one stays below half of the upper one's last bit, and nothing need be aligned.
  if (y.top_exponent() + 1 < x.exponent()) return {top_beside(x, y), y.exponent()};
  if (x.top_exponent() + 1 < y.exponent()) return {top_beside(y, x), x.exponent()};
  const std::int64_t exponent = std::min(x.exponent(), y.exponent());
  const Integer left = x.significand() << static_cast<std::size_t>(x.exponent() - exponent);
  const Integer right = y.significand() << static_cast<std::size_t>(y.exponent() - exponent);
  return bit_span(
      Exact::finite(Sign::positive, x.sign() == y.sign() ? left + right : abs(Integer(left - right)), exponent));
}

std::uint64_t bits_below(const Format& format, const BitSpan& sum, const BitSpan& summand) {
  const std::int64_t quantum = quantum_exponent(format, sum.top);
  if (sum.last >= quantum) return 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, std::min(quantum, summand.top + 1) - summand.last));
}

bool is_nonzero_sum(std::span<const double> terms) {
  std::vector<Exact> exact;
  for (const double term : terms) exact.push_back(Exact::from(term));
  return is_nonzero_sum(exact);
}

bool is_nonzero_sum(std::span<const Exact> terms) {
  // Away from zero no other sum rounds to zero.
  return !reference::sum(terms, ieee_like(2, largest_exponent_bits), Rounding::away_from_zero).value.is_zero();
}

}  // namespace detail
}  // namespace precipice
