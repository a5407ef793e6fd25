// The arithmetic for programs that use the library, against the definitions on exact numbers.
#include "precipice/arithmetic/emulator.hpp"

#include <doctest/doctest.h>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/dot.hpp"
#include "precipice/format/error.hpp"
#include "support/arrays.hpp"
#include "support/orders.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261127;
constexpr std::size_t rows = 3, terms = 21;

/// One for each engine, and formats that flush, saturate or have no infinity.
std::vector<Format> formats() {
  std::vector<Format> result;
  for (const char* text : {"binary64", "bfloat16", "e4m3fn:sat", "e5m10:ftz:daz", "e3m2", "binary32", "e11m51"}) {
    result.push_back(parse_format(text));
  }
  return result;
}

Mode stochastic(std::uint64_t counter) {
  Mode mode = Rounding::stochastic;
  mode.random_bits = 8;
  mode.draw = {seed, counter};
  return mode;
}

std::vector<Mode> modes() {
  return {Rounding::nearest_even, Rounding::toward_negative, Rounding::to_odd, stochastic(7)};
}

Mode of_operation(Mode mode, std::size_t i) {
  mode.draw.counter += i;
  return mode;
}

std::vector<double> some(testing::Operands& operands, std::size_t count) {
  std::vector<double> result(count);
  for (double& x : result) x = operands.member();
  return result;
}

std::vector<Exact> exact(std::span<const double> values) {
  std::vector<Exact> result;
  for (const double x : values) result.push_back(Exact::from(x));
  return result;
}

/// Visits every format and mode with operands of the format.
template <class Visitor>
void for_each_arithmetic(const Visitor& visitor) {
  for (const Format& format : formats()) {
    for (const Mode& mode : modes()) {
      testing::Operands operands(format, seed);
      visitor(Emulator(format, mode), operands);
    }
  }
}

std::string text_of(const Emulator& a) {
  return fmt::format("{} {} {}", a.engine(), to_text(a.format()), to_text(a.mode()));
}

}  // namespace

TEST_CASE("an emulator's operations are those of the definition, one by one and on arrays") {
  Mismatches mismatches;
  for_each_arithmetic([&](const Emulator& a, testing::Operands& operands) {
    const std::vector<double> x = some(operands, terms), y = some(operands, terms), z = some(operands, terms);
    for (const Elementwise operation : testing::all_operations) {
      std::vector<double> got(terms), wanted(terms);
      a.each(operation, got, x, y, z);
      for (std::size_t i = 0; i < terms; ++i) {
        Draws draws;
        draws.begin(of_operation(a.mode(), i).draw);
        const ReferenceInBinary64 reference(a.format(), a.mode(), &draws);
        wanted[i] = detail::one_result(reference, operation, {{&x[i], 1}, {&y[i], 1}, {&z[i], 1}}, 0);
      }
      const auto what = [&] { return fmt::format("{} of {}", testing::name_of(operation), text_of(a)); };
      testing::expect_same<double>(got, wanted, what, mismatches);
    }
    // A single one is operation 0 of its call.
    Draws draws;
    draws.begin(a.mode().draw);
    const double wanted = ReferenceInBinary64(a.format(), a.mode(), &draws).div(x[0], 3);
    mismatches.expect(testing::same_bits(a.div(x[0], 3), wanted), [&] { return "div of " + text_of(a); });
  });
}

TEST_CASE("an emulator's sums are those of the definition in every order") {
  Mismatches mismatches;
  for_each_arithmetic([&](const Emulator& a, testing::Operands& operands) {
    const std::vector<double> values = some(operands, rows * terms);
    for (const SumOrder& order : testing::all_orders) {
      std::vector<double> got(rows), wanted(rows);
      const MatrixView<const double> matrix(values.data(), rows, terms);
      a.sum_rows(matrix, got, order, 4);
      for (std::size_t i = 0; i < rows; ++i) {
        wanted[i] =
            to_double(reference::sum(exact(matrix.row(i)), a.format(), of_operation(a.mode(), i), order, 4).value);
      }
      testing::expect_same<double>(
          got, wanted, [&] { return to_text(order) + " of " + text_of(a); }, mismatches);
      mismatches.expect(testing::same_bits(a.sum(matrix.row(0), order, 4), wanted[0]),
                        [&] { return "one sum of " + text_of(a); });
    }
    CHECK(a.sum({}) == 0);
  });
}

