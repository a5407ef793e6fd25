// Elementary functions on random and adversarial operands of wide formats, values and flags, in every direction but
// stochastic, against ball arithmetic.
#include <doctest/doctest.h>

#include "support/function_check.hpp"
#include "support/hard_arguments.hpp"
#include "support/shard.hpp"

using namespace precipice;
using testing::Closeness;
using testing::ElementaryFunction;
using testing::HardArguments;
using testing::Mismatches;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260311;
constexpr int operands = 10'000;  // of each function in each format
constexpr int operands_of_thousands_of_bits = 300;
constexpr int operands_of_a_random_format = 20;  // the same
constexpr std::size_t random_formats_in_oracle = 250, random_formats_in_exhaustive = 6'000;
constexpr int widest_precision = 300;

const std::array wide_formats{binary64, binary128,         binary256,       ieee_like(24, 8),
                              tf32,     ieee_like(24, 30), ieee_like(2, 30)};

void check(std::size_t index, const Format& f, int count, Sample& sample, Closeness& closeness,
           Mismatches& mismatches) {
  const ElementaryFunction& function = testing::elementary_functions[index];
  HardArguments arguments(f, sample);
  const testing::WideRounding rounding(f);
  for (int i = 0; i < count; ++i) {
    const Exact x = sample.coin() ? arguments.general() : arguments.hard_for(index);
    const testing::Outcome outcome = testing::outcome_of(function, x, testing::deciding_bits(f));
    closeness.count(outcome, f);
    testing::compare_rounded(
        function.name, f, rounding, testing::modes_by_chance(sample), {x}, outcome,
        [&](const Mode& mode) { return function.ours(x, f, mode); }, mismatches);
  }
}

void check_all(const Format& f, int count, Mismatches& mismatches) {
  Closeness closeness;
  for (std::size_t i = 0; i < testing::elementary_functions.size(); ++i) {
    Sample sample(seed + i);
    check(i, f, count, sample, closeness, mismatches);
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
    for (std::size_t function = 0; function < testing::elementary_functions.size(); ++function) {
      check(function, f, operands_of_a_random_format, sample, closeness, mismatches);
    }
  }
}

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("elementary functions of hard operands are correctly rounded in wide formats") {
    Mismatches mismatches;
    for (const Format& f : wide_formats) check_all(f, operands, mismatches);
  }

  TEST_CASE("elementary functions of hard operands are correctly rounded to 4096 bits") {
    Mismatches mismatches;
    check_all(ieee_like(4096, 30), operands_of_thousands_of_bits, mismatches);
  }

  TEST_CASE("elementary functions of hard operands are correctly rounded in any format") {
    check_random_formats(random_formats_in_oracle, 1);
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("elementary functions of millions of hard operands are correctly rounded in thousands of formats") {
    check_random_formats(random_formats_in_exhaustive, 2);
  }
}
