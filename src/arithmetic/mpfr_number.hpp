#pragma once

#include <mpfr.h>

#include "precipice/rounding/round.hpp"

namespace precipice {

/// Gives MPFR its widest exponent range, which is far wider than that of any format, and puts the thread's range and
/// flags back.
class MpfrState {
 public:
  MpfrState();
  ~MpfrState();
  MpfrState(const MpfrState&) = delete;
  MpfrState& operator=(const MpfrState&) = delete;

 private:
  mpfr_exp_t emin_ = mpfr_get_emin();
  mpfr_exp_t emax_ = mpfr_get_emax();
  mpfr_flags_t flags_ = mpfr_flags_save();
};

class MpfrNumber {
 public:
  explicit MpfrNumber(std::int64_t precision) {
    mpfr_init2(value_, precision < MPFR_PREC_MIN ? MPFR_PREC_MIN : static_cast<mpfr_prec_t>(precision));
  }
  /// A finite number, with its sign if it is zero.
  explicit MpfrNumber(const Exact& value);
  ~MpfrNumber() { mpfr_clear(value_); }
  MpfrNumber(const MpfrNumber&) = delete;
  MpfrNumber& operator=(const MpfrNumber&) = delete;

  operator mpfr_ptr() { return value_; }
  operator mpfr_srcptr() const { return value_; }

  /// The result of an operation that MPFR truncated toward zero; `ternary` is what MPFR said of it.
  [[nodiscard]] Unrounded truncated(int ternary) const;

 private:
  mpfr_t value_;
};

}  // namespace precipice
