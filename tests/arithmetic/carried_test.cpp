// Carried<double> and Carried<float> against Reference on random and hard operands, of the format and wider, in every
// direction.
#include "precipice/arithmetic/carried.hpp"

#include <doctest/doctest.h>

#include "support/engines.hpp"
#include "support/operands.hpp"
#include "support/terms.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t most_terms = 30;
constexpr std::uint64_t seed = 20260109;

/// check(comparison, operands, values) for every format and direction that an engine takes.
template <class V, class Check>
void for_every_rounding(const Check& check) {
  Mismatches mismatches;
  std::uint64_t stream = seed;
  for (const Format& f : testing::carried_formats<Carried<V>>()) {
    for (const Rounding rounding : deterministic_roundings()) {
      const Carried<V> engine(f, rounding);
      testing::Comparison compare(engine, mismatches);
      testing::Operands operands(f, stream++);
      testing::Values<V> values(operands);
      check(compare, operands, values);
    }
  }
}

template <class Check>
void for_every_engine(const Check& check) {
  for_every_rounding<double>(check);
  for_every_rounding<float>(check);
}

template <class Compare, class V>
void one_sum(Compare& compare, testing::Operands& operands, testing::Values<V>& value) {
  std::vector<V> terms;
  for (const double term : testing::random_terms(operands, most_terms)) terms.push_back(value(term));
  compare.sum(terms);
}

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("the carried engines agree with Reference on 17 million random and hard operations") {
    for_every_engine([](auto& compare, testing::Operands& operands, auto& value) {
      for (int i = 0; i < 8'000; ++i) {
        const auto [x, y] = operands.pair();
        compare.pair(value(x), value(y));
      }
    });
  }

  TEST_CASE("the carried engines agree with Reference on fused multiply-adds, conversions and roots") {
    for_every_engine([](auto& compare, testing::Operands& operands, auto& value) {
      for (int i = 0; i < 8'000; ++i) {
        const auto [x, y, z] = operands.triple();
        compare.triple(value(x), value(y), value(z));
        compare.convert(value(operands.wide()));
        compare.sqrt(value(operands.for_sqrt()));
      }
    });
  }

  TEST_CASE("the carried engines agree with Reference on scalings") {
    for_every_engine([](auto& compare, testing::Operands& operands, auto& value) {
      for (int i = 0; i < 8'000; ++i) {
        const auto [x, exponent] = operands.scaling();
        compare.scale(value(x), exponent);
      }
    });
  }

  TEST_CASE("the carried engines agree with Reference on exp and log") {
    for_every_engine([](auto& compare, testing::Operands& operands, auto& value) {
      for (int i = 0; i < 2'000; ++i) {
        compare.exp(value(operands.for_exp()));
        compare.log(value(operands.for_log()));
      }
    });
  }

  TEST_CASE("the carried engines agree with Reference on exact sums with cancellation") {
    for_every_engine([](auto& compare, testing::Operands& operands, auto& value) {
      for (int i = 0; i < 1'500; ++i) one_sum(compare, operands, value);
    });
  }
}

TEST_CASE("the carried engines agree with Reference on a sample of everything, in every direction") {
  for_every_engine([]<class V>(auto& compare, testing::Operands& operands, testing::Values<V>& value) {
    for (int i = 0; i < 150; ++i) {
      testing::one_of_each(compare, operands, value);
      one_sum(compare, operands, value);
    }
    compare.sum(std::vector<V>{});
  });
}
