#include "elementary_mpfr.hpp"

#include <cmath>

namespace precipice::elementary {

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
  if (mpfr_sgn(static_cast<mpfr_srcptr>(value)) > 0) {
    mpfr_nextabove(value);
  } else {
    mpfr_nextbelow(value);
  }
  return mpfr_get_d(value, MPFR_RNDN);
}

}  // namespace precipice::elementary
