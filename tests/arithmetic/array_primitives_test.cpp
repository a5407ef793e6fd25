// Scalings, comparisons and sums over rows of arrays in vectors against the scalar engines, element by element, on
// every vector width of this machine.
#include <doctest/doctest.h>

#include "support/arrays.hpp"
#include "support/engines.hpp"
#include "support/targets.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261127;

/// check(engine, operands, target, mismatches) for every format and direction, and for native numbers.
template <class V, class Check>
void for_engines_of(const Check& check) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    const auto with = [&](const auto& engine) {
      testing::Operands operands(engine.format(), stream++);
      check(engine, operands, target, mismatches);
    };
    with(Native<V>{});
    for (const Format& f : testing::carried_formats<Carried<V>>()) {
      for (const Rounding rounding : deterministic_roundings()) with(Carried<V>(f, rounding));
    }
  });
}
template <class Check>
void for_every_engine(const Check& check) {
  for_engines_of<double>(check);
  for_engines_of<float>(check);
}

// --- scale ----------------------------------------------------------------------------------------------------------

/// Numbers that end close to landmarks and middles when they are scaled, and any others.
template <class V>
std::vector<V> to_be_scaled(testing::Operands& operands, int exponent, std::size_t count) {
  constexpr int far = 4000;  // beyond binary64
  testing::Values<V> value(operands);
  std::vector<V> x;
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_result = operands.sample().coin();
    x.push_back(value(is_result ? std::ldexp(operands.any(), -std::clamp(exponent, -far, far)) : operands.any()));
  }
  return x;
}

template <class A>
void check_scale(const A& engine, testing::Operands& operands, std::size_t count, const char* target,
                 Mismatches& mismatches) {
  using V = typename A::Value;
  for (const int exponent : testing::exponents_for(engine.format())) {
    std::vector<V> x = to_be_scaled<V>(operands, exponent, count), out(count);
    scale(engine, x, exponent, out);
    for (std::size_t i = 0; i < count; ++i) {
      const V wanted = engine.scale(x[i], exponent);
      mismatches.expect(testing::same_bits(out[i], wanted), [&] {
        return fmt::format("{} {}: {:a} * 2^{} -> {:a}, expected {:a}", target, testing::text_of(engine),
                           static_cast<double>(x[i]), exponent, static_cast<double>(out[i]),
                           static_cast<double>(wanted));
      });
    }
    scale(engine, x, exponent, x);
    testing::expect_same<V>(
        x, out, [&] { return fmt::format("{} {} in place", target, exponent); }, mismatches);
  }
}

// --- compare --------------------------------------------------------------------------------------------------------

template <class V>
struct Pairs {
  std::vector<V> x, y;

  /// Hard pairs; numbers and themselves or their opposites; special numbers, and those that may be flushed.
  Pairs(testing::Operands& operands, std::size_t count) {
    using Kind = typename testing::Mixture<V>::Kind;
    testing::Values<V> value(operands);
    testing::Mixture<V> mixture(operands);
    for (std::size_t i = 0; i < count; ++i) {
      const auto [a, b] = operands.pair();
      x.push_back(value(a));
      switch (operands.sample().below(5)) {
        case 0: y.push_back(x.back()); break;
        case 1: y.push_back(-x.back()); break;
        case 2:
          x.back() = mixture(Kind::special);
          y.push_back(mixture(Kind::special));
          break;
        case 3:
          x.back() = mixture(Kind::tiny);
          y.push_back(mixture(Kind::tiny));
          break;
        default: y.push_back(value(b)); break;
      }
    }
  }
};

template <class A, class V = typename A::Value>
void compare_and_check(const A& engine, std::span<const V> x, std::span<const V> y, std::size_t count,
                       const char* target, Mismatches& mismatches) {
  using Operands = precipice::detail::ArrayOperands<V>;
  std::vector<Comparison> out(count);
  compare(engine, x, y, out);
  for (std::size_t i = 0; i < count; ++i) {
    const Comparison wanted = comparison(engine.compare(Operands::at(x, i), Operands::at(y, i)));
    mismatches.expect(out[i] == wanted, [&] {
      return fmt::format("{} {}: {:a} and {:a} compare as {}, expected {}", target, testing::text_of(engine),
                         static_cast<double>(Operands::at(x, i)), static_cast<double>(Operands::at(y, i)),
                         static_cast<int>(out[i]), static_cast<int>(wanted));
    });
  }
}

