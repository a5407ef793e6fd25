#pragma once

#include <mpfr.h>

// What exp.cpp and log.cpp take from MPFR: their tables, and the results that their rounding tests leave open.
namespace precipice::elementary {

/// Gives MPFR its default exponent range, which is far wider than binary64's, and puts the thread's range and flags
/// back.
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
  explicit MpfrNumber(mpfr_prec_t precision) { mpfr_init2(value_, precision); }
  ~MpfrNumber() { mpfr_clear(value_); }
  MpfrNumber(const MpfrNumber&) = delete;
  MpfrNumber& operator=(const MpfrNumber&) = delete;

  operator mpfr_ptr() { return value_; }

 private:
  mpfr_t value_;
};

/// Bits of the numbers that tables are cut from.
inline constexpr mpfr_prec_t table_precision = 256;

/// Subtracts from value the nearest multiple of 2^exponent, which must be a double, and returns that multiple.
double take_multiple(mpfr_ptr value, int exponent);

/// Subtracts from value the nearest double and returns it.
double take_nearest(mpfr_ptr value);

/// function(x) rounded once to binary64, to nearest, subnormal results too; for function(x) that no number of 65 bits
/// equals.
double rounded_by_mpfr(int (*function)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), double x);

}  // namespace precipice::elementary
