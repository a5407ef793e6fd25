#pragma once

#include <span>
#include <string_view>

#include "precipice/number/exact.hpp"

namespace precipice {

/// Rounding directions: the five of IEEE 754-2019, clause 4.3, and two more that hardware and the literature use.
enum class Rounding : std::uint8_t {
  nearest_even,     ///< to nearest, ties to the even neighbour
  nearest_away,     ///< to nearest, ties away from zero
  toward_zero,      ///< truncation
  toward_positive,  ///< up
  toward_negative,  ///< down
  away_from_zero,   ///< anything inexact grows in magnitude
  to_odd,           ///< an inexact result gets an odd last bit: safe to round again
};

/// What fell off behind the last bit that was kept, against half of that bit.
enum class Tail : std::uint8_t { zero, below_half, half, above_half };

/// Whether the magnitude goes up by one unit in the last place; `odd` is the parity of the neighbour below.
constexpr bool rounds_up(Rounding direction, Sign sign, Tail tail, bool odd) {
  switch (direction) {
    case Rounding::nearest_even: return tail == Tail::half ? odd : tail == Tail::above_half;
    case Rounding::nearest_away: return tail >= Tail::half;
    case Rounding::toward_zero: return false;
    case Rounding::toward_positive: return tail != Tail::zero && sign == Sign::positive;
    case Rounding::toward_negative: return tail != Tail::zero && sign == Sign::negative;
    case Rounding::away_from_zero: return tail != Tail::zero;
    case Rounding::to_odd: return tail != Tail::zero && !odd;
  }
  return false;
}

/// Whether a result beyond the range becomes infinite (else the largest finite number): IEEE 754-2019, clause 7.4;
/// to odd stays finite, since the largest number is the odd neighbour.
constexpr bool overflows_to_infinity(Rounding direction, Sign sign) {
  return direction == Rounding::nearest_even || direction == Rounding::nearest_away ||
         rounds_up(direction, sign, Tail::above_half, true);
}

/// Sign of an exact zero that is the sum of two numbers of opposite sign (clause 6.3).
constexpr Sign sign_of_cancellation(Rounding direction) {
  return direction == Rounding::toward_negative ? Sign::negative : Sign::positive;
}

/// Canonical name: nearest-even, nearest-away, toward-zero, toward-positive, toward-negative, away-from-zero, to-odd.
std::string_view to_text(Rounding direction);

/// Reads a canonical name, its short form (rne, rna, rz, ru, rd, raz, ro) or the name in the style of IEEE 754
/// (roundTiesToEven, ...). Throws ConfigError naming what would be right.
Rounding parse_rounding(std::string_view text);

/// Every direction, in the order of the enumeration.
std::span<const Rounding> all_roundings();

}  // namespace precipice
