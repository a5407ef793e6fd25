// pow on all pairs of small formats and on hard pairs of wide ones, values and flags, in every direction but
// stochastic, against exact powers and ball arithmetic.
#include <doctest/doctest.h>

#include "support/formats.hpp"
#include "support/function_check.hpp"
#include "support/hard_powers.hpp"
#include "support/power_oracle.hpp"
#include "support/shard.hpp"

using namespace precipice;
using testing::Closeness;
using testing::Mismatches;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260321;
constexpr int pairs = 10'000;  // in each format
constexpr int pairs_of_thousands_of_bits = 300;
constexpr int pairs_of_a_random_format = 60;
constexpr std::size_t random_formats_in_oracle = 1'000, random_formats_in_exhaustive = 5'000;
constexpr int widest_precision = 300;

testing::Outcome outcome_of(const Format& f, const Exact& x, const Exact& y) {
  return testing::power_outcome(testing::as_seen(f, x), testing::as_seen(f, y), testing::deciding_bits(f));
}

/// All pairs of data of `operands`, rounded into `f`.
void check_all_pairs(const Format& operands, const Format& f, Mismatches& mismatches) {
  const testing::SmallRounding rounding(f);
  const std::vector<Mode> modes = testing::all_modes();
  const std::uint64_t codes = std::uint64_t{1} << testing::code_width(operands);
  for (std::uint64_t first = 0; first < codes; ++first) {
    const Exact x = to_exact(testing::datum_of(operands, first));
    for (std::uint64_t second = 0; second < codes; ++second) {
      const Exact y = to_exact(testing::datum_of(operands, second));
      testing::compare_rounded(
          "pow", f, rounding, modes, {x, y}, outcome_of(f, x, y),
          [&](const Mode& mode) { return reference::pow(x, y, f, mode); }, mismatches);
    }
  }
}

void check_all_pairs(const std::vector<Format>& formats) {
  Mismatches mismatches;
  for (std::size_t i = 0; i < formats.size(); ++i) {
    if (testing::is_in_this_shard(i)) check_all_pairs(formats[i], formats[i], mismatches);
  }
}

void check_hard_pairs(const Format& f, int count, Sample& sample, Closeness& closeness, Mismatches& mismatches) {
  testing::HardPowers powers(f, sample);
  const testing::WideRounding rounding(f);
  for (int i = 0; i < count; ++i) {
    const auto [x, y] = powers.pair();
    const testing::Outcome outcome = outcome_of(f, x, y);
    closeness.count(outcome, f);
    testing::compare_rounded(
        "pow", f, rounding, testing::modes_by_chance(sample), {x, y}, outcome,
        [&, &x = x, &y = y](const Mode& mode) { return reference::pow(x, y, f, mode); }, mismatches);
  }
}

void check_random_formats(std::size_t count, std::uint64_t stream) {
  Mismatches mismatches;
  Closeness closeness;
  for (std::size_t i = 0; i < count; ++i) {
    if (!testing::is_in_this_shard(i)) continue;
    Sample sample(seed + stream * 1'000'003 + i);
    const auto precision = static_cast<int>(sample.between(1, sample.coin() ? 30 : widest_precision));
    const Format f = ieee_like(precision, static_cast<int>(sample.between(2, largest_exponent_bits)));
    check_hard_pairs(f, pairs_of_a_random_format, sample, closeness, mismatches);
  }
}

}  // namespace

TEST_CASE("powers of all pairs of some formats of six bits are correctly rounded") {
  Mismatches mismatches;
  const Format e3m2 = ieee_like(3, 3), e2m1 = ieee_like(2, 2);
  check_all_pairs(e3m2, e3m2, mismatches);
  check_all_pairs(e3m2, e2m1, mismatches);
  check_all_pairs(e2m1, e3m2, mismatches);
}

TEST_SUITE("oracle") {
  TEST_CASE("powers of hard pairs are correctly rounded in wide formats") {
    Mismatches mismatches;
    Closeness closeness;
    for (const Format& f : {binary64, binary128, binary256, binary32, tf32, ieee_like(24, 30), ieee_like(2, 30)}) {
      Sample sample(seed);
      check_hard_pairs(f, pairs, sample, closeness, mismatches);
    }
  }

  TEST_CASE("powers of hard pairs are correctly rounded to 4096 bits") {
    Mismatches mismatches;
    Closeness closeness;
    Sample sample(seed);
    check_hard_pairs(ieee_like(4096, 30), pairs_of_thousands_of_bits, sample, closeness, mismatches);
  }

  TEST_CASE("powers of hard pairs are correctly rounded in any format") {
    check_random_formats(random_formats_in_oracle, 1);
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("powers of all pairs of all formats of five bits are correctly rounded, whatever the rules of their ends") {
    std::vector<Format> formats;
    for (const Format& f : testing::families_of_width(5)) {
      for (const Format& variant : testing::with_every_rule(f)) formats.push_back(variant);
    }
    check_all_pairs(formats);
  }

  TEST_CASE("powers of all pairs of all formats of six bits are correctly rounded") {
    check_all_pairs(testing::families_of_width(6));
  }

  TEST_CASE("powers of all pairs of the catalogue's formats of eight bits are correctly rounded") {
    std::vector<Format> formats = testing::catalogue_formats();
    std::erase_if(formats, [](const Format& f) { return width(f) != 8; });
    check_all_pairs(formats);
  }

  TEST_CASE("powers of hundreds of thousands of hard pairs are correctly rounded in thousands of formats") {
    check_random_formats(random_formats_in_exhaustive, 2);
  }
}
