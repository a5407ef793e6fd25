// The Reference engine's + - * / sqrt rsqrt fma and remainder in formats far wider than the machine's, against MPFR.
#include <doctest/doctest.h>

#include "support/against_mpfr.hpp"

using namespace precipice;
using testing::Sample;

namespace {

/// Operands of each of the eight operations, times seven directions.
constexpr std::size_t operands_in_fast = 20, operands_in_oracle = 1'500, operands_of_widest = 20;
constexpr std::uint64_t seed = 20260113;

void check_format(const Format& f, std::size_t operands) {
  Sample sample(seed + static_cast<std::uint64_t>(f.precision + f.exponent_bits));
  testing::Mismatches mismatches;
  testing::Hardness hardness;
  for (const testing::Subject& subject : testing::subjects) {
    // With this many bits mpfr_rec_sqrt of MPFR 4.2.0 crashes on a root close to a midpoint.
    if (subject.operation.mpfr == testing::mpfr_reciprocal_root.mpfr && f.precision > 4096) continue;
    testing::compare_with_mpfr(subject, f, operands, sample, mismatches, hardness);
  }
}

}  // namespace

TEST_CASE("formats of 237 to 4096 bits compute as MPFR does, with every flag, on a sample of hard operands") {
  for (const int precision : {237, 1000, 4096}) {
    check_format(ieee_like(precision, 24), operands_in_fast);
    check_format(ieee_like(precision, largest_exponent_bits), operands_in_fast);
  }
}

TEST_SUITE("oracle") {
  TEST_CASE("twelve thousand hard operands of 4096 bits give MPFR's results in every direction") {
    check_format(ieee_like(4096, 24), operands_in_oracle);
  }

  TEST_CASE("the widest format computes as MPFR does, rsqrt aside") {
    check_format(ieee_like(largest_precision, largest_exponent_bits), operands_of_widest);
  }
}
