#include "precipice/arithmetic/native.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>

#include "support/engines.hpp"
#include "support/operands.hpp"
#include "support/terms.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr int random_operands = 20'000;
constexpr std::uint64_t seed = 20260111, most_terms = 30;
constexpr double infinity = std::numeric_limits<double>::infinity();

constexpr std::array specials{0.0,
                              -0.0,
                              1.0,
                              -1.0,
                              0x1p-1074,
                              -0x1p-1074,
                              0x1p-1022,
                              0x1.fffffffffffffp-1023,
                              1e308,
                              -1e308,
                              0x1.fffffffffffffp+1023,
                              infinity,
                              -infinity,
                              709.78271289338397,
                              -745.1332191019411,
                              -745.133219101942,
                              std::numeric_limits<double>::quiet_NaN()};

constexpr std::array specials_of_binary32{0.0F,
                                          -0.0F,
                                          1.0F,
                                          -1.0F,
                                          0x1p-149F,
                                          -0x1p-149F,
                                          0x1p-126F,
                                          0x1.fffffcp-127F,
                                          0x1.fffffep+127F,
                                          -0x1.fffffep+127F,
                                          std::numeric_limits<float>::infinity(),
                                          -std::numeric_limits<float>::infinity(),
                                          88.72283F,
                                          -103.97208F,
                                          std::numeric_limits<float>::quiet_NaN()};

template <class A>
void check_random_operands(const A& engine) {
  Mismatches mismatches;
  testing::Comparison compare(engine, mismatches);
  testing::Operands operands(engine.format(), seed);
  testing::Values<typename A::Value> value(operands);
  for (int i = 0; i < random_operands; ++i) {
    const auto [x, y] = operands.pair();
    const auto [z, exponent] = operands.scaling();
    compare.pair(value(x), value(y));
    compare.scale(value(z), exponent);
    compare.convert(value(x));
    compare.sqrt(value(operands.for_sqrt()));
    compare.exp(value(operands.for_exp()));
    compare.log(value(operands.for_log()));
    std::vector<typename A::Value> terms;
    for (const double term : testing::random_terms(operands, most_terms)) terms.push_back(value(term));
    compare.sum(terms);
  }
}

}  // namespace

TEST_CASE("the native engine agrees with Reference on all pairs of special operands") {
  Mismatches mismatches;
  const Native<double> engine;
  testing::Comparison compare(engine, mismatches);
  for (const double x : specials) {
    compare.all_of_one(x);
    for (const double y : specials) {
      compare.pair(x, y);
      compare.sum(std::array{x, y});
      for (const double z : specials) compare.sum(std::array{x, y, z});
    }
  }
  compare.sum({});
}

TEST_CASE("the native engine of binary32 agrees with Reference on all pairs of special operands") {
  Mismatches mismatches;
  const Native<float> engine;
  testing::Comparison compare(engine, mismatches);
  for (const float x : specials_of_binary32) {
    compare.all_of_one(x);
    for (const float y : specials_of_binary32) {
      compare.pair(x, y);
      compare.sum(std::array{x, y});
    }
  }
  compare.sum({});
}

TEST_CASE("the native engines agree with Reference on random and hard operands") {
  check_random_operands(Native<double>{});
  check_random_operands(Native<float>{});
}
