// Random and adversarial operands of eight operations, in formats of any width, against MPFR, which the Reference
// engine does not use for them: values and flags, in every direction but stochastic.
#include <doctest/doctest.h>

#include "support/against_mpfr.hpp"
#include "support/shard.hpp"

using namespace precipice;
using testing::Sample;

namespace {

constexpr int widest_precision = 256;
constexpr std::size_t operands_per_format = 100;  // times seven directions
/// Formats for each of the eight operations.
constexpr std::size_t formats_in_fast = 30, formats_in_oracle = 300, formats_in_exhaustive = 12'600;
constexpr std::uint64_t seed = 20260201;

/// Any precision to widest_precision, narrow ones more often; any exponent width; now and then other specials and
/// rules.
Format random_format(Sample& sample) {
  const auto precision =
      static_cast<int>(sample.below(3) == 0 ? sample.between(1, 12) : sample.between(1, widest_precision));
  const auto exponent_bits = static_cast<int>(sample.between(2, sample.coin() ? 8 : largest_exponent_bits));
  Format f = ieee_like(precision, exponent_bits);
  if (precision >= 3 && sample.below(6) == 0) {
    constexpr std::array others{Specials::no_infinity, Specials::fnuz, Specials::p3109, Specials::none};
    f = laid_out(precision, exponent_bits, sample.one_of(others));
  }
  constexpr std::array rules{Subnormals::flush_results, Subnormals::flush_operands, Subnormals::flush_both};
  if (sample.below(6) == 0) f = with_subnormals(f, sample.one_of(rules));
  return sample.below(8) == 0 ? saturating(f) : f;
}

/// Every third format is a named one.
Format format_of(std::size_t index, Sample& sample) {
  const auto named = catalogue();
  return index % 3 == 0 ? named[index / 3 % named.size()].format : random_format(sample);
}

/// Whatever the generator becomes, it still finds what is hard.
void check_hardness(const testing::MpfrOperation& operation, const testing::Hardness& found) {
  CHECK(found.underflows > found.operands / 20);
  CHECK(found.overflows > found.operands / 500);
  CHECK(found.exact > found.operands / 50);
  CHECK(found.special > 0);
  const bool has_ties = operation.mpfr != testing::mpfr_reciprocal_root.mpfr;  // 1 / sqrt(x) is a tie but for powers
  if (has_ties) CHECK(found.ties > found.operands / 200);
}

void check_every_operation(std::size_t formats, std::uint64_t first_seed) {
  for (std::size_t s = 0; s < testing::subjects.size(); ++s) {
    const testing::Subject& subject = testing::subjects[s];
    CAPTURE(std::string(subject.operation.name));
    testing::Mismatches mismatches;
    testing::Hardness hardness;
    for (std::size_t i = 0; i < formats; ++i) {
      if (!testing::is_in_this_shard(i)) continue;
      Sample sample(first_seed + s * formats + i);
      const Format f = format_of(i, sample);
      testing::compare_with_mpfr(subject, f, operands_per_format, sample, mismatches, hardness);
    }
    check_hardness(subject.operation, hardness);
  }
}

}  // namespace

TEST_CASE("+ - * / sqrt rsqrt fma and remainder are MPFR's, with every flag, on a sample of hard operands") {
  check_every_operation(formats_in_fast, seed);
}

TEST_SUITE("oracle") {
  TEST_CASE("+ - * / sqrt rsqrt fma and remainder are MPFR's, with every flag, on a quarter of a million operands") {
    check_every_operation(formats_in_oracle, seed + 1'000'000);
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("ten million random and adversarial operands give MPFR's results in every direction") {
    check_every_operation(formats_in_exhaustive, seed + 2'000'000);
  }
}
