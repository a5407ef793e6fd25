// Sums of columns in vectors against one sum at a time, in every order, on every vector width of this machine.
#include <doctest/doctest.h>

#include "support/arrays.hpp"
#include "support/engines.hpp"
#include "support/orders.hpp"
#include "support/targets.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261128;
constexpr std::size_t most_rows = 40, most_cols = 70;

/// Every kind of order, and lanes of every count that matters for so few rows.
std::vector<SumOrder> orders() {
  std::vector<SumOrder> result(testing::all_orders.begin(), testing::all_orders.end());
  for (const int lanes : {4, 16, 32}) result.push_back(SumOrder::in_lanes(lanes));
  return result;
}

/// A matrix to take windows of.
template <class V>
struct Terms {
  std::size_t stride;
  std::vector<V> values;

  Terms(testing::Operands& operands, std::size_t rows, std::size_t cols)
      : stride(cols + operands.sample().below(4)), values(rows * stride) {
    testing::Mixture<V> mixture(operands);
    const auto kind = mixture.kind();
    for (V& x : values) x = mixture(kind);
  }
  [[nodiscard]] MatrixView<const V> window(std::size_t rows, std::size_t cols) const {
    return {values.data(), rows, cols, stride, 1};
  }
};

/// A mark for each column, or one for all.
std::vector<std::uint32_t> marks(testing::Sample& sample, std::size_t rows, std::size_t cols) {
  std::vector<std::uint32_t> result(sample.below(3) == 0 ? 1 : cols);
  for (std::uint32_t& mark : result) mark = static_cast<std::uint32_t>(sample.below(rows));
  return result;
}

template <class A, class V = typename A::Value>
void check(const A& engine, MatrixView<const V> terms, const SumOrder& order, std::span<const std::uint32_t> marked,
           const char* target, Mismatches& mismatches) {
  std::vector<V> got(terms.cols);
  sum_columns(engine, terms, order, marked, got);
  const std::vector<V> wanted = testing::sums_one_by_one<A>(engine, terms, order, marked);
  const auto what = [&] {
    return fmt::format("{} {} {}, {} rows", target, testing::text_of(engine), to_text(order), terms.rows);
  };
  testing::expect_same<V>(got, wanted, what, mismatches);
}

/// Each order once, with a shape and data of its own.
template <class A>
void check_orders(const A& engine, testing::Operands& operands, const char* target, Mismatches& mismatches) {
  for (const SumOrder& order : orders()) {
    testing::Sample& sample = operands.sample();
    const std::size_t rows = 1 + sample.below(most_rows), cols = sample.below(most_cols + 1);
    const Terms<typename A::Value> terms(operands, rows, cols);
    check(engine, terms.window(rows, cols), order, marks(sample, rows, cols), target, mismatches);
  }
}

template <class V>
void check_formats(int times) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const Format& f : testing::carried_formats<Carried<V>>()) {
      for (const Rounding rounding : deterministic_roundings()) {
        testing::Operands operands(f, stream++);
        for (int i = 0; i < times; ++i) check_orders(Carried<V>(f, rounding), operands, target, mismatches);
      }
    }
  });
}

/// Every number of columns, with few rows and with many.
template <class A>
void check_widths(const A& engine) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    testing::Operands operands(engine.format(), seed);
    for (std::size_t cols = 0; cols <= most_cols; ++cols) {
      const std::size_t rows = 1 + operands.sample().below(most_rows);
      const Terms<typename A::Value> terms(operands, most_rows, cols);
      for (const SumOrder& order : orders()) {
        for (const std::size_t some : {std::size_t{1}, rows}) {
          check(engine, terms.window(some, cols), order, marks(operands.sample(), some, cols), target, mismatches);
        }
      }
    }
  });
}

/// Every number of rows.
template <class A>
void check_heights(const A& engine) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    testing::Operands operands(engine.format(), seed);
    for (std::size_t rows = 1; rows <= most_rows; ++rows) {
      const std::size_t cols = operands.sample().below(most_cols + 1);
      const Terms<typename A::Value> terms(operands, rows, cols);
      for (const SumOrder& order : orders()) {
        check(engine, terms.window(rows, cols), order, marks(operands.sample(), rows, cols), target, mismatches);
      }
    }
  });
}

}  // namespace

TEST_CASE("sums of columns have the bits of one sum at a time: formats, directions, orders") {
  check_formats<double>(1);
  check_formats<float>(1);
}

TEST_CASE("native sums of columns have the bits of one sum at a time, for every number of rows and columns") {
  check_widths(Native<double>{});
  check_widths(Native<float>{});
  check_heights(Native<double>{});
  check_heights(Native<float>{});
}

TEST_CASE("sums of columns have the bits of one sum at a time, for every number of rows and columns") {
  check_widths(Carried<double>(bfloat16));
  check_widths(Carried<float>(binary16));
  check_heights(Carried<double>(binary32));
  check_heights(Carried<float>(parse_format("e4m3fn:sat:ftz"), Rounding::toward_negative));
}

TEST_CASE("Carried and Reference sum columns to the same bits") {
  constexpr std::size_t rows = 13, cols = 19;
  Mismatches mismatches;
  std::uint64_t stream = seed;
  for (const char* const name : {"e8m7", "e4m3", "e5m10:daz", "e4m3fnuz"}) {
    for (const Rounding rounding : {Rounding::nearest_even, Rounding::toward_negative}) {
      const Carried<double> engine(parse_format(name), rounding);
      testing::Operands operands(engine.format(), stream++);
      const Terms<double> terms(operands, rows, cols);
      Matrix<Exact> exact(rows, cols);
      for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < cols; ++j) exact(i, j) = Exact::from(terms.window(rows, cols)(i, j));
      }
      for (const SumOrder& order : orders()) {
        const std::vector<std::uint32_t> marked = marks(operands.sample(), rows, cols);
        std::vector<double> got(cols);
        std::vector<Exact> wanted(cols);
        sum_columns(engine, terms.window(rows, cols), order, marked, got);
        sum_columns(Reference(engine.format(), rounding), std::as_const(exact).view(), order, marked, wanted);
        for (std::size_t j = 0; j < cols; ++j) {
          mismatches.expect(Exact::from(got[j]) == wanted[j],
                            [&] { return fmt::format("{} {} {}: {:a}", name, to_text(order), j, got[j]); });
        }
      }
    }
  }
}

TEST_CASE("a mark beyond the first column's is the first term of its own column") {
  testing::on_every_target([](const char* target) {
    CAPTURE(target);
    // In bfloat16 1 absorbs 1.5 * 2^-9, twice, but not the sum of two of them.
    const Matrix<double> terms = [] {
      Matrix<double> m(3, 40);
      for (std::size_t j = 0; j < 40; ++j) {
        for (std::size_t i = 0; i < 3; ++i) m(i, j) = i == 2 ? 1 : 0x1.8p-9;
      }
      return m;
    }();
    std::vector<std::uint32_t> marked(40);
    for (std::size_t j = 0; j < 40; ++j) marked[j] = static_cast<std::uint32_t>(j % 3);
    std::vector<double> sums(40);
    sum_columns(Carried<double>(bfloat16), terms.view(), SumOrder::correct_first, marked, sums);
    for (std::size_t j = 0; j < 40; ++j) CHECK(sums[j] == (j % 3 == 2 ? 1 : 1 + 0x1p-7));
  });
}

TEST_SUITE("oracle") {
  TEST_CASE("many sums of columns have the bits of one sum at a time") {
    check_formats<double>(8);
    check_formats<float>(8);
  }
}
