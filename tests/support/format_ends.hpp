#pragma once

#include "precipice/rounding/round.hpp"

namespace precipice::testing {

/// The finite number of a format on top of its magnitudes, from what IEEE 754-2019, OCP and P3109 say which codes
/// stand for something else. Not for formats with an emax of their own.
inline Exact top_number(const Format& f) {
  const int stored = f.precision - 1;
  Integer code = (Integer(1) << static_cast<unsigned>(f.exponent_bits + stored)) - 1;
  const int nan_on_top = has_sign(f) ? 0 : 1;  // without a sign there is no -0 to be the NaN
  switch (f.specials) {
    case Specials::ieee: code -= Integer(1) << static_cast<unsigned>(stored); break;
    case Specials::no_infinity:
    case Specials::e8m0: code -= 1; break;
    case Specials::p3109: code -= 1 + nan_on_top; break;
    case Specials::fnuz: code -= nan_on_top; break;
    case Specials::none: break;
  }
  const Integer field = code >> static_cast<unsigned>(stored), hidden = Integer(1) << static_cast<unsigned>(stored);
  const std::int64_t lowest_field = f.specials == Specials::e8m0 ? 0 : 1;  // that of 2^emin
  return Exact::finite(Sign::positive, hidden + (code & Integer(hidden - 1)),
                       static_cast<std::int64_t>(field) - lowest_field + f.emin - stored);
}

/// What an oracle found of a result: the multiple of its quantum that the direction takes, as if the range had no
/// end.
struct Chosen {
  Exact value;       ///< with the sign of the exact result, also if it is zero
  bool is_inexact;   ///< the exact result is another
  bool tiny_before;  ///< the exact result lies below 2^emin
  bool tiny_after;   ///< and so does it, rounded to p bits without a lower end of the exponents
};

/// The ends of a format as the description of round() has them: flags, overflow, zeros, infinities.
class FormatEnds {
 public:
  explicit FormatEnds(const Format& f) : format_(f), largest_(top_number(f)) {}

  [[nodiscard]] const Format& format() const { return format_; }

  [[nodiscard]] Rounded finish(const Chosen& chosen, const Mode& mode) const {
    const Exact& value = chosen.value;
    const bool is_tiny = mode.tininess == Tininess::before_rounding ? chosen.tiny_before : chosen.tiny_after;
    constexpr Flags underflow{.inexact = true, .underflow = true};
    if (!value.is_zero() && compare(value.magnitude(), largest_) > 0) return overflow(value.sign(), mode.direction);
    if (chosen.tiny_after && flushes_results(format_) && has_zero(format_)) return {zero(value.sign()), underflow};
    const Flags flags{.inexact = chosen.is_inexact, .underflow = chosen.is_inexact && is_tiny};
    if (value.is_zero() && has_zero(format_)) return {zero(value.sign()), flags};
    if (value.is_negative() && !has_sign(format_)) return negative();
    if (!has_zero(format_) && (value.is_zero() || chosen.tiny_after)) return {smallest(), underflow};
    return {value, flags};
  }

  [[nodiscard]] Rounded exact_zero(Sign sign) const {
    return has_zero(format_) ? Rounded{zero(sign), {}} : nan(Flags{.invalid = true});
  }
  [[nodiscard]] Rounded nan(Flags flags) const {
    if (format_.specials != Specials::none) return {Exact::nan(), flags};
    flags.invalid = true;
    return {largest_, flags};
  }
  /// An infinity that is exact, with the flags of whatever gave it.
  [[nodiscard]] Rounded infinite(Sign sign, const Flags& flags) const {
    if (sign == Sign::negative && !has_sign(format_)) {
      const Rounded below = negative();
      return {below.value, below.flags | flags};
    }
    if (saturates(format_)) return {largest(sign), flags | Flags{.inexact = true, .overflow = true}};
    return has_infinity(format_) ? Rounded{Exact::infinity(sign), flags} : nan(flags | Flags{.invalid = true});
  }

 private:
  [[nodiscard]] Exact largest(Sign sign) const { return sign == Sign::negative ? largest_.negated() : largest_; }
  [[nodiscard]] Exact smallest() const { return Exact::finite(Sign::positive, 1, format_.emin); }
  [[nodiscard]] Exact zero(Sign sign) const { return Exact::zero(has_negative_zero(format_) ? sign : Sign::positive); }
  [[nodiscard]] Rounded negative() const {
    if (!saturates(format_)) return {Exact::nan(), Flags{.invalid = true}};
    return {has_zero(format_) ? Exact() : smallest(), Flags{.inexact = true}};
  }

  /// Clause 7.4; to odd the largest number is the odd neighbour; stochastic rounding has left the range already.
  [[nodiscard]] Rounded overflow(Sign sign, Rounding direction) const {
    if (sign == Sign::negative && !has_sign(format_)) return negative();
    const bool stays = direction == Rounding::toward_zero || direction == Rounding::to_odd ||
                       (direction == Rounding::toward_positive && sign == Sign::negative) ||
                       (direction == Rounding::toward_negative && sign == Sign::positive);
    constexpr Flags flags{.inexact = true, .overflow = true};
    if (stays || saturates(format_)) return {largest(sign), flags};
    return {has_infinity(format_) ? Exact::infinity(sign) : Exact::nan(), flags};
  }

  Format format_;
  Exact largest_;
};

}  // namespace precipice::testing
