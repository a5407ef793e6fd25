#pragma once

#include <initializer_list>
#include <optional>

#include "precipice/rounding/round.hpp"

/// Results that follow from what kind of data the operands are.
namespace precipice::reference::detail {

/// An invalid operation (IEEE 754-2019, clause 7.2).
inline Rounded invalid(const Format& f) {
  Rounded result = round(Exact::nan(), f, {});
  result.flags.invalid = true;
  return result;
}

/// An exact infinity of finite operands (clause 7.3).
inline Rounded pole(Sign sign, const Format& f, const Mode& mode) {
  Rounded result = round(Exact::infinity(sign), f, mode);
  result.flags.divide_by_zero = true;
  return result;
}

/// What an operation with a NaN among its operands gives; nothing without one.
inline std::optional<Rounded> nan_of(std::initializer_list<const Exact*> operands, const Format& f) {
  bool has_nan = false, is_signalling = false;
  for (const Exact* const x : operands) {
    has_nan = has_nan || x->is_nan();
    is_signalling = is_signalling || x->is_signalling();
  }
  if (is_signalling) return invalid(f);
  if (has_nan) return round(Exact::nan(), f, {});
  return {};
}

}  // namespace precipice::reference::detail
