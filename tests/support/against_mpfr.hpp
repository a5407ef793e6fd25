#pragma once

#include "support/hard_operands.hpp"
#include "support/mismatches.hpp"
#include "support/mpfr_operations.hpp"
#include "support/report.hpp"

namespace precipice::testing {

/// An operation with a source of operands that are hard for it.
struct Subject {
  MpfrOperation operation;
  std::array<Exact, 3> (HardOperands::*operands)();
};

inline constexpr std::array subjects{Subject{mpfr_addition, &HardOperands::for_sum},
                                     Subject{mpfr_subtraction, &HardOperands::for_difference},
                                     Subject{mpfr_multiplication, &HardOperands::for_product},
                                     Subject{mpfr_division, &HardOperands::for_quotient},
                                     Subject{mpfr_square_root, &HardOperands::for_root},
                                     Subject{mpfr_reciprocal_root, &HardOperands::for_reciprocal_root},
                                     Subject{mpfr_fused, &HardOperands::for_fused},
                                     Subject{mpfr_nearest_remainder, &HardOperands::for_remainder}};

/// How many operands had which kind of result; that the operands are hard is part of the claim.
struct Hardness {
  std::int64_t operands = 0, ties = 0, underflows = 0, overflows = 0, exact = 0, special = 0;

  void count(const Rounded& even, const Rounded& away) {
    ++operands;
    ties += even.value == away.value ? 0 : 1;  // every other tie
    underflows += even.flags.underflow ? 1 : 0;
    overflows += even.flags.overflow ? 1 : 0;
    exact += even.flags == Flags{} ? 1 : 0;
    special += even.flags.invalid || even.flags.divide_by_zero ? 1 : 0;
  }
};

/// Compares the operation with MPFR's, value and flags, in every direction but stochastic, on so many operands.
inline void compare_with_mpfr(const Subject& subject, const Format& f, std::size_t count, Sample& sample,
                              Mismatches& mismatches, Hardness& hardness) {
  const WidestMpfrRange range;
  HardOperands hard(f, sample);
  const FormatEnds ends(f);
  for (std::size_t i = 0; i < count; ++i) {
    std::array<Exact, 3> operands = (hard.*subject.operands)();
    if (sample.below(64) == 0) operands[sample.below(subject.operation.operands)] = hard.special();
    const std::span<const Exact> given(operands.data(), subject.operation.operands);
    MpfrOracle oracle(subject.operation, ends, given);
    const Tininess tininess = sample.coin() ? Tininess::after_rounding : Tininess::before_rounding;
    hardness.count(oracle.round(Mode(Rounding::nearest_even, tininess)),
                   oracle.round(Mode(Rounding::nearest_away, tininess)));
    for (const Rounding direction : deterministic_roundings()) {
      const Mode mode(direction, tininess);
      const Rounded got = subject.operation.ours(operands.data(), f, mode), wanted = oracle.round(mode);
      mismatches.expect(same(got, wanted),
                        [&] { return case_line(subject.operation.name, f, mode, given, got, wanted); });
    }
  }
}

}  // namespace precipice::testing
