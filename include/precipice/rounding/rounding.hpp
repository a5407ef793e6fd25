#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "precipice/number/sign.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// Rounding directions: the five of IEEE 754-2019, clause 4.3, and three more that hardware and the literature use.
enum class Rounding : std::uint8_t {
  nearest_even,     ///< to nearest, ties to the even neighbour
  nearest_away,     ///< to nearest, ties away from zero
  toward_zero,      ///< truncation
  toward_positive,  ///< up
  toward_negative,  ///< down
  away_from_zero,   ///< anything inexact grows in magnitude
  to_odd,           ///< an inexact result gets an odd last bit: safe to round again
  stochastic,       ///< up with the probability of the part that falls off: see Mode
};

/// When a result is tiny (IEEE 754-2019, clause 7.5): by its magnitude as it is, or as rounded to the precision without
/// a lower end of the exponents. Decides when underflow is flagged, no result.
enum class Tininess : std::uint8_t { after_rounding, before_rounding };

/// Which random number a stochastic rounding takes: a function of these alone, not of the order of calls, of threads or
/// of the machine (Philox4x32-10).
struct Draw {
  std::uint64_t key = 0;      ///< the seed
  std::uint64_t counter = 0;  ///< which operation
  std::uint32_t part = 0;     ///< which rounding within one operation, such as a sum

  friend constexpr bool operator==(const Draw&, const Draw&) = default;
};

/// Stochastic rounding with the exact probability, whatever the number of bits of the part that falls off.
inline constexpr int unlimited_random_bits = 0;
inline constexpr int most_random_bits = 4096;

/// How an operation rounds: everything besides the format that decides its result and flags. Given by value with every
/// operation; there is no global mode. A bare direction is one.
///
/// Stochastic: let f in [0, 1) be the part of the exact result (not of one rounded before) behind the last bit, in
/// units of that bit. With n random bits R = 0..2^n-1 the magnitude goes up if floor(f * 2^n) + R >= 2^n, as hardware
/// does that adds random bits below the last place and truncates (P3109's StochasticA): with probability floor(f * 2^n)
/// / 2^n. Unlimited, R has no end and the probability is f.
struct Mode {
  Rounding direction = Rounding::nearest_even;
  Tininess tininess = Tininess::after_rounding;
  int random_bits = unlimited_random_bits;  ///< n, up to most_random_bits
  Draw draw{};

  constexpr Mode() = default;
  constexpr Mode(Rounding rounding) : direction(rounding) {}  // NOLINT(google-explicit-constructor): see above
  constexpr Mode(Rounding rounding, Tininess tiny) : direction(rounding), tininess(tiny) {}

  friend constexpr bool operator==(const Mode&, const Mode&) = default;
};

/// The same mode for another rounding of the same operation.
constexpr Mode for_part(Mode mode, std::uint64_t part) {
  mode.draw.part = static_cast<std::uint32_t>(part);
  return mode;
}

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
    case Rounding::stochastic: break;  // decided by `round`, which knows the random number
  }
  return false;
}

/// Whether a result beyond the range becomes infinite (else the largest finite number): IEEE 754-2019, clause 7.4. To
/// odd stays finite, since IEEE's largest number is the odd neighbour; stochastic rounding has left the range already.
constexpr bool overflows_to_infinity(Rounding direction, Sign sign) {
  return direction == Rounding::nearest_even || direction == Rounding::nearest_away ||
         direction == Rounding::stochastic || rounds_up(direction, sign, Tail::above_half, true);
}

/// Sign of an exact zero that is the sum of two numbers of opposite sign (clause 6.3).
constexpr Sign sign_of_cancellation(Rounding direction) {
  return direction == Rounding::toward_negative ? Sign::negative : Sign::positive;
}

/// Canonical name: nearest-even, nearest-away, toward-zero, toward-positive, toward-negative, away-from-zero, to-odd,
/// stochastic.
std::string_view to_text(Rounding direction);

/// Reads a canonical name, its short form (rne, rna, rz, ru, rd, raz, ro, sr) or the name in the style of IEEE 754
/// (roundTiesToEven, ...). Throws ConfigError naming what would be right.
Rounding parse_rounding(std::string_view text);

/// The same, and `stochastic:n` or `sr:n` for n random bits. Tininess and draw are the defaults.
Mode parse_mode(std::string_view text);
/// The canonical name, with the number of random bits if that is limited: stochastic:8. The draw has no text.
std::string to_text(const Mode& mode);

/// Every direction that needs no random number, in the order of the enumeration.
std::span<const Rounding> deterministic_roundings();

}  // namespace precipice
#pragma GCC visibility pop
