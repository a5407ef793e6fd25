#include "arithmetic/mpfr_number.hpp"

namespace precipice {
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
  mpfr_set_emin(mpfr_get_emin_min());
  mpfr_set_emax(mpfr_get_emax_max());
}

MpfrState::~MpfrState() {
  mpfr_set_emin(emin_);
  mpfr_set_emax(emax_);
  mpfr_flags_restore(flags_, MPFR_FLAGS_ALL);
}

MpfrNumber::MpfrNumber(const Exact& value) : MpfrNumber(bit_length(value.significand())) {
  mpfr_set_z_2exp(value_, value.significand().backend().data(), static_cast<mpfr_exp_t>(value.exponent()), MPFR_RNDZ);
  mpfr_setsign(value_, value_, value.is_negative() ? 1 : 0, MPFR_RNDZ);
}

Unrounded MpfrNumber::truncated(int ternary) const {
  if (mpfr_zero_p(value_) != 0) return Exact::zero(mpfr_signbit(value_) != 0 ? Sign::negative : Sign::positive);
  Integer significand;
  const mpfr_exp_t exponent = mpfr_get_z_2exp(significand.backend().data(), value_);
  const Sign sign = significand < 0 ? Sign::negative : Sign::positive;
  if (ternary == 0) return Exact::finite(sign, abs(significand), exponent);
  return Unrounded::truncated(sign, abs(significand), exponent);
}

}  // namespace precipice
