// Stochastic rounding of operations where it is hard: wide formats, hard operands, random numbers that agree with all
// bits computed at first, exponents that lie hundreds of millions apart.
#include <doctest/doctest.h>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"
#include "support/hard_operands.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"
#include "support/stochastic.hpp"

using namespace precipice;
using testing::HardOperands;
using testing::Rational;
using testing::Sample;
using testing::stochastic;

namespace {

constexpr std::uint64_t seed = 20260208;
constexpr int formats_in_fast = 100, formats_in_oracle = 4'000, operands_per_format = 10;
constexpr std::array numbers_of_bits{1, 3, 8, 32, 500, unlimited_random_bits, unlimited_random_bits};

/// One operation of a random format: every draw is another.
class Check {
 public:
  explicit Check(testing::Mismatches& mismatches) : mismatches_(mismatches) {}

  void format(const Format& f, Sample& sample) {
    const testing::StochasticOracle oracle(f);
    HardOperands hard(f, sample);
    for (int i = 0; i < operands_per_format; ++i) {
      const auto compare = [&](const char* name, std::span<const Exact> x, auto ours, const auto& exact) {
        const std::uint64_t counter = sample.bits();
        const Mode mode = stochastic(sample.one_of(numbers_of_bits), {seed, counter, 0});
        const Rounded got = ours(mode), wanted = oracle.round(exact, mode);
        mismatches_.expect(testing::same(got, wanted),
                           [&] { return testing::case_line(name, f, mode, x, got, wanted); });
      };
      const auto value = [](const Exact& x) { return testing::to_rational(x); };
      const auto two = [](const std::array<Exact, 3>& x) { return std::span<const Exact>(x.data(), 2); };
      if (const auto x = hard.for_sum(); value(x[0]) + value(x[1]) != 0) {
        compare(
            "add", two(x), [&](const Mode& m) { return reference::add(x[0], x[1], f, m); },
            testing::FractionResult{value(x[0]) + value(x[1])});
      }
      if (const auto x = hard.for_product(); !x[0].is_zero() && !x[1].is_zero()) {
        compare(
            "multiply", two(x), [&](const Mode& m) { return reference::multiply(x[0], x[1], f, m); },
            testing::FractionResult{value(x[0]) * value(x[1])});
      }
      if (const auto x = hard.for_quotient(); !x[0].is_zero() && !x[1].is_zero()) {
        compare(
            "divide", two(x), [&](const Mode& m) { return reference::divide(x[0], x[1], f, m); },
            testing::FractionResult{value(x[0]) / value(x[1])});
      }
      if (const Exact x = hard.for_root()[0].magnitude(); !x.is_zero()) {
        compare(
            "square_root", {&x, 1}, [&](const Mode& m) { return reference::square_root(x, f, m); },
            testing::RootResult{value(x)});
        compare(
            "rsqrt", {&x, 1}, [&](const Mode& m) { return reference::rsqrt(x, f, m); },
            testing::RootResult{Rational(1) / value(x)});
      }
      if (const auto x = hard.for_fused(); value(x[0]) * value(x[1]) + value(x[2]) != 0) {
        compare(
            "fused_multiply_add", x,
            [&](const Mode& m) { return reference::fused_multiply_add(x[0], x[1], x[2], f, m); },
            testing::FractionResult{value(x[0]) * value(x[1]) + value(x[2])});
      }
    }
  }

 private:
  testing::Mismatches& mismatches_;
};

void check_random_formats(int formats, std::uint64_t first_seed) {
  testing::Mismatches mismatches;
  Check check(mismatches);
  for (int i = 0; i < formats; ++i) {
    Sample sample(first_seed + static_cast<std::uint64_t>(i));
    const auto precision = static_cast<int>(sample.between(1, sample.coin() ? 12 : 240));
    Format f = ieee_like(precision, static_cast<int>(sample.between(2, 9)));
    if (sample.below(4) == 0) f = with_subnormals(f, Subnormals::flush_results);
    check.format(sample.below(4) == 0 ? saturating(f) : f, sample);
  }
}

}  // namespace

TEST_CASE("hard operands of wide formats are rounded by the bits of their draw") {
  check_random_formats(formats_in_fast, seed);
}

TEST_SUITE("oracle") {
  TEST_CASE("two hundred thousand hard operands of wide formats are rounded by the bits of their draw") {
    check_random_formats(formats_in_oracle, seed + 1'000'000);
  }
}

