#pragma once

#include "precipice/number/exact.hpp"
#include "support/datum.hpp"

namespace precipice::testing {

inline Sign sign_of(const Datum& x) { return x.negative ? Sign::negative : Sign::positive; }

inline Exact to_exact(const Datum& x) {
  switch (x.kind) {
    case Datum::Kind::infinity: return Exact::infinity(sign_of(x));
    case Datum::Kind::quiet_nan: return Exact::nan(sign_of(x), Signalling::quiet, x.magnitude.significand);
    case Datum::Kind::signalling_nan: return Exact::nan(sign_of(x), Signalling::signalling, x.magnitude.significand);
    case Datum::Kind::number: break;
  }
  return Exact::finite(sign_of(x), x.magnitude.significand, x.magnitude.exponent);
}

/// The same datum bit for bit: of NaNs the sign, the payload and the quietness as well.
inline bool is_same_datum(const Exact& x, const Exact& y) {
  return x.kind() == y.kind() && x.sign() == y.sign() && x.exponent() == y.exponent() &&
         x.significand() == y.significand();
}

}  // namespace precipice::testing
