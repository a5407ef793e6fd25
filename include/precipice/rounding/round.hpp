#pragma once

#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice {

/// The exact result of an operation, as far as rounding can tell: `head`, and if `sticky` something more, away from
/// zero, that is less than one unit of the last place given (2^last_exponent). Whoever makes a sticky one gives a head
/// with at least two bits more than the format that it will be rounded to.
struct Unrounded {
  Exact head;
  bool sticky = false;
  std::int64_t last_exponent = 0;  ///< of the bit below which the sticky part lies; meaningful if sticky

  Unrounded(Exact exact) : head(std::move(exact)) {}  // NOLINT(google-explicit-constructor): an exact result is one
  /// (-1)^sign * (magnitude + something in (0, 1)) * 2^exponent; magnitude > 0.
  static Unrounded truncated(Sign sign, Integer magnitude, std::int64_t exponent) {
    Unrounded result(Exact::finite(sign, std::move(magnitude), exponent));
    result.sticky = true;
    result.last_exponent = exponent;
    return result;
  }
};

/// IEEE 754-2019, clause 7: what an operation signals. Returned by value; there is no global status.
struct Flags {
  bool inexact = false;
  bool underflow = false;  ///< tiny after rounding, and inexact
  bool overflow = false;
  bool invalid = false;
  bool divide_by_zero = false;

  friend bool operator==(const Flags&, const Flags&) = default;
};

struct Rounded {
  Exact value;
  Flags flags;
};

/// The one definition of rounding: the datum of `format` that `direction` chooses for the exact result. Zeros keep
/// their sign, infinities and NaN stay. With precision 1 the even neighbour is the one with the even code point
/// (P3109).
Rounded round(const Unrounded& exact, const Format& format, Rounding direction);

}  // namespace precipice
