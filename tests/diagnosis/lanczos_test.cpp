#include "precipice/diagnosis/lanczos.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "diagnosis/symmetric_matrix.hpp"
#include "precipice/training/random.hpp"

using namespace precipice;
using precipice::testing::SymmetricMatrix;

namespace {

std::vector<double> gaussians(std::size_t count, std::uint64_t seed) {
  const Random random(seed, Purpose::inputs);
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(random.gaussian(i));
  return result;
}

SymmetricOperator diagonal(std::vector<double> values) {
  return [values = std::move(values)](std::span<const double> x, std::span<double> y) {
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = values[i] * x[i];
  };
}

RitzPair largest(const std::vector<double>& eigenvalues, const LanczosLimits& limits = {}) {
  return largest_eigenvalue(diagonal(eigenvalues), gaussians(eigenvalues.size(), 1), limits);
}

}  // namespace

TEST_CASE("Lanczos finds the largest eigenvalue, not the largest in magnitude") {
  std::vector<double> values{-1000};
  for (int i = 0; i < 300; ++i) values.push_back(i / 300.0);
  values.push_back(7);
  const RitzPair found = largest(values);
  CHECK(found.is_settled);
  CHECK(found.products < 30);
  CHECK(found.value == doctest::Approx(7).epsilon(1e-7));
  CHECK(found.value <= 7 * (1 + 1e-13));
  CHECK(largest({-3, -5, -4, -9}).value == doctest::Approx(-3).epsilon(1e-12));
}

TEST_CASE("Lanczos agrees with Jacobi's rotations on random symmetric matrices, within its residual") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::size_t n = 2 + seed;
    SymmetricMatrix a(n);
    const std::vector<double> g = gaussians(n * n, seed);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) a(i, j) = a(j, i) = g[i * n + j];
    }
    const double expected = a.largest_eigenvalue();
    const auto apply = [&](std::span<const double> x, std::span<double> y) { a.multiply(x, y); };
    CAPTURE(n);
    for (const double tolerance : {1e-2, 1e-4, 1e-12}) {
      const RitzPair found =
          largest_eigenvalue(apply, gaussians(n, 100 + seed), {.tolerance = tolerance, .products = 200});
      CHECK(found.is_settled);
      CHECK(std::fabs(found.value - expected) <= found.residual + 1e-13 * std::fabs(expected));
    }
    const RitzPair one = largest_eigenvalue(apply, gaussians(n, 100 + seed), {.tolerance = 1e-12, .products = 1});
    CHECK_FALSE(one.is_settled);
    CHECK(one.products == 1);
  }
}

TEST_CASE("the residual of a Ritz pair is what it says: after two products against the vector itself") {
  // From start (1, 1, 1) / sqrt 3 on diag(0, 1, 3) T is [[4/3, b], [b, c]]; the Ritz vector is known in closed form.
  const std::vector<double> d{0, 1, 3};
  const RitzPair found = largest_eigenvalue(diagonal(d), {1, 1, 1}, {.tolerance = 1e-12, .products = 2});
  const double a = 4.0 / 3, b = std::sqrt(10.0 / 3 - a * a);
  std::vector<double> q2;
  for (const double x : d) q2.push_back((x - a) / std::sqrt(3.0) / b);
  double c = 0;
  for (std::size_t i = 0; i < 3; ++i) c += d[i] * q2[i] * q2[i];
  const double value = (a + c) / 2 + std::sqrt((a - c) * (a - c) / 4 + b * b);
  const double s1 = b, s2 = value - a, length = std::sqrt(s1 * s1 + s2 * s2);
  double squares = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const double y = (s1 / std::sqrt(3.0) + s2 * q2[i]) / length;
    squares += (d[i] - value) * (d[i] - value) * y * y;
  }
  CHECK(found.value == doctest::Approx(value).epsilon(1e-14));
  CHECK(found.residual == doctest::Approx(std::sqrt(squares)).epsilon(1e-10));
  CHECK(found.residual > 0.1);
  CHECK_FALSE(found.is_settled);
}

TEST_CASE("Lanczos ends where there is nothing more to find") {
  CHECK(largest({5}).value == doctest::Approx(5).epsilon(1e-15));
  CHECK(largest({5}).products == 1);
  const RitzPair zero = largest(std::vector<double>(50, 0.0));
  CHECK(zero.value == 0);
  CHECK(zero.is_settled);
  CHECK(zero.products == 1);
  const RitzPair multiple = largest(std::vector<double>(50, 4.0));
  CHECK(multiple.value == doctest::Approx(4).epsilon(1e-14));
  CHECK(multiple.products == 1);
  const RitzPair two = largest({2, 2, 2, 9, 9, 9});
  CHECK(two.value == doctest::Approx(9).epsilon(1e-14));
  CHECK(two.products == 2);
  CHECK(std::isnan(largest({1, std::numeric_limits<double>::quiet_NaN()}).value));
  CHECK_FALSE(largest({1, std::numeric_limits<double>::infinity()}).is_settled);
  // Its size does not matter.
  for (const double size : {0x1p-600, 0x1p400}) {
    CHECK(largest({-2 * size, size, 0.5 * size}).value / size == doctest::Approx(1).epsilon(1e-12));
  }
}
