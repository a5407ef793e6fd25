#pragma once

#include <cstdint>

#pragma GCC visibility push(default)
namespace precipice {

/// What happened to results, counted by Observed. One for each role (or thread) whose operations are to be told apart.
///
/// An exact result is that of the operands as they were given, before a format that flushes operands sees them. A
/// difference is the sum with the opposite number.
struct Observations {
  std::uint64_t operations = 0;  ///< all that round, whatever their operands: everything but comparisons
  std::uint64_t additions = 0;   ///< sums and differences of two finite numbers other than zero
  /// Of these: the result is one of the operands, x + y == x, and no overflow made it so. The smaller one had no
  /// effect.
  std::uint64_t absorbed = 0;
  /// Of the others, unless they overflowed or gave zero: bits of the smaller operand were lost.
  std::uint64_t partially_absorbed = 0;
  /// In an absorbed addition all bits of the smaller operand, from its leading to its last non-zero one; in a partially
  /// absorbed one those of them that stand below the last place of the exact sum, which is the quantum_exponent of its
  /// leading bit. An exact sum that has no bit there loses none.
  std::uint64_t bits_lost = 0;
  /// Operands finite, exact result finite and not zero, result zero. (So is the zero that a saturating format without a
  /// sign makes of a negative number.)
  std::uint64_t underflows_to_zero = 0;
  std::uint64_t subnormal_results = 0;  ///< below 2^emin, but not zero
  /// Operands finite, and the operation signalled overflow (IEEE 754-2019, clause 7.4), whatever became of the result:
  /// an infinity, the largest number, NaN in a format without infinities. A pole, such as 1/0 or log 0, is none.
  std::uint64_t overflows = 0;
  std::uint64_t nans_made = 0;  ///< NaN without one among the operands, be it by overflow

  Observations& operator+=(const Observations& other);
  friend bool operator==(const Observations&, const Observations&) = default;
};

}  // namespace precipice
#pragma GCC visibility pop
