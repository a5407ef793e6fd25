// Stochastic rounding against its definition, computed by exact integers and an own Philox.
#include <doctest/doctest.h>

#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"
#include "support/stochastic.hpp"

using namespace precipice;
using testing::Sample;
using testing::StochasticOracle;

namespace {

constexpr std::uint64_t seed = 20260205;
constexpr int formats_in_fast = 300, formats_in_oracle = 20'000, values_per_format = 40;
constexpr int widest_in_fast = 4, widest_in_oracle = 6;

/// One bit, as many as hardware has, more than most numbers have behind the quantum, and no limit.
constexpr std::array numbers_of_bits{1, 2, 3, 8, 13, 64, 300, unlimited_random_bits, unlimited_random_bits};

Draw any_draw(Sample& sample) { return {sample.bits(), sample.bits(), static_cast<std::uint32_t>(sample.bits())}; }

Mode any_mode(Sample& sample) {
  const Tininess tininess = sample.coin() ? Tininess::after_rounding : Tininess::before_rounding;
  const int random_bits = sample.below(64) == 0 ? most_random_bits : sample.one_of(numbers_of_bits);
  return testing::stochastic(random_bits, any_draw(sample), tininess);
}

/// Any family, narrow and wide.
Format any_format(Sample& sample) {
  static const std::vector<Format> narrow = testing::families_up_to(8);
  const auto precision = static_cast<int>(sample.between(1, 256));
  Format f = ieee_like(precision, static_cast<int>(sample.between(2, largest_exponent_bits)));
  while (sample.coin()) f = sample.one_of(narrow);
  if (sample.below(4) == 0) f = with_subnormals(f, sample.one_of(testing::all_subnormals));
  return sample.below(4) == 0 ? saturating(f) : f;
}

/// A number of up to a few more bits than the format has, near its range, its ends more often.
Exact any_number(const Format& f, Sample& sample) {
  const std::int64_t bits = sample.between(1, f.precision + (sample.coin() ? 4 : 200));
  Integer significand = 0;
  for (std::int64_t have = 0; have < bits; have += 64) significand = (significand << 64U) + sample.bits();
  significand >>= static_cast<std::size_t>(bit_length(significand) - std::min(bits, bit_length(significand)));
  if (significand.is_zero()) significand = 1;
  const std::int64_t bottom = smallest_exponent(f), low = bottom - 5;
  std::int64_t top = sample.between(low, std::int64_t{f.emax} + 1);
  if (sample.below(3) == 0) top = sample.between(low, bottom + f.precision + 2);
  if (sample.below(6) == 0) top = f.emax + sample.between(-1, 1);
  if (sample.below(40) == 0) top = bottom - sample.between(0, 1'000'000'000);
  const Sign sign = sample.coin() ? Sign::positive : Sign::negative;
  return Exact::finite(sign, significand, top - bit_length(significand) + 1);
}

void check_random_formats(int formats, std::uint64_t first_seed) {
  testing::Mismatches mismatches;
  for (int i = 0; i < formats; ++i) {
    Sample sample(first_seed + static_cast<std::uint64_t>(i));
    const Format f = any_format(sample);
    const StochasticOracle oracle(f);
    for (int k = 0; k < values_per_format; ++k) {
      const Exact x = any_number(f, sample);
      const Mode mode = any_mode(sample);
      const Rounded got = round(x, f, mode), wanted = oracle.round(testing::DyadicResult{x}, mode);
      mismatches.expect(testing::same(got, wanted),
                        [&] { return testing::case_line("round", f, mode, {x}, got, wanted); });
    }
  }
}

/// Every eighth of the smallest quantum, from the smallest number up and from the end of the range down.
void check_small_formats(int widest, std::int64_t most_binades) {
  testing::Mismatches mismatches;
  Sample sample(seed + 1);
  for (const Format& family : testing::families_up_to(widest)) {
    for (const Format& f : testing::with_every_rule(family)) {
      const StochasticOracle oracle(f);
      const std::int64_t binades = std::min<std::int64_t>(f.emax + 2 - smallest_exponent(f), most_binades);
      for (std::int64_t eighths = 1; eighths < std::int64_t{8} << binades; ++eighths) {
        const Sign sign = sample.coin() ? Sign::positive : Sign::negative;
        for (const std::int64_t quantum : {smallest_exponent(f), f.emax + 2 - binades}) {
          const Exact x = Exact::finite(sign, eighths, quantum - 3);
          const Mode mode = any_mode(sample);
          const Rounded got = round(x, f, mode), wanted = oracle.round(testing::DyadicResult{x}, mode);
          mismatches.expect(testing::same(got, wanted),
                            [&] { return testing::case_line("round", f, mode, {x}, got, wanted); });
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("random numbers in random formats go up when floor(f * 2^n) + R reaches 2^n") {
  check_random_formats(formats_in_fast, seed);
}

TEST_CASE("every eighth of a quantum of the smallest formats is rounded as defined, ends included") {
  check_small_formats(widest_in_fast, 4);
}

TEST_SUITE("oracle") {
  TEST_CASE("eight hundred thousand numbers in random formats go up when floor(f * 2^n) + R reaches 2^n") {
    check_random_formats(formats_in_oracle, seed + 1'000'000);
  }

  TEST_CASE("every eighth of a quantum of every format of up to six bits is rounded as defined, ends included") {
    check_small_formats(widest_in_oracle, 7);
  }
}

TEST_CASE("the beginning of a result either decides as the whole does or asks for more bits") {
  Sample sample(seed + 2);
  testing::Mismatches mismatches;
  int undecided = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Format f = any_format(sample);
    const Exact x = any_number(f, sample);
    const Mode mode = any_mode(sample);
    const Rounded whole = round(x, f, mode);
    const std::int64_t bits = sample.between(1, bit_length(x.significand()));
    const std::int64_t cut = bit_length(x.significand()) - bits;
    if (cut == 0) continue;
    const Unrounded beginning =
        Unrounded::truncated(x.sign(), x.significand() >> static_cast<std::size_t>(cut), x.exponent() + cut);
    const auto got = try_round(beginning, f, mode);
    undecided += got ? 0 : 1;
    if (got)
      mismatches.expect(testing::same(*got, whole),
                        [&] { return testing::case_line("try_round", f, mode, {x}, *got, whole); });
    const bool must_decide = bits >= head_bits(f, mode) && mode.random_bits != unlimited_random_bits;
    mismatches.expect(got || !must_decide, [&] { return testing::case_line("undecided", f, mode, {x}, whole, whole); });
  }
  CHECK(undecided > 100);
}

TEST_CASE("what a format has is kept, and special data are those of any other direction") {
  Sample sample(seed + 3);
  for (const Format& f : testing::families_up_to(widest_in_oracle)) {
    CAPTURE(to_text(f));
    for (std::uint64_t code = 0; code < std::uint64_t{1} << width(f); ++code) {
      const Exact x = testing::to_exact(testing::datum_of(f, code));
      const Rounded got = round(x, f, any_mode(sample)), other = round(x, f, Rounding::toward_zero);
      CHECK(testing::same(got, other));
      if (!x.is_nan()) CHECK(got.value == x);
    }
  }
}
