#include "precipice/arithmetic/matrix.hpp"

#include <doctest/doctest.h>

#include <hwy/targets.h>

#include <bit>
#include <random>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/catalogue.hpp"

using namespace precipice;

namespace {

constexpr unsigned seed = 7;
constexpr int random_shapes = 60;

/// Values of the format, some of them special, subnormal or near overflow; or wide ones.
double draw(std::mt19937_64& random, const Carried<double>& a, bool wide) {
  std::uniform_real_distribution<double> significand(-2, 2);
  std::uniform_int_distribution<int> kind(0, 19), exponent(-6, 6);
  const Format& f = a.format();
  double x = std::ldexp(significand(random), exponent(random));
  switch (kind(random)) {
    case 0: return std::copysign(0.0, x);
    case 1: x = std::ldexp(x, f.emin); break;
    case 2: x = std::ldexp(x, f.emax / 2); break;
    default: break;
  }
  return wide ? x : a.convert(x);
}

Matrix<double> drawn(std::mt19937_64& random, std::size_t rows, std::size_t cols, const Carried<double>& a, bool wide) {
  Matrix<double> m(rows, cols);
  for (double& x : m.values()) x = draw(random, a, wide);
  return m;
}

std::string first_difference(const Matrix<double>& a, const Matrix<double>& b) {
  for (std::size_t i = 0; i < a.values().size(); ++i) {
    const double x = a.values()[i], y = b.values()[i];
    if (std::isnan(x) && std::isnan(y)) continue;
    if (std::bit_cast<std::uint64_t>(x) != std::bit_cast<std::uint64_t>(y)) {
      return std::to_string(i) + ": " + std::to_string(x) + " against " + std::to_string(y);
    }
  }
  return {};
}

template <class A>
std::string compare_with_template(const A& engine, const Carried<double>& values, std::mt19937_64& random, bool wide) {
  std::uniform_int_distribution<std::size_t> size(1, 19);
  const std::size_t m = size(random), n = size(random), k = size(random) - 1;
  const Matrix<double> left = drawn(random, m, k, values, wide), right = drawn(random, k, n, values, wide);
  const Matrix<double> left_t = drawn(random, k, m, values, wide), right_t = drawn(random, n, k, values, wide);
  const auto check = [&](MatrixView<const double> l, MatrixView<const double> r) {
    Matrix<double> fast(m, n), slow(m, n);
    multiply(engine, l, r, fast.view());
    multiply<A>(engine, l, r, slow.view());
    return first_difference(fast, slow);
  };
  for (const std::string& difference :
       {check(left.view(), right.view()), check(left_t.view().transposed(), right.view()),
        check(left.view(), right_t.view().transposed())}) {
    if (!difference.empty()) return difference;
  }
  return {};
}

}  // namespace

TEST_CASE("a matrix product in vectors has the bits of the scalar one, on every vector width of this machine") {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    std::mt19937_64 random(seed);
    for (const char* const name : {"e8m7", "e5m10", "e8m23", "e4m3", "e3m1", "e9m23"}) {
      const Carried<double> a(parse_format(name));
      for (int i = 0; i < random_shapes; ++i) {
        for (const bool wide : {false, true}) {
          CAPTURE(name);
          CAPTURE(hwy::TargetName(target));
          CHECK(compare_with_template(a, a, random, wide) == "");
          CHECK(compare_with_template(Native<double>{}, a, random, wide) == "");
        }
      }
    }
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("Carried and Reference multiply matrices to the same bits") {
  std::mt19937_64 random(seed);
  for (const char* const name : {"e8m7", "e4m3", "e3m1"}) {
    const Carried<double> a(parse_format(name));
    const Reference reference(a.format());
    for (const bool wide : {false, true}) {
      const Matrix<double> left = drawn(random, 7, 9, a, wide), right = drawn(random, 9, 11, a, wide);
      Matrix<double> product(7, 11), expected(7, 11);
      multiply(a, left.view(), right.view(), product.view());
      Matrix<Exact> l(7, 9), r(9, 11), out(7, 11);
      for (std::size_t i = 0; i < left.values().size(); ++i) l.values()[i] = Exact::from(left.values()[i]);
      for (std::size_t i = 0; i < right.values().size(); ++i) r.values()[i] = Exact::from(right.values()[i]);
      multiply<Reference>(reference, l.view(), r.view(), out.view());
      for (std::size_t i = 0; i < out.values().size(); ++i) expected.values()[i] = to_double(out.values()[i]);
      CHECK(first_difference(product, expected) == "");
    }
  }
}

TEST_CASE("a product over nothing is plus zero") {
  Matrix<double> left(2, 0), right(0, 3), out(2, 3);
  for (double& x : out.values()) x = 5;
  multiply(Native<double>{}, std::as_const(left).view(), std::as_const(right).view(), out.view());
  for (const double x : out.values()) CHECK(std::bit_cast<std::uint64_t>(x) == 0);
}
