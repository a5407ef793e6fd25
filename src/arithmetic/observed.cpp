#include "precipice/arithmetic/observed.hpp"

#include <algorithm>

namespace precipice {
namespace {

/// The leading bit of x + y for a y below half of the last bit of x.
std::int64_t top_beside(const Exact& x, const Exact& y) {
  const bool borrows = x.sign() != y.sign() && bit_length(x.significand()) == 1;
  return x.top_exponent() - (borrows ? 1 : 0);
}

}  // namespace

namespace detail {

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
