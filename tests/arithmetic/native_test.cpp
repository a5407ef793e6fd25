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

TEST_CASE("the native engine agrees with Reference on random and hard operands") {
  Mismatches mismatches;
  const Native<double> engine;
  testing::Comparison compare(engine, mismatches);
  testing::Operands operands(binary64, seed);
  for (int i = 0; i < random_operands; ++i) {
    const auto [x, y] = operands.pair();
    compare.pair(x, y);
    compare.convert(x);
    compare.sqrt(operands.for_sqrt());
    compare.exp(operands.for_exp());
    compare.log(operands.for_log());
    compare.sum(testing::random_terms(operands, most_terms));
  }
}
