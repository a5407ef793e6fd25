// Elementary functions rounded stochastically: the magnitude goes up if floor(f * 2^n) + R >= 2^n, with f from ball
// arithmetic.
#include <doctest/doctest.h>

#include "support/function_check.hpp"
#include "support/hard_arguments.hpp"
#include "support/hard_powers.hpp"
#include "support/power_oracle.hpp"
#include "support/shard.hpp"
#include "support/stochastic.hpp"

using namespace precipice;
using testing::Enclosure;
using testing::HardArguments;
using testing::Mismatches;
using testing::Outcome;
using testing::Sample;
using testing::Scaled;

namespace {

constexpr std::uint64_t seed = 20260331;
constexpr int operands = 500;  // of each function in each format
constexpr std::array random_bits{1, 3, 8, 64, 250, unlimited_random_bits};
/// As many bits as the oracle asks for behind the last place.
constexpr std::int64_t most_bits = 256;

/// A result by its enclosure, as StochasticOracle asks for it.
struct EnclosedResult {
  const Enclosure& x;

  [[nodiscard]] Sign sign() const { return x.sign; }
  [[nodiscard]] std::int64_t top() const { return x.exponent + bit_length(x.head) - 1; }
  [[nodiscard]] Scaled scaled(std::int64_t bits) const {
    const std::int64_t shift = x.exponent + bits;
    if (shift > 0 && !x.is_exact) throw std::logic_error("an enclosure of too few bits");
    Integer floor = testing::shifted(x.head, shift);
    const bool is_whole = x.is_exact && testing::shifted(floor, -shift) == x.head;
    return {std::move(floor), is_whole};
  }
};

std::int64_t deciding_bits(const Format& f) { return testing::deciding_bits(f) + most_bits; }

Mode random_mode(int bits, Sample& sample) {
  const Draw draw{sample.bits(), sample.bits(), static_cast<std::uint32_t>(sample.bits())};
  return testing::stochastic(bits, draw, sample.coin() ? Tininess::after_rounding : Tininess::before_rounding);
}

Rounded rounded(const testing::StochasticOracle& oracle, const Outcome& outcome, const Mode& mode) {
  const auto* const number = std::get_if<Enclosure>(&outcome);
  return number != nullptr ? oracle.round(EnclosedResult{*number}, mode)
                           : testing::special(oracle.ends(), std::get<Rounded>(outcome));
}

/// With any number of random bits and any draw.
template <class Ours>
void check(std::string_view name, const testing::StochasticOracle& oracle, std::initializer_list<Exact> given,
           const Outcome& outcome, Sample& sample, Ours ours, Mismatches& mismatches) {
  for (const int bits : random_bits) {
    const Mode mode = random_mode(bits, sample);
    const Rounded got = ours(mode), wanted = rounded(oracle, outcome, mode);
    mismatches.expect(testing::same(got, wanted),
                      [&] { return testing::case_line(name, oracle.ends().format(), mode, given, got, wanted); });
  }
}

void check_functions(const Format& f, int count, Mismatches& mismatches) {
  const testing::StochasticOracle oracle(f);
  for (std::size_t i = 0; i < testing::elementary_functions.size(); ++i) {
    const testing::ElementaryFunction& function = testing::elementary_functions[i];
    Sample sample(seed + i);
    HardArguments arguments(f, sample);
    for (int k = 0; k < count; ++k) {
      const Exact x = sample.coin() ? arguments.general() : arguments.hard_for(i);
      check(
          function.name, oracle, {x}, testing::outcome_of(function, x, deciding_bits(f)), sample,
          [&](const Mode& mode) { return function.ours(x, f, mode); }, mismatches);
    }
  }
}

void check_powers(const Format& f, int count, Mismatches& mismatches) {
  const testing::StochasticOracle oracle(f);
  Sample sample(seed);
  testing::HardPowers powers(f, sample);
  for (int k = 0; k < count; ++k) {
    const auto [x, y] = powers.pair();
    const auto ours = [&, &x = x, &y = y](const Mode& mode) { return reference::pow(x, y, f, mode); };
    check("pow", oracle, {x, y}, testing::power_outcome(x, y, deciding_bits(f)), sample, ours, mismatches);
  }
}

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("elementary functions of hard operands go up as the random bits and the exact result say") {
    Mismatches mismatches;
    for (const Format& f : {ieee_like(4, 4), binary16, bfloat16, binary64, binary256, ieee_like(24, 30)}) {
      check_functions(f, operands, mismatches);
      check_powers(f, operands, mismatches);
    }
  }

  TEST_CASE("a draw without end that agrees with the first bits of the result is decided by those behind them") {
    constexpr std::int64_t agreeing = 20;  // more than an implementation may begin with
    constexpr std::uint64_t most_draws = 1 << 25;
    Mismatches mismatches;
    const testing::StochasticOracle oracle(binary32);
    for (const testing::ElementaryFunction& function : testing::elementary_functions) {
      const Exact x = Exact::from(0.7);
      const Outcome outcome = testing::outcome_of(function, x, deciding_bits(binary32));
      const EnclosedResult result{std::get<Enclosure>(outcome)};
      const Integer ones = (Integer(1) << static_cast<unsigned>(agreeing)) - 1;
      const std::int64_t quantum = quantum_exponent(binary32, result.top());
      const Integer part = result.scaled(agreeing - quantum).floor & ones;
      Draw draw{seed, 0, 0};
      while (part + testing::bits_of_draw(draw, agreeing) != ones && draw.counter < most_draws) ++draw.counter;
      const Mode mode = testing::stochastic(unlimited_random_bits, draw);
      const Rounded got = function.ours(x, binary32, mode), wanted = rounded(oracle, outcome, mode);
      mismatches.expect(draw.counter < most_draws && testing::same(got, wanted),
                        [&] { return testing::case_line(function.name, binary32, mode, {x}, got, wanted); });
    }
  }
}
