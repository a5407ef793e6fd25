// Products of matrices so large that they are shared out to threads, against one thread, against the products of blocks
// of rows, and some elements against the scalar engine: data for every kind of multiply-add that a product chooses
// from.
#include <doctest/doctest.h>

#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/matrix_product.hpp"
#include "support/arrays.hpp"
#include "support/one_thread.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261201;
constexpr std::size_t rows = 200, inner = 300, cols = 400;
constexpr std::size_t rows_of_block = 8;  // too few to be shared out

/// Members of the format within 2^(exponent - 4) and 2^exponent in magnitude, few of them zeros.
template <class A>
Matrix<typename A::Value> factor(const A& engine, std::size_t height, std::size_t width, int exponent,
                                 testing::Sample& sample) {
  using V = typename A::Value;
  Matrix<V> m(height, width);
  for (V& x : m.values()) {
    const double magnitude = static_cast<double>(sample.between(62'500'001, 999'999'999)) * 1e-9;
    const double unit = sample.coin() ? magnitude : -magnitude;
    x = sample.below(16) == 0 ? V{0} : engine.convert(static_cast<V>(std::ldexp(unit, exponent)));
  }
  return m;
}

template <class V>
MatrixView<const V> block_of(const Matrix<V>& m, std::size_t first, std::size_t count) {
  return {m.row(first), count, m.cols(), m.cols(), 1};
}

/// multiply_into(left, right, out) against step(sum, x, y), one multiply-add of numbers. `louder`: the last row of the
/// left factor is so many powers of two larger.
template <class A, class Product, class Step>
void check(const A& engine, int exponent, const char* what, const Product& multiply_into, const Step& step,
           int louder = 0) {
  using V = typename A::Value;
  CAPTURE(what);
  Mismatches mismatches;
  testing::Sample sample(seed);
  Matrix<V> left = factor(engine, rows, inner, exponent, sample);
  const Matrix<V> right = factor(engine, inner, cols, exponent, sample);
  for (std::size_t k = 0; k < inner; ++k) left(rows - 1, k) = engine.scale(left(rows - 1, k), louder);
  Matrix<V> all(rows, cols), alone(rows, cols), blocks(rows, cols);
  const MatrixView<const V> given = left.view();
  multiply_into(given, right.view(), all.view());
  testing::on_one_thread([&] { multiply_into(given, right.view(), alone.view()); });
  for (std::size_t i = 0; i < rows; i += rows_of_block) {
    multiply_into(block_of(left, i, rows_of_block), right.view(),
                  MatrixView<V>(blocks.row(i), rows_of_block, cols, cols, 1));
  }
  testing::expect_same<V>(
      alone.values(), all.values(), [&] { return fmt::format("{} alone", what); }, mismatches);
  testing::expect_same<V>(
      blocks.values(), all.values(), [&] { return fmt::format("{} in blocks", what); }, mismatches);
  for (int k = 0; k < 400; ++k) {
    const std::size_t i = sample.below(rows), j = sample.below(cols);
    V sum{};
    for (std::size_t at = 0; at < inner; ++at) sum = step(sum, left(i, at), right(at, j));
    mismatches.expect(testing::same_bits(all(i, j), sum), [&] {
      return fmt::format("{}: ({}, {}) is {:a}, expected {:a}", what, i, j, static_cast<double>(all(i, j)),
                         static_cast<double>(sum));
    });
  }
}

template <class A>
void check_apart(const A& engine, int exponent, const char* what, int louder = 0) {
  using V = typename A::Value;
  check(
      engine, exponent, what,
      [&](MatrixView<const V> l, MatrixView<const V> r, MatrixView<V> out) { multiply(engine, l, r, out); },
      [&](V sum, V x, V y) { return engine.add(sum, engine.mul(x, y)); }, louder);
}

template <class A>
void check_fused(const A& engine, int exponent, const char* what) {
  using V = typename A::Value;
  check(
      engine, exponent, what,
      [&](MatrixView<const V> l, MatrixView<const V> r, MatrixView<V> out) { multiply_fused(engine, l, r, out); },
      [&](V sum, V x, V y) { return engine.fma(x, y, sum); });
}

}  // namespace

TEST_CASE("large products have the bits of their blocks, however many threads there are") {
  const Carried<double> e8m7(bfloat16), e8m23(binary32), e5m10(binary16), e10m40(parse_format("e10m40"));
  check_apart(e8m7, 1, "normal, in binary32");
  check_apart(e8m23, 1, "normal");
  check_apart(e5m10, -7, "gradual, in binary32");
  check_apart(e8m23, -68, "gradual");
  check_apart(e5m10, 5, "watched, without overflow, in binary32");
  check_apart(e5m10, 7, "watched, with overflow, in binary32");
  check_apart(e5m10, 5, "watched, with overflow in one piece, in binary32", 3);
  check_apart(e8m23, 62, "watched, with overflow");
  check_apart(e8m23, 60, "watched, with overflow in one piece", 3);
  check_apart(e10m40, 0, "wide");
  check_apart(e10m40, 255, "plain");
  check_apart(Carried<double>(bfloat16, Rounding::toward_zero), 1, "directed");
  check_apart(Carried<double>(bfloat16, Rounding::to_odd), 1, "any");
  check_apart(Carried<double>(parse_format("e8m23:ftz")), -64, "flushed");
}

TEST_CASE("large products of floats have the bits of their blocks, however many threads there are") {
  const Carried<float> e5m10(binary16);
  check_apart(e5m10, 1, "normal, floats");
  check_apart(e5m10, -7, "gradual, floats");
  check_apart(e5m10, 7, "watched, with overflow, floats");
  check_apart(Carried<float>(binary16, Rounding::toward_zero), 1, "directed, floats");
  check_fused(e5m10, 3, "fused normal, floats");
  check_fused(e5m10, -8, "fused, floats");
  check_apart(Native<float>{}, 1, "native, floats");
  check_apart(Native<double>{}, 1, "native");
}

TEST_CASE("large fused products have the bits of their blocks, however many threads there are") {
  const Carried<double> e8m7(bfloat16), e5m10(binary16), e10m40(parse_format("e10m40"));
  check_fused(e8m7, 1, "fused normal, in binary32");
  check_fused(e10m40, 0, "fused normal");
  check_fused(e5m10, -8, "fused, in binary32");
  check_fused(Carried<double>(parse_format("e8m24")), -70, "fused");
  check_fused(e5m10, 7, "fused any, with overflow");
  check_fused(Carried<double>(bfloat16, Rounding::toward_zero), 1, "fused, directed");
}
