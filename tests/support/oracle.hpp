#pragma once

#include <cstdint>
#include <limits>
#include <utility>

#include "precipice/rounding/round.hpp"
#include "support/exact_datum.hpp"
#include "support/values.hpp"

namespace precipice::testing {

/// The beginning of an exact result: a head of up to 64 bits and whether something follows it.
struct Truncated {
  Dyadic head;
  bool sticky;
};

/// The sign of x - y.
inline int compare(const Truncated& x, const Dyadic& y) {
  const auto heads = compare(x.head, y);
  return heads > 0 ? 1 : heads < 0 ? -1 : x.sticky ? 1 : 0;
}

/// Rounding by looking it up: the numbers of a small format in a row, and a direction chooses between the two that
/// enclose the exact result. Shares nothing with round(): the numbers come from datum_of, the exact result is known
/// only by how it compares to them.
class Oracle {
 public:
  /// The code of a NaN for which the format has none.
  static constexpr std::uint64_t no_code = std::numeric_limits<std::uint64_t>::max();
  struct Answer {
    std::uint64_t code;
    Flags flags;
  };

  /// Where a magnitude lies between two neighbours.
  enum class Where : std::uint8_t { on_lower, below_middle, on_middle, above_middle };
  struct Place {
    std::uint64_t lower;  ///< index of the neighbour below; last() + 1 if beyond the number after the largest
    Where where;
    bool below_normal;  ///< less than 2^emin
    bool in_last_gap;   ///< and above the last number of p bits below 2^emin, if the exponent were unbounded
    Where in_gap;       ///< where between that one and 2^emin
  };

  /// Precondition: code points of at most 64 bits.
  explicit Oracle(const Format& f) : format_(f), first_(f.specials == Specials::e8m0 ? 1 : 0) {
    std::uint64_t numbers = 0, others = std::uint64_t{1} << (f.exponent_bits + f.precision - 1);
    while (numbers + 1 < others) {  // the codes of finite numbers come before all others
      const std::uint64_t middle = numbers + (others - numbers) / 2;
      const bool is_number = datum_of(f, with_leading_bit(middle)).kind == Datum::Kind::number;
      (is_number ? numbers : others) = middle;
    }
    last_ = numbers + first_;
  }

  /// The numbers from zero up to one unit behind the largest, which is where the next would be if there were no end of
  /// the range. Zero stands there also if the format has none; the indices are the codes, but for E8M0 one more.
  [[nodiscard]] Dyadic number(std::uint64_t index) const {
    if (index > last_) return {number(last_).significand + 1, number(last_).exponent};
    if (index < first_) return {0, format_.emin};
    return datum_of(format_, with_leading_bit(index - first_)).magnitude;
  }
  [[nodiscard]] std::uint64_t last() const { return last_; }
  [[nodiscard]] Rational value(std::uint64_t index) const { return to_rational(number(index)); }

  /// compare(r) tells the sign of |exact result| - r.
  template <class Compare>
  [[nodiscard]] Place locate(Compare compare) const {
    return place_by([&](const Dyadic& d) { return compare(to_rational(d)); });
  }
  [[nodiscard]] Place locate(const Rational& magnitude) const {
    return locate([&](const Rational& r) { return magnitude.compare(r); });
  }
  [[nodiscard]] Place locate(const Truncated& magnitude) const {
    return place_by([&](const Dyadic& d) { return testing::compare(magnitude, d); });
  }

  [[nodiscard]] Answer choose(const Place& place, Sign sign, const Mode& mode) const {
    const bool up = place.where != Where::on_lower && takes_upper(place.where, is_odd(place.lower), sign, mode);
    const std::uint64_t index = place.lower + (up ? 1 : 0);
    if (index > last_) return overflow(sign, mode);
    const bool tiny = place.below_normal && !leaves_tininess(place, sign, mode);
    const bool flushes =
        format_.subnormals == Subnormals::flush_results || format_.subnormals == Subnormals::flush_both;
    if (tiny && flushes) return too_small(sign);
    const bool inexact = place.where != Where::on_lower;
    const bool is_tiny = mode.tininess == Tininess::before_rounding ? place.below_normal : tiny;
    const Flags flags{.inexact = inexact, .underflow = inexact && is_tiny};
    if (index == 0) return first_ == 0 ? Answer{zero_code(sign), flags} : too_small(sign);
    return sign == Sign::negative && !has_minus() ? below_zero() : Answer{code(index, sign), flags};
  }

