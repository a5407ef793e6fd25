#pragma once

#include "support/format_ends.hpp"
#include "support/mpfr.hpp"

namespace precipice::testing {

/// One finite and non-zero result of an operation of MPFR, rounded into a format in any direction and with every
/// flag. MPFR rounds in the wide range of its exponents, at the precision that is left at the result's exponent: its
/// own treatment of the ends of a range (faulty in 4.2.0) is never met. What it does not know (ties away, to odd,
/// even codes of precision 1) follows from a truncation and its ternary value. Precondition: a WidestMpfrRange lives.
/// Operation: operation(result, rnd) computes with the precision of `result` and returns the ternary value.
template <class Operation>
class MpfrRounding {
 public:
  MpfrRounding(const FormatEnds& ends, const Operation& operation)
      : ends_(ends),
        format_(ends.format()),
        operation_(operation),
        truncated_(format_.precision),
        value_(format_.precision) {
    truncated_is_inexact_ = operation_(truncated_.get(), MPFR_RNDZ) != 0;
    sign_ = mpfr_signbit(truncated_.get()) != 0 ? Sign::negative : Sign::positive;
    if (is_ordinary()) top_ = top_of(truncated_);
  }

  /// Neither zero nor infinite nor NaN: the only results that `round` takes.
  [[nodiscard]] bool is_ordinary() const { return mpfr_regular_p(truncated_.get()) != 0; }

  [[nodiscard]] Rounded round(const Mode& mode) {
    const bool tiny_before = top_ < format_.emin, tiny_after = tiny_before && is_tiny_after(mode.direction);
    const std::int64_t lost = std::max<std::int64_t>(format_.emin - top_, 0);
    const bool inexact = to_bits(format_.precision - lost, mode.direction);
    return ends_.finish({value_.exact(), inexact, tiny_before, tiny_after}, mode);
  }

 private:
  static std::int64_t top_of(const MpfrNumber& x) { return mpfr_get_exp(x.get()) - 1; }

  /// The result of `bits` bits goes to value_; returns whether it is inexact. Below one bit it is nothing or
  /// 2^quantum.
  bool to_bits(std::int64_t bits, Rounding direction) {
    if (bits < 1) return to_no_bits(bits, direction);
    mpfr_set_prec(value_.get(), bits);
    switch (direction) {
      case Rounding::nearest_even: return format_.precision == 1 ? to_even_code() : rounded(MPFR_RNDN);
      case Rounding::toward_zero: return rounded(MPFR_RNDZ);
      case Rounding::toward_positive: return rounded(MPFR_RNDU);
      case Rounding::toward_negative: return rounded(MPFR_RNDD);
      case Rounding::away_from_zero: return rounded(MPFR_RNDA);
      case Rounding::nearest_away: return ties_away(bits);
      case Rounding::to_odd: {
        const bool inexact = rounded(MPFR_RNDZ);
        const bool odd =
            format_.precision == 1 ? has_odd_field() : static_cast<std::int64_t>(mpfr_min_prec(value_.get())) == bits;
        if (inexact && !odd) away();
        return inexact;
      }
      case Rounding::stochastic: break;  // has tests of its own
    }
    return false;
  }

  bool rounded(mpfr_rnd_t rounding) { return operation_(value_.get(), rounding) != 0; }
  void away() { sign_ == Sign::positive ? mpfr_nextabove(value_.get()) : mpfr_nextbelow(value_.get()); }

  bool ties_away(std::int64_t bits) {
    mpfr_set_prec(value_.get(), bits + 1);
    const bool inexact = rounded(MPFR_RNDZ), half = static_cast<std::int64_t>(mpfr_min_prec(value_.get())) == bits + 1;
    mpfr_prec_round(value_.get(), bits, half ? MPFR_RNDA : MPFR_RNDZ);
    return inexact || half;
  }

  /// Precision 1: a tie goes to the even code, and the only stored bits are those of the exponent.
  bool to_even_code() {
    mpfr_set_prec(value_.get(), 2);
    const bool more = rounded(MPFR_RNDZ), half = mpfr_min_prec(value_.get()) == 2;
    mpfr_prec_round(value_.get(), 1, MPFR_RNDZ);
    if (half && (more || has_odd_field())) away();
    return more || half;
  }
  [[nodiscard]] bool has_odd_field() const {
    const std::int64_t lowest_field = format_.specials == Specials::e8m0 ? 0 : 1;
    return ((top_of(value_) - format_.emin + lowest_field) & 1) != 0;
  }

  /// |result| < 2^quantum: zero or the smallest number; at bits = 0 it is at least half of that.
  bool to_no_bits(std::int64_t bits, Rounding direction) {
    const bool half = bits == 0 && !truncated_is_inexact_ && mpfr_min_prec(truncated_.get()) == 1;
    const bool above_half = bits == 0 && !half;
    bool up = direction == Rounding::away_from_zero || direction == Rounding::to_odd;
    if (direction == Rounding::toward_positive) up = sign_ == Sign::positive;
    if (direction == Rounding::toward_negative) up = sign_ == Sign::negative;
    if (direction == Rounding::nearest_even) up = above_half;
    if (direction == Rounding::nearest_away) up = above_half || half;
    const std::int64_t quantum = std::int64_t{format_.emin} - format_.precision + 1;
    mpfr_set_prec(value_.get(), 2);
    mpfr_set_si_2exp(value_.get(), up ? 1 : 0, quantum, MPFR_RNDN);
    mpfr_setsign(value_.get(), value_.get(), sign_ == Sign::negative ? 1 : 0, MPFR_RNDN);
    return true;
  }

  bool is_tiny_after(Rounding direction) {
    if (top_ < format_.emin - 1) return true;
    to_bits(format_.precision, direction);
    return top_of(value_) < format_.emin;
  }

  const FormatEnds& ends_;
  Format format_;
  const Operation& operation_;
  MpfrNumber truncated_, value_;
  bool truncated_is_inexact_;
  Sign sign_;
  std::int64_t top_ = 0;
};

}  // namespace precipice::testing
