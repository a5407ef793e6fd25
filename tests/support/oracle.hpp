#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "precipice/rounding/round.hpp"
#include "support/values.hpp"

namespace precipice::testing {

/// Rounding by looking it up: all numbers of a small format in a sorted table, and a direction chooses between the two
/// that enclose the exact result. Shares nothing with round(): the exact result is known only by how it compares to
/// fractions.
class Oracle {
 public:
  struct Answer {
    std::uint64_t code;
    Flags flags;
  };

  /// Where a magnitude lies between two neighbours.
  enum class Where : std::uint8_t { on_lower, below_middle, on_middle, above_middle };
  struct Place {
    std::uint64_t lower;  ///< code of the neighbour below; infinity's if beyond the number after the largest
    Where where;
    bool below_normal;  ///< less than 2^emin
    bool in_last_gap;   ///< and above the last number of p bits below 2^emin, if the exponent were unbounded
    Where in_gap;       ///< where between that one and 2^emin
  };

  explicit Oracle(const Format& f) : format_(f), values_(values_of(f)) {
    smallest_normal_ = power_of_two(f.emin);
    last_tiny_ = smallest_normal_ - power_of_two(f.emin - f.precision);
  }

  /// compare(r) tells the sign of |exact result| - r.
  template <class Compare>
  [[nodiscard]] Place locate(Compare compare) const {
    const auto above =
        std::partition_point(values_.begin(), values_.end(), [&](const Rational& r) { return compare(r) >= 0; });
    const auto lower = static_cast<std::uint64_t>(above - values_.begin()) - 1;
    Place place{lower, Where::on_lower, compare(smallest_normal_) < 0, false, Where::on_lower};
    if (above != values_.end()) place.where = between(values_[lower], *above, compare);
    if (place.below_normal && compare(last_tiny_) > 0) {
      place.in_last_gap = true;
      place.in_gap = between(last_tiny_, smallest_normal_, compare);
    }
    return place;
  }

  [[nodiscard]] Place locate(const Rational& magnitude) const {
    return locate([&](const Rational& r) { return magnitude.compare(r); });
  }

  [[nodiscard]] Answer choose(const Place& place, Sign sign, Rounding direction) const {
    const std::uint64_t infinity = infinity_code(format_);
    const std::uint64_t sign_bit = sign == Sign::negative ? std::uint64_t{1} << (width(format_) - 1) : 0;
    Answer answer{place.lower, {}};
    answer.flags.inexact = place.where != Where::on_lower || place.lower == infinity;
    if (place.where != Where::on_lower && takes_upper(place.where, place.lower % 2 != 0, sign, direction))
      ++answer.code;
    if (answer.code == infinity) {
      answer.flags.overflow = true;
      if (stays_finite(sign, direction)) answer.code = infinity - 1;
    }
    answer.flags.underflow = answer.flags.inexact && place.below_normal && !leaves_tininess(place, sign, direction);
    answer.code += sign_bit;
    return answer;
  }

  [[nodiscard]] Answer round(const Rational& exact, Rounding direction) const {
    const Sign sign = exact < 0 ? Sign::negative : Sign::positive;
    return choose(locate(Rational(abs(exact))), sign, direction);
  }

  [[nodiscard]] const std::vector<Rational>& values() const { return values_; }

 private:
  template <class Compare>
  static Where between(const Rational& lower, const Rational& upper, Compare compare) {
    if (compare(lower) == 0) return Where::on_lower;
    const int against_middle = compare(Rational((lower + upper) / 2));
    return against_middle < 0 ? Where::below_middle : against_middle > 0 ? Where::above_middle : Where::on_middle;
  }

  /// The definitions of clauses 4.3.1 and 4.3.2, P3109's to-odd and away from zero.
  static bool takes_upper(Where where, bool lower_is_odd, Sign sign, Rounding direction) {
    const bool positive = sign == Sign::positive;
    switch (direction) {
      case Rounding::nearest_even:
        if (where == Where::on_middle) return lower_is_odd;
        return where == Where::above_middle;
      case Rounding::nearest_away: return where != Where::below_middle;
      case Rounding::toward_zero: return false;
      case Rounding::toward_positive: return positive;
      case Rounding::toward_negative: return !positive;
      case Rounding::away_from_zero: return true;
      case Rounding::to_odd: return !lower_is_odd;
      case Rounding::stochastic: break;  // has tests of its own
    }
    return false;
  }

  /// Clause 7.4: beyond the range.
  static bool stays_finite(Sign sign, Rounding direction) {
    return direction == Rounding::toward_zero || direction == Rounding::to_odd ||
           direction == (sign == Sign::positive ? Rounding::toward_negative : Rounding::toward_positive);
  }

  /// Tininess after rounding (clause 7.5): below 2^emin, is 2^emin the result of p bits with an unbounded exponent? The
  /// number before 2^emin then has a significand of ones, which is odd; with p = 1 it has the even code 0.
  [[nodiscard]] bool leaves_tininess(const Place& place, Sign sign, Rounding direction) const {
    return place.in_last_gap && takes_upper(place.in_gap, format_.precision > 1, sign, direction);
  }

  Format format_;
  std::vector<Rational> values_;
  Rational smallest_normal_, last_tiny_;
};

}  // namespace precipice::testing
