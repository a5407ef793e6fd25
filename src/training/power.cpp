#include <mpfr.h>

#include "precipice/training/optimizer.hpp"

namespace precipice {

double correctly_rounded_power(double beta, std::uint64_t step) {
  mpfr_t power;
  mpfr_init2(power, 53);
  mpfr_set_d(power, beta, MPFR_RNDN);
  mpfr_pow_ui(power, power, step, MPFR_RNDN);
  const double result =
      mpfr_get_d(power, MPFR_RNDN);  // below 2^-1022 it may be rounded twice: 1 - result is 1 all the same
  mpfr_clear(power);
  return result;
}

}  // namespace precipice
