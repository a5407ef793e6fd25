#include "diagnosis/places.hpp"

#include <algorithm>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/ordinal.hpp"

namespace precipice::predicted {

Places::Places(const Format& format, Rounding rounding)
    : format_(plain(format)),
      flushes_(flushes_results(format)),
      rounding_(rounding),
      one_(ordinal(format_, Exact::finite(Sign::positive, 1, 0))),
      largest_(ordinal(format_, largest_finite(format_))),
      smallest_normal_(ordinal(format_, smallest_normal(format_))) {}

Exact Places::number(const Integer& place) const { return number_at(format_, place); }

Integer Places::below(const Real& x) const {
  return ordinal(format_, reference::convert(to_exact(x), format_, Rounding::toward_zero).value);
}

Integer Places::above(const Real& x) const {
  const Integer place = below(x);
  return place == largest_ || real(place) == x ? place : Integer(place + 1);
}

Real Places::turn_behind(const Integer& place) const {
  if (flushes_ && place < smallest_normal_) return turn_to_smallest_normal();
  // Behind the largest number as if there were a next one.
  Real here = real(place);
  Real next = place == largest_ ? Real(here + power(format_.emax - trailing_bits(format_))) : real(place + 1);
  switch (rounding_) {
    case Rounding::nearest_even:
    case Rounding::nearest_away: return (here + next) / 2;
    case Rounding::toward_zero:
    case Rounding::toward_negative: return next;
    case Rounding::to_odd: return place % 2 != 0 ? next : here;
    case Rounding::toward_positive:
    case Rounding::away_from_zero:
    case Rounding::stochastic: break;
  }
  return here;
}

Real Places::turn_to_smallest_normal() const {
  // A number is flushed if, rounded to p bits without an end of the exponents, it lies below.
  Real smallest = power(format_.emin);
  const Real u = power(-format_.precision);
  switch (rounding_) {
    case Rounding::nearest_even:
    case Rounding::nearest_away: return smallest * (1 - u / 2);
    case Rounding::toward_positive:
    case Rounding::away_from_zero: return smallest * (1 - u);
    case Rounding::toward_zero:
    case Rounding::toward_negative:
    case Rounding::to_odd:
    case Rounding::stochastic: break;
  }
  return smallest;
}

// exp(-d) is no rational number but at d = 0, so no other margin lies on a turn. Where results are flushed, 0 - d is
// zero for a subnormal d, whose term is then that of the margin 0.

Integer Places::first_margin(const Integer& place) const {
  if (place >= one_) return 0;
  const Real turn = turn_behind(place);
  if (turn == 0) return beyond();
  return std::max(Integer(below(-log(turn)) + 1), flushes_ ? smallest_normal_ : Integer(0));
}

Integer Places::last_margin(const Integer& place) const {
  const Real turn = turn_behind(place);
  if (turn == 0) return largest_;
  return std::max(below(-log(turn)), flushes_ ? Integer(smallest_normal_ - 1) : Integer(0));
}

}  // namespace precipice::predicted