  [[nodiscard]] Answer round(const Rational& exact, const Mode& mode) const {
    const Sign sign = exact < 0 ? Sign::negative : Sign::positive;
    return choose(locate(Rational(abs(exact))), sign, mode);
  }
  [[nodiscard]] Answer round(const Truncated& magnitude, Sign sign, const Mode& mode) const {
    return choose(locate(magnitude), sign, mode);
  }

  // --- results that are no numbers other than zero ----------------------------------------------------------------

  /// A zero that is the exact result.
  [[nodiscard]] Answer zero(Sign sign) const {
    return first_ == 0 ? Answer{zero_code(sign), {}} : nan(Flags{.invalid = true});
  }
  /// An infinity that is the exact result.
  [[nodiscard]] Answer infinite(Sign sign) const {
    if (sign == Sign::negative && !has_minus()) return below_zero();
    if (saturates()) return {code(last_, sign), Flags{.inexact = true, .overflow = true}};
    return has_infinities() ? Answer{infinity_code(sign), {}} : nan(Flags{.invalid = true});
  }
  /// In formats of numbers only the largest one, with invalid.
  [[nodiscard]] Answer nan(Flags flags = {}) const {
    const std::uint64_t exponent = ones(format_.exponent_bits), stored = format_.precision - 1U;
    switch (format_.specials) {
      case Specials::ieee:
        if (stored == 0) return {no_code, flags};
        return {with_leading_bit((exponent << stored) + (std::uint64_t{1} << (stored - 1))), flags};
      case Specials::fnuz:
      case Specials::p3109:
        if (has_minus()) return {std::uint64_t{1} << magnitude_width(format_), flags};
        break;
      case Specials::no_infinity:
      case Specials::e8m0: break;
      case Specials::none: return {code(last_, Sign::positive), flags | Flags{.invalid = true}};
    }
    return {ones(magnitude_width(format_)), flags};
  }

  /// The datum of an answer.
  [[nodiscard]] Rounded datum(const Answer& answer) const {
    return {answer.code == no_code ? Exact::nan() : to_exact(datum_of(format_, answer.code)), answer.flags};
  }

 private:
  template <class Compare>
  Place place_by(Compare compare) const {
    std::uint64_t lower = 0, above = last_ + 2;
    while (lower + 1 < above) {
      const std::uint64_t middle = lower + (above - lower) / 2;
      (compare(number(middle)) >= 0 ? lower : above) = middle;
    }
    const Dyadic smallest_normal{1, format_.emin};
    Place place{lower, Where::on_lower, compare(smallest_normal) < 0, false, Where::on_lower};
    // The next number is one unit in the last place away; from the zero that E8M0 has not, the smallest number.
    if (lower <= last_) place.where = between(number(lower), number(lower).exponent, compare);
    const int p = format_.precision;
    const Dyadic last_tiny{ones(p), format_.emin - p};  // 2^emin - 2^(emin - p)
    if (place.below_normal && compare(last_tiny) > 0) {
      place.in_last_gap = true;
      place.in_gap = between(last_tiny, last_tiny.exponent, compare);
    }
    return place;
  }

  /// Between `lower` and lower + 2^quantum.
  template <class Compare>
  static Where between(const Dyadic& lower, std::int64_t quantum, Compare compare) {
    if (compare(lower) == 0) return Where::on_lower;
    const Dyadic middle{2 * (lower.significand << (lower.exponent - quantum)) + 1, quantum - 1};
    const int against_middle = compare(middle);
    return against_middle < 0 ? Where::below_middle : against_middle > 0 ? Where::above_middle : Where::on_middle;
  }

