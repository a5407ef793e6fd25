// Products of doubles at the edges of what binary32 carries as well: lengths of significands, the lowest and the
// highest exponents of factors and products, precisions. On either side of an edge the bits are those of the scalar
// engine; a plan that reached one step further would be seen here.
#include <doctest/doctest.h>

#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/matrix_product.hpp"
#include "support/arrays.hpp"
#include "support/targets.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261126;
constexpr std::size_t rows = 9, inner = 14, cols = 18;

/// Odd integers of so many bits, some with a lower leading bit, times powers of two from 2^lowest to 2^highest: the
/// last bits of a number, not its first.
struct Numbers {
  int bits, lowest, highest;

  [[nodiscard]] double one(testing::Sample& sample) const {
    const std::int64_t top = std::int64_t{1} << (bits - 1);
    const std::int64_t integer = (top + sample.between(0, top - 1)) | 1;
    const double magnitude =
        std::ldexp(static_cast<double>(integer), static_cast<int>(sample.between(lowest, highest)));
    return sample.coin() ? magnitude : -magnitude;
  }
  [[nodiscard]] Matrix<double> matrix(std::size_t height, std::size_t width, testing::Sample& sample) const {
    Matrix<double> m(height, width);
    for (double& x : m.values()) x = sample.below(9) == 0 ? 0.0 : one(sample);
    return m;
  }
};

void check(const Carried<double>& engine, const Numbers& left, const Numbers& right, std::uint64_t stream,
           const char* target, Mismatches& mismatches) {
  testing::Sample sample(stream);
  const Matrix<double> l = left.matrix(rows, inner, sample), r = right.matrix(inner, cols, sample);
  const auto compare_with = [&](const Matrix<double>& got, const char* which, const auto& step) {
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < cols; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < inner; ++k) sum = step(sum, l(i, k), r(k, j));
        mismatches.expect(testing::same_bits(got(i, j), sum), [&] {
          return fmt::format("{} {} {}: {} bits from 2^{} times {} bits from 2^{} is {:a}, expected {:a}", target,
                             to_text(engine.format()), which, left.bits, left.lowest, right.bits, right.lowest,
                             got(i, j), sum);
        });
      }
    }
  };
  Matrix<double> out(rows, cols);
  multiply(engine, l.view(), r.view(), out.view());
  compare_with(out, "apart", [&](double sum, double x, double y) { return engine.add(sum, engine.mul(x, y)); });
  multiply_fused(engine, l.view(), r.view(), out.view());
  compare_with(out, "fused", [&](double sum, double x, double y) { return engine.fma(x, y, sum); });
}

/// check for every pair of numbers, in every format.
template <class Visit>
void on_every_format(const Visit& visit) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const char* const text :
         {"e8m3", "e8m7", "e8m10", "e8m11", "e8m20", "e8m21", "e8m22", "e9m7", "e9m10", "e5m10", "e7m10", "e7m9",
          "p11:emin=-69:emax=80", "p11:emin=-70:emax=80", "p11:emin=-69:emax=81"}) {
      const Carried<double> engine(parse_format(text));
      visit(engine, [&](const Numbers& left, const Numbers& right) {
        check(engine, left, right, stream++, target, mismatches);
      });
    }
  });
}

}  // namespace

TEST_CASE("products of factors with as many bits as binary32 has, fewer and more") {
  on_every_format([](const Carried<double>& engine, const auto& check_pair) {
    for (const int right :
         {4, 8, std::min(engine.format().precision, 20), std::min(engine.format().precision + 1, 22)}) {
      for (const int both : {22, 23, 24, 25, 26, 40}) {
        if (both > right) check_pair(Numbers{both - right, -20, -10}, Numbers{right, -20, -10});
      }
    }
  });
}

TEST_CASE("products whose last bits are the lowest of binary32, and lower ones") {
  on_every_format([](const Carried<double>&, const auto& check_pair) {
    for (int lowest = -180; lowest <= -98; ++lowest) {
      check_pair(Numbers{8, lowest / 2, lowest / 2 + 3}, Numbers{8, lowest - lowest / 2, lowest - lowest / 2 + 3});
      check_pair(Numbers{4, lowest + 4, lowest + 9}, Numbers{4, -4, 0});
    }
  });
}

TEST_CASE("products whose sums are the highest of what the steps in binary32 reach, and higher ones") {
  on_every_format([](const Carried<double>&, const auto& check_pair) {
    for (int highest = 70; highest <= 128; highest += highest == 82 ? 10 : 1) {
      check_pair(Numbers{4, highest / 2 - 3, highest / 2},
                 Numbers{4, highest - highest / 2 - 3, highest - highest / 2});
      check_pair(Numbers{4, highest - 3, highest}, Numbers{4, -4, -2});
    }
  });
}
