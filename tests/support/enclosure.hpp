#pragma once

#include <optional>

#include "support/ball.hpp"
#include "support/oracle.hpp"

namespace precipice::testing {

/// A number other than zero as far as rounding asks: its magnitude is head * 2^exponent, or, if it is not exact,
/// something between that and (head + 1) * 2^exponent, ends excluded.
struct Enclosure {
  Sign sign;
  Integer head;
  std::int64_t exponent;
  bool is_exact;
};

inline Enclosure exact_enclosure(const Exact& x) { return {x.sign(), x.significand(), x.exponent(), true}; }

enum class Beside : std::uint8_t { nearer_to_zero, farther_from_zero };

/// A number beside x at a distance of less than a unit of its last place, or of its place `bits`, whichever is smaller:
/// that is 2^(top - max(bits, length of x)).
inline Enclosure beside(const Exact& x, Beside side, std::int64_t bits) {
  const std::int64_t more = std::max<std::int64_t>(0, bits + 1 - bit_length(x.significand()));
  Integer head = x.significand() << static_cast<std::size_t>(more);
  if (side == Beside::nearer_to_zero) head -= 1;
  return {x.sign(), std::move(head), x.exponent() - more, false};
}

/// Above or below the numbers of every format, which lie within 2^+-2^30.
inline Enclosure far_out(Sign sign, Beside side, std::int64_t bits) {
  constexpr std::int64_t farther = std::int64_t{1} << 40;
  const Exact far = Exact::finite(sign, 1, side == Beside::nearer_to_zero ? -farther : farther);
  return beside(far, Beside::farther_from_zero, bits);
}

/// The bits that both ends of a ball begin with, if there are that many. The number is known not to be a dyadic one of
/// so few bits.
inline std::optional<Enclosure> common_bits(const Ball& x, std::int64_t bits) {
  const Integer magnitude = abs(x.middle);
  if (magnitude <= x.radius) return {};
  const Integer least = magnitude - x.radius, most = magnitude + x.radius;
  const std::int64_t open = bit_length(least ^ most);
  Integer head = shifted(least, -open);
  if (bit_length(head) < bits) return {};
  return Enclosure{x.middle < 0 ? Sign::negative : Sign::positive, std::move(head), x.exponent + open, false};
}

/// At least `bits` bits of a number that has infinitely many, or more than these: from `compute(balls)` with as many
/// bits as it takes (Ziv 1991).
template <class Compute>
Enclosure enclosed(std::int64_t bits, Compute compute) {
  constexpr std::int64_t most = 1 << 20;
  for (std::int64_t working = bits + 40; working < most; working *= 2) {
    if (auto enclosure = common_bits(compute(Balls(working)), bits)) return *std::move(enclosure);
  }
  throw std::runtime_error("an enclosure does not close: is the result exact?");
}

/// For rounding into formats of few bits.
inline Truncated truncated(const Enclosure& x) {
  const std::int64_t excess = std::max<std::int64_t>(0, bit_length(x.head) - 64);
  const Integer kept = shifted(x.head, -excess);
  const bool dropped = shifted(kept, excess) != x.head;
  return {{static_cast<std::uint64_t>(kept), x.exponent + excess}, dropped || !x.is_exact};
}

}  // namespace precipice::testing