  /// The definitions of clauses 4.3.1 and 4.3.2, P3109's to-odd and away from zero.
  static bool takes_upper(Where where, bool lower_is_odd, Sign sign, const Mode& mode) {
    const bool positive = sign == Sign::positive;
    switch (mode.direction) {
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

  /// Clause 7.4: beyond the range. To odd stays at the largest number.
  static bool stays_finite(Sign sign, Rounding direction) {
    return direction == Rounding::toward_zero || direction == Rounding::to_odd ||
           direction == (sign == Sign::positive ? Rounding::toward_negative : Rounding::toward_positive);
  }

  /// Tininess after rounding (clause 7.5): below 2^emin, is 2^emin the result of p bits with an unbounded exponent? The
  /// number before 2^emin then has a significand of ones, which is odd; with p = 1 it has the code before that of
  /// 2^emin: 0, or -1 in E8M0.
  [[nodiscard]] bool leaves_tininess(const Place& place, Sign sign, const Mode& mode) const {
    const bool before_is_odd = format_.precision > 1 || first_ == 1;
    return place.in_last_gap && takes_upper(place.in_gap, before_is_odd, sign, mode);
  }

  [[nodiscard]] Answer overflow(Sign sign, const Mode& mode) const {
    constexpr Flags flags{.inexact = true, .overflow = true};
    if (sign == Sign::negative && !has_minus()) return below_zero();
    if (saturates() || stays_finite(sign, mode.direction)) return {code(last_, sign), flags};
    return has_infinities() ? Answer{infinity_code(sign), flags} : nan(flags);
  }
  /// Below the smallest number, or flushed.
  [[nodiscard]] Answer too_small(Sign sign) const {
    constexpr Flags flags{.inexact = true, .underflow = true};
    if (first_ == 0) return {zero_code(sign), flags};
    return sign == Sign::negative ? below_zero() : Answer{code(first_, sign), flags};
  }
  /// A negative number or infinity in a format without a sign.
  [[nodiscard]] Answer below_zero() const {
    return saturates() ? Answer{0, Flags{.inexact = true}} : nan(Flags{.invalid = true});
  }

  /// Of the code point. A stored leading bit does not count.
  [[nodiscard]] bool is_odd(std::uint64_t index) const { return ((index - first_) & 1) != 0; }
  [[nodiscard]] bool has_minus() const { return format_.signedness == Signedness::with_sign; }
  [[nodiscard]] bool saturates() const { return format_.overflow == Overflow::saturating; }
  [[nodiscard]] bool has_infinities() const {
    return format_.specials == Specials::ieee || format_.specials == Specials::p3109;
  }

  [[nodiscard]] std::uint64_t with_leading_bit(std::uint64_t code) const {
    if (format_.leading_bit == LeadingBit::hidden) return code;
    const int stored = format_.precision - 1;
    const std::uint64_t field = code >> stored;
    return (((field << 1) + (field == 0 ? 0 : 1)) << stored) + (code & ones(stored));
  }
  [[nodiscard]] std::uint64_t with_sign(std::uint64_t code, Sign sign) const {
    return sign == Sign::negative ? code + (std::uint64_t{1} << magnitude_width(format_)) : code;
  }
  [[nodiscard]] std::uint64_t code(std::uint64_t index, Sign sign) const {
    return with_sign(with_leading_bit(index - first_), sign);
  }
  [[nodiscard]] std::uint64_t zero_code(Sign sign) const {
    const bool has_both = has_minus() && format_.specials != Specials::fnuz && format_.specials != Specials::p3109;
    return has_both ? with_sign(0, sign) : 0;
  }
  [[nodiscard]] std::uint64_t infinity_code(Sign sign) const {
    const int stored = format_.precision - 1;
    const std::uint64_t code = format_.specials == Specials::ieee ? ones(format_.exponent_bits) << stored
                               : has_minus()                      ? ones(format_.exponent_bits + stored)
                                                                  : ones(format_.exponent_bits + stored) - 1;
    return with_sign(with_leading_bit(code), sign);
  }

  Format format_;
  std::uint64_t first_;  ///< index of the code 0
  std::uint64_t last_ = 0;
};

}  // namespace precipice::testing
