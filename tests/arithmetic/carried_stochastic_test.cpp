// CarriedStochastic against Reference with the same random numbers, on random and hard operands, of the format and
// wider; and what it refuses.
#include "precipice/arithmetic/carried_stochastic.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "precipice/format/error.hpp"
#include "support/engines.hpp"
#include "support/operands.hpp"
#include "support/terms.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261127, most_terms = 30;

Mode stochastic(int random_bits) {
  Mode mode = Rounding::stochastic;
  mode.random_bits = random_bits;
  return mode;
}

/// Those in which 8 random bits decide all but one operation of 256, too.
std::vector<Format> formats() {
  std::vector<Format> result = testing::carried_formats<Carried<double>>();
  for (const char* const text : {"e8m41", "e8m40", "e9m34", "e9m17", "e8m18"}) result.push_back(parse_format(text));
  return result;
}

/// check(comparison, operands, values) for every format and number of random bits that the engine takes.
template <class Check>
void for_every_mode(const Check& check) {
  Mismatches mismatches;
  std::uint64_t stream = seed;
  int modes = 0;
  for (const Format& f : formats()) {
    for (const int bits : {1, 2, 7, 16, 26, 31, 32, unlimited_random_bits}) {
      const Mode mode = stochastic(bits);
      if (!CarriedStochastic::refusal(f, mode).empty()) continue;
      ++modes;
      Draws ours, theirs;
      const Draw first{seed, stream * 1'000'003, 5};
      ours.begin(first);
      theirs.begin(first);
      const CarriedStochastic engine(f, mode, ours);
      testing::Comparison compare(engine, Reference(f, mode, &theirs), mismatches);
      testing::Operands operands(f, stream++);
      testing::Values<double> values(operands);
      check(compare, operands, values);
      mismatches.expect(ours.last() == theirs.last(), [&] { return "not one draw an operation in " + to_text(f); });
    }
  }
  CHECK(modes > 130);
}

double power_of_two(std::int64_t exponent) { return std::ldexp(1.0, static_cast<int>(exponent)); }

void check_refused(const char* text, int bits, const char* reason) {
  CAPTURE(text);
  CHECK(CarriedStochastic::refusal(parse_format(text), stochastic(bits)).find(reason) != std::string::npos);
  Draws draws;
  CHECK_THROWS_AS(CarriedStochastic(parse_format(text), stochastic(bits), draws), ConfigError);
}

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("stochastic rounding, carried, agrees with Reference on random and hard operations") {
    for_every_mode([](auto& compare, testing::Operands& operands, auto& value) {
      for (int i = 0; i < 2'000; ++i) testing::one_of_each(compare, operands, value);
    });
  }

  TEST_CASE("stochastic rounding, carried, agrees with Reference on exact sums with cancellation, tanh and sigmoid") {
    for_every_mode([](auto& compare, testing::Operands& operands, auto& value) {
      for (int i = 0; i < 200; ++i) {
        std::vector<double> terms;
        for (const double term : testing::random_terms(operands, most_terms)) terms.push_back(value(term));
        compare.sum(terms);
        compare.tanh(value(operands.for_exp()));
        compare.sigmoid(value(operands.for_exp()));
      }
    });
  }
}

TEST_CASE("stochastic rounding, carried, agrees with Reference on a sample of everything") {
  for_every_mode([](auto& compare, testing::Operands& operands, auto& value) {
    for (int i = 0; i < 40; ++i) testing::one_of_each(compare, operands, value);
    compare.sum(std::vector<double>{});
    compare.tanh(value(operands.for_exp()));
    compare.sigmoid(value(operands.for_exp()));
  });
}

TEST_CASE("stochastic rounding, carried, agrees with Reference at the ends of the format") {
  constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for_every_mode([=](auto& compare, const testing::Operands& operands, auto&) {
    const Format& f = operands.format();
    const double largest = to_double(largest_finite(f)), smallest = power_of_two(smallest_exponent(f));
    const double normal = power_of_two(f.emin), quantum = power_of_two(quantum_exponent(f, f.emax));
    const std::array numbers{0.0,
                             -0.0,
                             infinity,
                             -infinity,
                             nan,
                             largest,
                             -largest,
                             largest + quantum,
                             quantum / 4,
                             smallest,
                             -smallest,
                             smallest / 64,
                             -smallest * 0.75,
                             smallest * 1e-9,
                             normal,
                             normal / 2,
                             0x1p-1070,
                             normal - smallest / 2,
                             0x1p1000,
                             -0x1p700};
    for (const double x : numbers) {
      compare.all_of_one(x);
      compare.tanh(x);
      compare.sigmoid(x);
      for (const double y : numbers) {
        compare.pair(x, y);
        compare.triple(x, y, numbers[static_cast<std::size_t>(std::fabs(std::fmod(x, 7))) % 5]);
      }
    }
  });
}

TEST_CASE("stochastic rounding, carried, refuses what lies one step outside its proof, and says why") {
  CHECK(CarriedStochastic::refusal(bfloat16, Rounding::nearest_even) == "it rounds stochastically");
  check_refused("e8m42", unlimited_random_bits, "at most 50 together");
  check_refused("e8m17", 33, "32 random bits");
  check_refused("e8m18", 32, "at most 50 together");
  check_refused("e5m0", unlimited_random_bits, "p = 1");
  check_refused("e10m10", unlimited_random_bits, "exponents between 2^-527 and 2^510");
  check_refused("p24:emin=-505:emax=500", unlimited_random_bits, "exponents between");
  check_refused("e5m10:ftz", unlimited_random_bits, "gradually");
  check_refused("e5m10:daz", unlimited_random_bits, "gradually");
  check_refused("binary8p3u", unlimited_random_bits, "a sign and a zero");
  Draws draws;
  CHECK_NOTHROW(CarriedStochastic(parse_format("p24:emin=-504:emax=510"), stochastic(unlimited_random_bits), draws));
}