TEST_CASE("a random number that agrees with all bits of a quotient or root so far gets more of them") {
  // Found by trying some hundred million counters: the first 26 bits of each draw and of the part that falls off add up
  // to ones only, which leaves open whether they reach one.
  struct Row {
    const char* name;
    Rounded (*operation)(const Format& f, const Mode& mode);
    Rational square;
    std::uint64_t counter;
    const char* result;
  };
  const auto divide = [](const Format& f, const Mode& m) {
    return reference::divide(Exact::from(1), Exact::from(3), f, m);
  };
  const auto root = [](const Format& f, const Mode& m) { return reference::square_root(Exact::from(2), f, m); };
  const auto rsqrt = [](const Format& f, const Mode& m) { return reference::rsqrt(Exact::from(3), f, m); };
  const Format f = ieee_like(3, 8);
  for (const Row& row :
       {Row{"1/3", divide, Rational(1, 9), 166680091, "0x1.4p-2"},
        Row{"1/3", divide, Rational(1, 9), 275260839, "0x1.8p-2"}, Row{"sqrt(2)", root, 2, 134588869, "0x1.4p+0"},
        Row{"sqrt(2)", root, 2, 110150950, "0x1.8p+0"}, Row{"rsqrt(3)", rsqrt, Rational(1, 3), 104435347, "0x1p-1"},
        Row{"rsqrt(3)", rsqrt, Rational(1, 3), 296533763, "0x1.4p-1"}}) {
    CAPTURE(std::string(row.name));
    const Mode mode = stochastic(unlimited_random_bits, {seed, row.counter, 0});
    const testing::RootResult exact{row.square};
    const std::int64_t quantum = exact.top() - 2;
    const Integer part = exact.scaled(26 - quantum).floor & ((1U << 26U) - 1);
    CHECK(part + testing::bits_of_draw(mode.draw, 26) == (1U << 26U) - 1);
    const std::int64_t bits = head_bits(f, mode), exponent = exact.top() - bits + 1;
    CHECK(!try_round(Unrounded::truncated(Sign::positive, exact.scaled(-exponent).floor, exponent), f, mode));

    const Rounded got = row.operation(f, mode);
    CHECK(to_hexadecimal(got.value) == row.result);
    CHECK(testing::same(got, testing::StochasticOracle(f).round(exact, mode)));
  }
}

TEST_CASE("sums of far-apart exponents go up, or not down, with a probability of next to nothing") {
  const Format vast = ieee_like(24, 30);
  const Exact one = Exact::from(1), tiny = Exact::finite(Sign::positive, 1, -500'000'000);
  const Exact below = next_down(vast, one);
  int downs = 0;
  constexpr int draws = 64;
  for (std::uint64_t counter = 0; counter < draws; ++counter) {
    const Draw draw{seed, counter, 0};
    for (const int bits : {1, 20, unlimited_random_bits}) {
      CHECK(testing::same(reference::add(one, tiny, vast, stochastic(bits, draw)), {one, Flags{.inexact = true}}));
      CHECK(reference::fused_multiply_add(one, tiny, one, vast, stochastic(bits, draw)).value == one);
    }
    // 1 - tiny lies below 1 by all of a unit but next to nothing: floor(f * 2^n) = 2^n - 1, and only R = 0 stays below.
    const bool is_zero = testing::bits_of_draw(draw, 3).is_zero();
    CHECK(reference::subtract(one, tiny, vast, stochastic(3, draw)).value == (is_zero ? below : one));
    CHECK(reference::subtract(one, tiny, vast, stochastic(unlimited_random_bits, draw)).value == one);
    downs += is_zero ? 1 : 0;
  }
  CHECK(downs > 0);
}

TEST_CASE("results hundreds of millions of binades below the smallest number are zero, and soon found") {
  const Format vast = ieee_like(24, 30);
  const Exact tiny = Exact::finite(Sign::positive, 3, -500'000'000),
              huge = Exact::finite(Sign::positive, 3, 500'000'000);
  constexpr Flags underflow{.inexact = true, .underflow = true};
  for (std::uint64_t counter = 0; counter < 16; ++counter) {
    for (const int bits : {1, 64, most_random_bits, unlimited_random_bits}) {
      const Mode mode = stochastic(bits, {seed, counter, 0});
      CHECK(testing::same(reference::multiply(tiny, tiny, vast, mode), {Exact(), underflow}));
      CHECK(
          testing::same(reference::divide(tiny, huge.negated(), vast, mode), {Exact::zero(Sign::negative), underflow}));
      CHECK(testing::same(reference::fused_multiply_add(tiny, tiny, Exact(), vast, mode), {Exact(), underflow}));
      CHECK(testing::same(reference::scale_b(tiny, -1'000'000'000, vast, mode), {Exact(), underflow}));
      CHECK(testing::same(reference::multiply(huge, huge, vast, mode),
                          {Exact::infinity(Sign::positive), Flags{.inexact = true, .overflow = true}}));
    }
  }
}
