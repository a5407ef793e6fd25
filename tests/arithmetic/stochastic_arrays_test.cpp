// Arrays rounded stochastically in vectors against Reference, element by element, on every vector width of this
// machine.
#include <doctest/doctest.h>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/stochastic.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/rounding/random_bits.hpp"
#include "precipice/rounding/rounding.hpp"
#include "support/engines.hpp"
#include "support/operands.hpp"
#include "support/same.hpp"
#include "support/targets.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261124;
constexpr int numbers_of_bits[] = {unlimited_random_bits, 1, 2, 7, 8, 16, 31, 32};

void check(const StochasticRounding& rounding, testing::Operands& operands, std::size_t count, const char* target,
           Mismatches& mismatches) {
  testing::Sample& sample = operands.sample();
  const std::uint64_t key = sample.bits();
  // Counters that carry into the next word as well.
  const std::uint64_t counter = sample.coin() ? sample.below(100) : (std::uint64_t{1} << 34U) - sample.below(300);
  const Draw first{key, counter, static_cast<std::uint32_t>(sample.below(3))};
  std::vector<double> x(count), results(count + 8);
  for (double& v : x)
    v = sample.below(4) == 0 ? operands.wide() : sample.below(8) == 0 ? 0.0 : operands.middle() * 0x1.3p0;
  const std::span out = std::span(results).subspan(sample.below(8), count);  // however they lie
  rounding.round(x, first, out);
  for (std::size_t i = 0; i < count; ++i) {
    const double wanted = rounding.round_one(x[i], {first.key, first.counter + i, first.part});
    mismatches.expect(testing::same_bits(out[i], wanted), [&] {
      return fmt::format("{} {} sr:{} key {} counter {} part {}: {:a} -> {:a}, expected {:a}", target,
                         to_text(rounding.format()), rounding.random_bits(), first.key, first.counter + i, first.part,
                         x[i], out[i], wanted);
    });
  }
}

void check_all(std::size_t lengths) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const Format& f : testing::carried_formats<Carried<double>>()) {
      if (f.subnormals != Subnormals::gradual) continue;
      for (const int bits : numbers_of_bits) {
        testing::Operands operands(f, stream++);
        const StochasticRounding rounding(f, bits);
        for (std::size_t i = 0; i < lengths; ++i) {
          check(rounding, operands, operands.sample().below(i == 0 ? 600 : 40), target, mismatches);
        }
      }
    }
  });
}

}  // namespace

TEST_CASE("arrays are rounded stochastically with the bits of the definition, whatever the vectors") { check_all(4); }

TEST_SUITE("oracle") {
  TEST_CASE("many arrays are rounded stochastically with the bits of the definition") { check_all(60); }
}

TEST_CASE("a number that 32 random bits leave undecided draws more") {
  // Of the part f behind the last place the first 32 bits and the draw sum up to 2^32 - 1, and all others are ones.
  for (const int precision : {8, 4, 20, 21, 22}) {
    const Format f = ieee_like(precision, 8);
    const StochasticRounding rounding(f);
    const int tail = 53 - precision;
    constexpr std::size_t count = 4096;
    const Draw first{.key = seed};
    std::vector<double> x(count), out(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto drawn = static_cast<std::uint64_t>(random_bits({first.key, first.counter + i, first.part}, 32));
      const std::uint64_t all = (std::uint64_t{1} << static_cast<unsigned>(tail)) - 1,
                          missing = tail >= 32 ? drawn << static_cast<unsigned>(tail - 32)
                                               : drawn >> static_cast<unsigned>(32 - tail);
      x[i] = 1 + static_cast<double>(all - missing) * 0x1p-52;
    }
    testing::on_every_target([&](const char* target) {
      Mismatches mismatches;
      rounding.round(x, first, out);
      for (std::size_t i = 0; i < count; ++i) {
        const double wanted = rounding.round_one(x[i], {first.key, first.counter + i, first.part});
        mismatches.expect(testing::same_bits(out[i], wanted),
                          [&] { return fmt::format("{} p = {}: {:a} -> {:a}", target, precision, x[i], out[i]); });
      }
    });
    const auto up = std::ranges::count_if(out, [](double v) { return v > 1; });
    CHECK((up > 0) == (tail > 32));
  }
}

TEST_CASE("arrays refuse more random bits than a word has, and formats outside the proof") {
  CHECK_THROWS_WITH_AS(
      StochasticRounding(bfloat16, 33),
      "arrays are not rounded stochastically into e8m7 (bfloat16: p = 8, m = 7, E = 8): it takes up to "
      "32 random bits, not 33",
      ConfigError);
  CHECK_THROWS_AS(StochasticRounding(ieee_like(52, 8), 8), ConfigError);
  CHECK_THROWS_AS(StochasticRounding(with_subnormals(bfloat16, Subnormals::flush_results), 8), ConfigError);
}
