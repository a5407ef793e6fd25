#include "elementary_mpfr.hpp"

#include <cmath>

namespace precipice::elementary {

namespace {

/// MPFR keeps pi and log(2) in each thread that asked for them until it is told to drop them.
struct CachedConstants {
  CachedConstants() = default;
  CachedConstants(const CachedConstants&) = delete;
  CachedConstants& operator=(const CachedConstants&) = delete;
  ~CachedConstants() { mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE); }
};

}  // namespace

MpfrState::MpfrState() {
  [[maybe_unused]] thread_local const CachedConstants dropped_with_the_thread;
  mpfr_set_emin(MPFR_EMIN_DEFAULT);
  mpfr_set_emax(MPFR_EMAX_DEFAULT);
}

MpfrState::~MpfrState() {
  mpfr_set_emin(emin_);
  mpfr_set_emax(emax_);
  mpfr_flags_restore(flags_, MPFR_FLAGS_ALL);
}

double take_multiple(mpfr_ptr value, int exponent) {
  MpfrNumber multiple(table_precision);
  mpfr_mul_2si(multiple, value, -exponent, MPFR_RNDN);
  mpfr_rint(multiple, multiple, MPFR_RNDN);
  const double taken = std::ldexp(mpfr_get_d(multiple, MPFR_RNDN), exponent);
  mpfr_sub_d(value, value, taken, MPFR_RNDN);
  return taken;
}

double take_nearest(mpfr_ptr value) {
  const double taken = mpfr_get_d(value, MPFR_RNDN);
  mpfr_sub_d(value, value, taken, MPFR_RNDN);
  return taken;
}

double rounded_by_mpfr(int (*function)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), double x) {
  const MpfrState state;
  MpfrNumber argument(53);
  mpfr_set_d(argument, x, MPFR_RNDN);
  // The 64 leading bits and then a one, for what follows is not zero: this lies on the same side as function(x) of
  // every double and of every midpoint of two, and so rounds to the same double.
  MpfrNumber value(64);
  function(value, argument, MPFR_RNDZ);
  mpfr_prec_round(value, 65, MPFR_RNDZ);
  if (mpfr_sgn(static_cast<mpfr_ptr>(value)) > 0) {
    mpfr_nextabove(value);
  } else {
    mpfr_nextbelow(value);
  }
  return mpfr_get_d(value, MPFR_RNDN);
}

}  // namespace precipice::elementary
