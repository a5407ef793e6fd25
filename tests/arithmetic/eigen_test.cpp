// Eigen's own algorithms on Fixed: the bits of other types where the format is theirs, and a proven error bound in
// formats of few bits.

// So that Eigen adds up in the same order for float as for a type that it does not know.
#define EIGEN_DONT_VECTORIZE
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "precipice/arithmetic/fixed_eigen.hpp"
#include "precipice/format/catalogue.hpp"
#include "support/mismatches.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260301;
constexpr std::array<Eigen::Index, 7> sizes{1, 2, 3, 7, 16, 25, 40};  // beyond 20 and 32 Eigen takes other algorithms

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

/// Multiples of 1/8 within +-2: numbers of every format below.
Matrix<double> random_matrix(Sample& sample, Eigen::Index rows, Eigen::Index cols) {
  return Matrix<double>::NullaryExpr(
      rows, cols, [&](Eigen::Index, Eigen::Index) { return static_cast<double>(sample.between(-16, 16)) / 8; });
}

/// Symmetric, with eigenvalues of at least `shift` but for the rounding into a format.
Matrix<double> random_positive_definite(Sample& sample, Eigen::Index size, double shift) {
  const Matrix<double> m = random_matrix(sample, size, size);
  return m * m.transpose() + shift * Matrix<double>::Identity(size, size);
}

/// What Eigen makes of the same matrices in a scalar type.
template <class T>
struct Results {
  Matrix<T> product, with_vector, dots, norms, factor, solution, differences;

  Results(const Matrix<double>& a, const Matrix<double>& b, const Matrix<double>& positive) {
    const Matrix<T> x = a.cast<T>(), y = b.cast<T>();
    product = x * y;
    with_vector = x * y.col(0);
    dots.setZero(1, x.rows());
    norms.setZero(1, x.rows());
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      dots(0, i) = x.row(i).dot(y.col(i));
      norms(0, i) = x.row(i).norm();
    }
    const Eigen::LLT<Matrix<T>> llt(positive.cast<T>());
    CHECK(llt.info() == Eigen::Success);
    factor = llt.matrixL();
    solution = llt.solve(y);
    differences = x.transpose() - y * T(0.5);
  }
};

template <class T, Format F>
void expect_same(Mismatches& mismatches, std::string_view what, const Matrix<T>& machine,
                 const Matrix<Fixed<F>>& ours) {
  REQUIRE(machine.rows() == ours.rows());
  REQUIRE(machine.cols() == ours.cols());
  for (Eigen::Index i = 0; i < ours.rows(); ++i) {
    for (Eigen::Index j = 0; j < ours.cols(); ++j) {
      const Exact wanted = Exact::from(static_cast<double>(machine(i, j))), got = ours(i, j).exact();
      mismatches.expect(got == wanted, [&] {
        return fmt::format("{} {} of {} x {} at ({}, {}): {}, expected {}", what, to_text(F), ours.rows(), ours.cols(),
                           i, j, code_text(F, encode(F, got)), code_text(F, encode(F, wanted)));
      });
    }
  }
}

template <class T, Format F>
void expect_same_bits(Mismatches& mismatches) {
  Sample sample(seed);
  for (const Eigen::Index size : sizes) {
    const Matrix<double> a = random_matrix(sample, size, size), b = random_matrix(sample, size, size);
    const Matrix<double> positive = random_positive_definite(sample, size, static_cast<double>(size));
    const Results<T> machine(a, b, positive);
    const Results<Fixed<F>> ours(a, b, positive);
    expect_same<T, F>(mismatches, "product", machine.product, ours.product);
    expect_same<T, F>(mismatches, "product with a vector", machine.with_vector, ours.with_vector);
    expect_same<T, F>(mismatches, "dot", machine.dots, ours.dots);
    expect_same<T, F>(mismatches, "norm", machine.norms, ours.norms);
    expect_same<T, F>(mismatches, "LLT", machine.factor, ours.factor);
    expect_same<T, F>(mismatches, "solution", machine.solution, ours.solution);
    expect_same<T, F>(mismatches, "difference", machine.differences, ours.differences);
  }
}

/// Of the backward error of Cholesky's method (Higham 2002, theorem 10.4): the computed x solves (A + E) x = b exactly,
/// |E| <= gamma(3n + 1) |L| |L^T|, gamma(k) = k u / (1 - k u), whatever the order of the sums. Eigen multiplies by the
/// reciprocal of a diagonal entry in both triangular systems: a rounding more in each.
double backward_error(const Format& f, Eigen::Index size) {
  const double k = 3.0 * static_cast<double>(size) + 1 + 2;
  const double unit_roundoff = std::ldexp(1.0, -f.precision);
  REQUIRE(k * unit_roundoff < 1);
  return k * unit_roundoff / (1 - k * unit_roundoff);
}