template <class A>
void check_compare(const A& engine, testing::Operands& operands, std::size_t count, const char* target,
                   Mismatches& mismatches) {
  using V = typename A::Value;
  constexpr V infinity = std::numeric_limits<V>::infinity(), nan = std::numeric_limits<V>::quiet_NaN();
  const Pairs<V> all(operands, count);
  const std::span<const V> x(all.x), y(all.y);
  compare_and_check<A>(engine, x, y, count, target, mismatches);
  const V subnormal = static_cast<V>(std::ldexp(0.5, engine.format().emin));
  for (const V& one : {V{0}, -V{0}, V{1}, subnormal, infinity, -infinity, nan, all.x.front()}) {
    compare_and_check<A>(engine, x, std::span(&one, 1), count, target, mismatches);
    compare_and_check<A>(engine, std::span(&one, 1), y, count, target, mismatches);
  }
}

// --- sums over rows -------------------------------------------------------------------------------------------------

template <class A>
void check_rows(const A& engine, testing::Operands& operands, std::size_t most_rows, std::size_t most_cols,
                const char* target, Mismatches& mismatches) {
  using V = typename A::Value;
  testing::Sample& sample = operands.sample();
  testing::Mixture<V> mixture(operands);
  const std::size_t rows = sample.below(most_rows + 1), cols = sample.below(most_cols + 1);
  const std::size_t stride = cols + sample.below(4);
  const auto kind = mixture.kind();
  std::vector<V> values(rows * stride), addends(cols);
  for (V& x : values) x = mixture(kind);
  for (V& x : addends) x = mixture(kind);
  const auto what = [&](const char* operation) {
    return [&, operation] {
      return fmt::format("{} {} {}: {} x {}", target, operation, testing::text_of(engine), rows, cols);
    };
  };

  std::vector<V> sums(cols), wanted(cols);
  const MatrixView<V> window(values.data(), rows, cols, stride, 1);
  add_up_rows(engine, window, sums);
  for (std::size_t j = 0; j < cols; ++j) {
    for (std::size_t i = 0; i < rows; ++i) wanted[j] = engine.add(wanted[j], window(i, j));
  }
  testing::expect_same<V>(sums, wanted, what("add_up_rows"), mismatches);

  std::vector<V> expected = values;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      expected[i * stride + j] = engine.add(expected[i * stride + j], addends[j]);
    }
  }
  add_to_rows(engine, addends, window);
  testing::expect_same<V>(values, expected, what("add_to_rows"), mismatches);
}

}  // namespace

TEST_CASE("arrays are scaled with the bits of the scalar engines: all formats, directions and exponents") {
  for_every_engine([](const auto& engine, testing::Operands& operands, const char* target, Mismatches& mismatches) {
    check_scale(engine, operands, 35, target, mismatches);
  });
}

TEST_CASE("arrays are compared as the scalar engines do, all with all and with one") {
  for_every_engine([](const auto& engine, testing::Operands& operands, const char* target, Mismatches& mismatches) {
    check_compare(engine, operands, 75, target, mismatches);
  });
}

TEST_CASE("a comparison tells less, equal, greater and unordered; a format that flushes operands sees zeros") {
  testing::on_every_target([](const char* target) {
    CAPTURE(target);
    const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
    const std::vector<double> x{1, 2, 2, nan, 1, nan, 0, -0.0, infinity, -infinity, 0x1p-20, -0x1p-15, 0x1p-14};
    const std::vector<double> y{2, 2, 1, 1, nan, nan, -0.0, 0, infinity, infinity, 0, 0x1p-24, 0};
    using enum Comparison;
    std::vector<Comparison> out(x.size());
    compare(Carried<double>(binary16), x, y, out);
    CHECK(out == std::vector{less, equal, greater, unordered, unordered, unordered, equal, equal, equal, less, greater,
                             less, greater});
    compare(Carried<double>(parse_format("e5m10:daz")), x, y, out);
    CHECK(out == std::vector{less, equal, greater, unordered, unordered, unordered, equal, equal, equal, less, equal,
                             equal, greater});
  });
}

TEST_CASE("rows are added up, and added to, with the bits of the scalar engines") {
  for_every_engine([](const auto& engine, testing::Operands& operands, const char* target, Mismatches& mismatches) {
    for (int i = 0; i < 6; ++i) check_rows(engine, operands, 9, 70, target, mismatches);
  });
}

TEST_SUITE("oracle") {
  TEST_CASE(
      "arrays are scaled, compared and added up with the bits of the scalar engines on more than ten million cases") {
    for_every_engine([](const auto& engine, testing::Operands& operands, const char* target, Mismatches& mismatches) {
      check_scale(engine, operands, 300, target, mismatches);
      check_compare(engine, operands, 1'000, target, mismatches);
      for (int i = 0; i < 30; ++i) check_rows(engine, operands, 20, 70, target, mismatches);
    });
  }
}
