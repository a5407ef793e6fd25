#pragma once

#include <boost/multiprecision/mpfr.hpp>

#include "precipice/number/exact.hpp"

namespace precipice::predicted {

/// A real number to some 500 bits, far beyond every format that a prediction is made for (binary256 has 237).
using Real =
    boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<150, boost::multiprecision::allocate_stack>,
                                  boost::multiprecision::et_off>;

inline constexpr int real_bits = 450;  ///< of which all predictions are sure

/// 2^exponent.
inline Real power(std::int64_t exponent) { return ldexp(Real(1), static_cast<int>(exponent)); }

/// Of a finite datum of at most real_bits bits.
inline Real to_real(const Exact& x) {
  if (x.is_zero()) return 0;
  const Real magnitude = ldexp(Real(x.significand()), static_cast<int>(x.exponent()));
  return x.is_negative() ? Real(-magnitude) : magnitude;
}

/// The same number. x >= 0.
inline Exact to_exact(const Real& x) {
  if (x == 0) return {};
  Integer significand;
  const auto exponent = mpfr_get_z_2exp(significand.backend().data(), x.backend().data());
  return Exact::finite(Sign::positive, std::move(significand), exponent);
}

}  // namespace precipice::predicted
