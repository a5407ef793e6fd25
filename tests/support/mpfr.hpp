#pragma once

#include <mpfr.h>

#include <algorithm>

#include "precipice/number/exact.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice::testing {

/// A number of MPFR: a precision and an exponent that is unbounded for our purposes.
class MpfrNumber {
 public:
  explicit MpfrNumber(mpfr_prec_t precision) { mpfr_init2(value_, precision); }
  explicit MpfrNumber(const Exact& x)
      : MpfrNumber(static_cast<mpfr_prec_t>(std::max<std::int64_t>(bit_length(x.significand()), 2))) {
    switch (x.kind()) {
      case Exact::Kind::nan: mpfr_set_nan(value_); break;
      case Exact::Kind::infinity: mpfr_set_inf(value_, 1); break;
      case Exact::Kind::zero: mpfr_set_zero(value_, 1); break;
      case Exact::Kind::finite:
        mpfr_set_z_2exp(value_, x.significand().backend().data(), static_cast<mpfr_exp_t>(x.exponent()), MPFR_RNDN);
        break;
    }
    mpfr_setsign(value_, value_, x.is_negative() ? 1 : 0, MPFR_RNDN);
  }
  ~MpfrNumber() { mpfr_clear(value_); }
  MpfrNumber(const MpfrNumber&) = delete;
  MpfrNumber& operator=(const MpfrNumber&) = delete;

  mpfr_ptr get() { return value_; }
  [[nodiscard]] mpfr_srcptr get() const { return value_; }

  [[nodiscard]] Exact exact() const {
    const Sign sign = mpfr_signbit(value_) != 0 ? Sign::negative : Sign::positive;
    if (mpfr_nan_p(value_) != 0) return Exact::nan();
    if (mpfr_inf_p(value_) != 0) return Exact::infinity(sign);
    if (mpfr_zero_p(value_) != 0) return Exact::zero(sign);
    Integer significand;
    const mpfr_exp_t exponent = mpfr_get_z_2exp(significand.backend().data(), value_);
    return Exact::finite(sign, abs(significand), exponent);
  }

 private:
  mpfr_t value_;
};

/// MPFR's widest range of exponents while the guard lives; by default they end at +-2^30.
class WidestMpfrRange {
 public:
  WidestMpfrRange() : emin_(mpfr_get_emin()), emax_(mpfr_get_emax()) {
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }
  ~WidestMpfrRange() {
    mpfr_set_emin(emin_);
    mpfr_set_emax(emax_);
  }
  WidestMpfrRange(const WidestMpfrRange&) = delete;
  WidestMpfrRange& operator=(const WidestMpfrRange&) = delete;

 private:
  mpfr_exp_t emin_, emax_;
};

/// What MPFR makes of a function at once, in `precision` bits and our direction; operation(result, rnd) returns
/// MPFR's ternary value. To nearest a tie is even: MPFR has no nearest_away, which is the same where there are no
/// ties.
template <class Operation>
Exact mpfr_result(Operation operation, int precision, Rounding direction) {
  MpfrNumber result(precision);
  switch (direction) {
    case Rounding::nearest_even:
    case Rounding::nearest_away: operation(result.get(), MPFR_RNDN); break;
    case Rounding::toward_zero: operation(result.get(), MPFR_RNDZ); break;
    case Rounding::toward_positive: operation(result.get(), MPFR_RNDU); break;
    case Rounding::toward_negative: operation(result.get(), MPFR_RNDD); break;
    case Rounding::away_from_zero: operation(result.get(), MPFR_RNDA); break;
    case Rounding::to_odd: {
      const bool inexact = operation(result.get(), MPFR_RNDZ) != 0;
      const bool odd = bit_length(result.exact().significand()) == precision;  // the last of `precision` bits is a one
      if (inexact && !odd) mpfr_sgn(result.get()) > 0 ? mpfr_nextabove(result.get()) : mpfr_nextbelow(result.get());
      break;
    }
    case Rounding::stochastic: break;  // has tests of its own
  }
  return result.exact();
}

/// A number of `bits` random bits (sometimes few, or all ones) with its leading one at 2^top.
template <class Random>
Exact random_number(Random& sample, int bits, std::int64_t top) {
  Integer significand = 1;
  while (bit_length(significand) < bits) significand = (significand << 32u) + (sample.bits() >> 32);
  significand >>= static_cast<std::size_t>(bit_length(significand) - bits);
  if (sample.below(8) == 0) significand = (Integer(1) << static_cast<unsigned>(bits)) - 1;
  if (sample.below(8) == 0) significand = 1;
  return Exact::finite(sample.coin() ? Sign::positive : Sign::negative, significand, top - bit_length(significand) + 1);
}

}  // namespace precipice::testing
