#pragma once

#include <optional>

#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"
#include "precipice/rounding/rounding.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// The exact result of an operation, as far as rounding can tell: `head`, and if `sticky` something more, away from
/// zero, that is less than one unit of the last place given (2^last_exponent).
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

/// So far below the smallest number that only the sign of a result matters: no direction and no random number of up to
/// most_random_bits tells such results apart, and one without end with a probability below 2^-most_random_bits.
constexpr std::int64_t vanishing_exponent(const Format& f) {
  return smallest_exponent(f) - std::int64_t{2} * most_random_bits;
}

/// Stands for every result below 2^vanishing_exponent.
inline Unrounded vanishing(Sign sign, const Format& f) {
  return Unrounded::truncated(sign, 1, vanishing_exponent(f) - 1);
}

/// IEEE 754-2019, clause 7: what an operation signals. Returned by value; there is no global status.
struct Flags {
  bool inexact = false;
  bool underflow = false;  ///< tiny (see Tininess) and inexact
  bool overflow = false;
  bool invalid = false;
  bool divide_by_zero = false;

  friend bool operator==(const Flags&, const Flags&) = default;
  /// What two operations signal together.
  friend constexpr Flags operator|(const Flags& a, const Flags& b) {
    return {a.inexact || b.inexact, a.underflow || b.underflow, a.overflow || b.overflow, a.invalid || b.invalid,
            a.divide_by_zero || b.divide_by_zero};
  }
};

struct Rounded {
  Exact value;
  Flags flags;
};

/// The one definition of rounding: the datum of `format` that the mode chooses for the exact result.
/// - Finite: the neighbour that the direction takes. With precision 1 the even one is that with the even code point
///   (P3109). Flags as in IEEE 754-2019, clause 7.
/// - Beyond the largest number as if there were no end of the range: infinity or the largest number, as clause 7.4 says
///   (to odd: the largest); NaN in a format that has no infinity; the largest number if the format saturates.
/// - Under flush_results a number that, rounded to the precision without a lower end of the exponents, lies below the
///   smallest normal one becomes a zero of its sign, with underflow and inexact. A format without a zero flushes
///   nothing.
/// - Infinite: itself; in a saturating format the largest number with overflow and inexact; NaN with invalid in others.
/// - NaN: quiet, without payload and positive (an IEEE-like format of precision 1 has no code point for it); in a
///   format of numbers only the largest number, with invalid, as PTX's cvt.satfinite makes of it.
/// - Zero: keeps its sign where the format has both; NaN with invalid if the format has no zero. A positive result too
///   small for such a format becomes its smallest number, with underflow and inexact.
/// - Negative in a format without a sign: NaN with invalid (saturating: zero, or the smallest number) unless it rounds
///   to zero.
/// Precondition: `exact` has the bits that decide (see try_round).
Rounded round(const Unrounded& exact, const Format& format, const Mode& mode);

/// The same, or nothing if a truncated head ends before the bits that decide: it needs head_bits, and now and then more
/// where the random number of a stochastic rounding agrees with all that the head has.
std::optional<Rounded> try_round(const Unrounded& exact, const Format& format, const Mode& mode);

/// The number of bits that a truncated head needs at first.
std::int64_t head_bits(const Format& format, const Mode& mode);

/// Rounds the result of which `truncated(bits)` gives at least that many bits.
template <class Truncated>
Rounded round_truncated(const Truncated& truncated, const Format& format, const Mode& mode) {
  for (std::int64_t bits = head_bits(format, mode);; bits *= 2) {
    if (auto rounded = try_round(truncated(bits), format, mode)) return *std::move(rounded);
  }
}

}  // namespace precipice
#pragma GCC visibility pop