TEST_CASE("an emulator's dot products are those of the definition, with products rounded or exact, in blocks too") {
  Mismatches mismatches;
  const auto accumulations = [](const Mode& mode) {
    std::vector<Accumulation> all;
    for (const SumOrder& order : testing::all_orders) {
      all.push_back({.order = order});
      all.push_back({.order = order, .products = ProductRounding{bfloat16, mode}});
    }
    all.push_back({.block = 4});
    all.push_back({.block = 4, .alignment = Alignment{.extra_bits = 1}});
    return all;
  };
  for_each_arithmetic([&](const Emulator& a, testing::Operands& operands) {
    std::vector<double> left = some(operands, rows * terms), right = some(operands, rows * terms);
    left[0] = -0.0;  // and with it a product
    const MatrixView<const double> x(left.data(), rows, terms), y(right.data(), rows, terms);
    for (const Accumulation& how : accumulations(a.mode())) {
      std::vector<double> got(rows), wanted(rows);
      a.dot_rows(x, y, got, how);
      for (std::size_t i = 0; i < rows; ++i) {
        Accumulation drawn = how;
        if (drawn.products) drawn.products->mode = of_operation(a.mode(), i);
        const std::vector<Exact> factors = exact(x.row(i)), others = exact(y.row(i));
        wanted[i] =
            to_double(reference::dot({.x = factors, .y = others}, drawn, a.format(), of_operation(a.mode(), i)).value);
      }
      const auto what = [&] {
        return fmt::format("{}{} of {}", to_text(how.order), how.products ? " of rounded products" : "", text_of(a));
      };
      testing::expect_same<double>(got, wanted, what, mismatches);
      mismatches.expect(testing::same_bits(a.dot(x.row(0), y.row(0), how), wanted[0]), what);
    }
    CHECK(a.dot({}, {}) == 0);
  });
}

TEST_CASE("an emulator's matrix products are dot products of rows and columns") {
  Mismatches mismatches;
  for_each_arithmetic([&](const Emulator& a, testing::Operands& operands) {
    constexpr std::size_t n = 2, m = 3;
    const std::vector<double> left = some(operands, n * terms), right = some(operands, terms * m);
    const MatrixView<const double> x(left.data(), n, terms), y(right.data(), terms, m);
    for (const SumOrder& order : {SumOrder::sequential, SumOrder::pairwise, SumOrder::in_lanes(4)}) {
      for (const bool rounds_products : {false, true}) {
        Accumulation how{.order = order};
        if (rounds_products) how.products = {a.format(), a.mode()};
        Matrix<double> got(n, m);
        a.multiply(x, y, got.view(), how);
        for (std::size_t i = 0; i < n * m; ++i) {
          std::vector<double> column(terms);
          for (std::size_t k = 0; k < terms; ++k) column[k] = y(k, i % m);
          const Emulator next(a.format(), of_operation(a.mode(), i));
          Accumulation drawn = how;
          if (drawn.products) drawn.products->mode = next.mode();
          // In vectors a sum begins with +0, which the first product joins: only the sign of a zero differs.
          const double wanted = next.dot(x.row(i / m), column, drawn), result = got.values()[i];
          mismatches.expect(testing::same_bits(result, wanted) || (result == 0 && wanted == 0),
                            [&] { return fmt::format("{} of {}: {} {}", to_text(order), text_of(a), result, wanted); });
        }
      }
    }
  });
}

TEST_CASE("an emulator says which engine computes, and refuses what is no double") {
  CHECK(Emulator(binary64).engine() == "native");
  CHECK(Emulator(bfloat16).engine() == "carried-binary64");
  CHECK(Emulator(bfloat16, Rounding::toward_zero).mode().direction == Rounding::toward_zero);
  CHECK(Emulator(parse_format("e11m51")).engine() == "reference");
  const Emulator copy = Emulator(bfloat16);
  CHECK(copy.add(1, 0x1p-8) == 1);
  CHECK_THROWS_AS(Emulator(parse_format("binary128")), ConfigError);
  CHECK_THROWS_AS(static_cast<void>(copy.dot({}, {}, {.block = 0})), ConfigError);
  CHECK_THROWS_AS(static_cast<void>(copy.dot({}, {}, {.products = ProductRounding{parse_format("binary128"), {}}})),
                  ConfigError);
}