/// The residual is computed in binary64, whose own error is some 2^-40 of the bound.
template <Format F>
void expect_small_residual(Mismatches& mismatches, Eigen::Index size) {
  constexpr int systems = 10;
  Sample sample(seed);
  double largest = 0;
  for (int system = 0; system < systems; ++system) {
    const Matrix<double> drawn = random_positive_definite(sample, size, static_cast<double>(size));
    const Matrix<Fixed<F>> a = drawn.cast<Fixed<F>>(), b = random_matrix(sample, size, 1).cast<Fixed<F>>();
    const Eigen::LLT<Matrix<Fixed<F>>> llt(a);
    REQUIRE(llt.info() == Eigen::Success);
    const Matrix<Fixed<F>> x = llt.solve(b), lower = llt.matrixL();
    const Matrix<double> l = lower.template cast<double>().cwiseAbs(), exact_x = x.template cast<double>();
    const Matrix<double> residual = (b.template cast<double>() - a.template cast<double>() * exact_x).cwiseAbs();
    const Matrix<double> bound = backward_error(F, size) * (l * (l.transpose() * exact_x.cwiseAbs()));
    for (Eigen::Index i = 0; i < size; ++i) {
      largest = std::max(largest, residual(i, 0) / bound(i, 0));
      mismatches.expect(residual(i, 0) <= bound(i, 0), [&] {
        return fmt::format("LLT {} of size {}, system {}: residual {} at {}, bound {}", to_text(F), size, system,
                           residual(i, 0), i, bound(i, 0));
      });
    }
  }
  CHECK(largest > 0);  // else nothing was rounded, and nothing tested
}

}  // namespace

TEST_CASE("Eigen's products, norms and LLT in binary64 and binary32 have the bits of double and float") {
  Mismatches mismatches;
  expect_same_bits<double, binary64>(mismatches);
  expect_same_bits<float, binary32>(mismatches);
}

TEST_CASE("Eigen's products, norms and LLT in binary16 have the bits of Eigen's half") {
  // That one computes in binary32 and rounds again, which for + - * / sqrt is rounding once: 24 >= 2 * 11 + 2.
  Mismatches mismatches;
  expect_same_bits<Eigen::half, binary16>(mismatches);
}

TEST_CASE("Eigen's sums of fixed size have the bits of float, too: it chooses the same order") {
  using Ours = Fixed<binary32>;
  Mismatches mismatches;
  Sample sample(seed);
  constexpr int vectors = 200, size = 5;
  for (int i = 0; i < vectors; ++i) {
    const Eigen::Matrix<double, size, 1> x = random_matrix(sample, size, 1) / 3, y = random_matrix(sample, size, 1) / 7;
    const Matrix<float> machine = x.cast<float>().transpose() * y.cast<float>();
    const Matrix<Ours> ours = x.cast<Ours>().transpose() * y.cast<Ours>();
    expect_same<float, binary32>(mismatches, "dot of fixed size", machine, ours);
    mismatches.expect(static_cast<float>(x.cast<Ours>().sum()) == x.cast<float>().sum(),
                      [&] { return fmt::format("sum of fixed size, vector {}", i); });
  }
}

TEST_CASE("Eigen's lazy product is the textbook's: the products of a row and a column, added up by index") {
  constexpr Format f = bfloat16;
  Mismatches mismatches;
  Sample sample(seed);
  for (const Eigen::Index size : sizes) {
    const Matrix<Fixed<f>> a = (random_matrix(sample, size, size) / 3).cast<Fixed<f>>();
    const Matrix<Fixed<f>> b = (random_matrix(sample, size, size) / 7).cast<Fixed<f>>();
    const Matrix<Fixed<f>> product = a.lazyProduct(b);
    for (Eigen::Index i = 0; i < size; ++i) {
      for (Eigen::Index j = 0; j < size; ++j) {
        Exact sum;
        for (Eigen::Index k = 0; k < size; ++k) {
          const Exact term = reference::multiply(a(i, k).exact(), b(k, j).exact(), f, {}).value;
          sum = reference::add(sum, term, f, {}).value;
        }
        mismatches.expect(compare(product(i, j).exact(), sum) == 0, [&] {
          return fmt::format("product {} of size {} at ({}, {}): {}, expected {}", to_text(f), size, i, j,
                             code_text(f, product(i, j).code()), code_text(f, encode(f, sum)));
        });
      }
    }
  }
}

TEST_CASE(
    "the residual of a solution by LLT keeps to the backward error of Cholesky's method in formats of few bits and of "
    "many") {
  Mismatches mismatches;
  expect_small_residual<bfloat16>(mismatches, 8);
  expect_small_residual<ieee_like(11, 5)>(mismatches, 8);
  expect_small_residual<ieee_like(11, 5)>(mismatches, 40);
  expect_small_residual<bfloat16>(mismatches, 25);
  expect_small_residual<binary32>(mismatches, 16);
}

TEST_CASE("Eigen's traits of a format are its limits, and isApprox tolerates what it does for float") {
  using Half = Fixed<binary16>;
  using Traits = Eigen::NumTraits<Half>;
  CHECK(Traits::digits() == 11);
  CHECK(Traits::digits10() == 3);
  CHECK(Traits::epsilon() == Half(Exact::from(0x1p-10)));
  CHECK(Traits::highest() == 65504);
  CHECK(Traits::lowest() == -65504);
  CHECK(isinf(Traits::infinity()));
  CHECK(isnan(Traits::quiet_NaN()));
  CHECK(Eigen::NumTraits<Fixed<p3109(8, 3, Signedness::without_sign)>>::lowest() == 0);
  const Matrix<Half> ones = Matrix<Half>::Ones(2, 2);
  CHECK(ones.isApprox(ones * Half("1.001")));
  CHECK_FALSE(ones.isApprox(ones * Half("1.01")));
}
