// Carried<double> against Reference on random and hard operands, of the format and wider.
#include "precipice/arithmetic/carried.hpp"

#include <doctest/doctest.h>

#include "support/engines.hpp"
#include "support/operands.hpp"
#include "support/terms.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr int pairs_per_format = 250'000, elementary_per_format = 50'000, sums_per_format = 40'000;
constexpr std::uint64_t most_terms = 30;
constexpr std::uint64_t seed = 20260109;

/// The widest that the proof admits; no IEEE-like format has these ends.
constexpr Format widest{24, 10, -476, 500};
static_assert(smallest_exponent(widest) - 1 == -500);

const Format formats[] = {ieee_like(8, 8), ieee_like(11, 5), ieee_like(24, 8), ieee_like(3, 5),
                          ieee_like(4, 4), ieee_like(2, 3),  ieee_like(24, 9), ieee_like(10, 6),
                          ieee_like(2, 9), ieee_like(24, 2), ieee_like(17, 7), widest};

template <class Check>
void for_every_format(Check check) {
  Mismatches mismatches;
  std::uint64_t stream = seed;
  for (const Format& f : formats) {
    const Carried<double> engine(f);
    testing::Comparison compare(engine, mismatches);
    testing::Operands operands(f, stream++);
    check(compare, operands);
  }
}

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("the carried engine agrees with Reference on three million random and hard pairs") {
    for_every_format([](auto& compare, testing::Operands& operands) {
      for (int i = 0; i < pairs_per_format; ++i) {
        const auto [x, y] = operands.pair();
        compare.pair(x, y);
      }
    });
  }

  TEST_CASE("the carried engine agrees with Reference on conversions and roots of random and hard operands") {
    for_every_format([](auto& compare, testing::Operands& operands) {
      for (int i = 0; i < pairs_per_format; ++i) {
        compare.convert(operands.wide());
        compare.sqrt(operands.for_sqrt());
      }
    });
  }

  TEST_CASE("the carried engine agrees with Reference on exp and log of random and hard operands") {
    for_every_format([](auto& compare, testing::Operands& operands) {
      for (int i = 0; i < elementary_per_format; ++i) {
        compare.exp(operands.for_exp());
        compare.log(operands.for_log());
      }
    });
  }

  TEST_CASE("the carried engine agrees with Reference on exact sums with cancellation") {
    for_every_format([](auto& compare, testing::Operands& operands) {
      for (int i = 0; i < sums_per_format; ++i) compare.sum(testing::random_terms(operands, most_terms));
    });
  }
}

TEST_CASE("the carried engine agrees with Reference on a sample of everything") {
  for_every_format([](auto& compare, testing::Operands& operands) {
    for (int i = 0; i < 3000; ++i) {
      const auto [x, y] = operands.pair();
      compare.pair(x, y);
      compare.convert(operands.wide());
      compare.sqrt(operands.for_sqrt());
      compare.exp(operands.for_exp());
      compare.log(operands.for_log());
      compare.sum(testing::random_terms(operands, most_terms));
    }
    compare.sum({});
  });
}
