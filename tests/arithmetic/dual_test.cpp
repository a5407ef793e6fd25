#include "precipice/arithmetic/dual.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "precipice/arithmetic/reference.hpp"
#include "support/sample.hpp"

using namespace precipice;

namespace {

constexpr Format wide = ieee_like(400, 20);

/// A double in +-[1/16, 16).
double moderate(testing::Sample& sample) {
  const double size =
      std::ldexp(1 + static_cast<double>(sample.below(1U << 30U)) * 0x1p-30, static_cast<int>(sample.between(-4, 3)));
  return sample.coin() ? size : -size;
}

using Operands = std::array<Exact, 3>;
using Duals = std::array<DualNumber, 3>;

/// (f(x + h x') - f(x - h x')) / 2h with 400 bits, h = 2^-100: good to some fifty digits.
double derivative(const std::function<Exact(const Reference&, const Operands&)>& f, const Duals& at) {
  const Reference a(wide);
  const auto value_at = [&](int direction) {
    Operands x;
    for (std::size_t i = 0; i < 3; ++i) {
      x[i] = a.add(Exact::from(at[i].value), a.scale(Exact::from(direction * at[i].tangent), -100));
    }
    return f(a, x);
  };
  return to_double(round(a.scale(a.sub(value_at(1), value_at(-1)), 99), binary64, Rounding::nearest_even).value);
}

struct Operation {
  const char* name;
  std::function<DualNumber(const Dual&, const Duals&)> dual;
  std::function<Exact(const Reference&, const Operands&)> exact;
  bool is_of_positive = false;
};

const std::vector<Operation> operations{
    {"add", [](const Dual& a, const Duals& x) { return a.add(x[0], x[1]); },
     [](const Reference& a, const Operands& x) { return a.add(x[0], x[1]); }},
    {"sub", [](const Dual& a, const Duals& x) { return a.sub(x[0], x[1]); },
     [](const Reference& a, const Operands& x) { return a.sub(x[0], x[1]); }},
    {"mul", [](const Dual& a, const Duals& x) { return a.mul(x[0], x[1]); },
     [](const Reference& a, const Operands& x) { return a.mul(x[0], x[1]); }},
    {"div", [](const Dual& a, const Duals& x) { return a.div(x[0], x[1]); },
     [](const Reference& a, const Operands& x) { return a.div(x[0], x[1]); }},
    {"fma", [](const Dual& a, const Duals& x) { return a.fma(x[0], x[1], x[2]); },
     [](const Reference& a, const Operands& x) { return a.fma(x[0], x[1], x[2]); }},
    {"scale", [](const Dual& a, const Duals& x) { return a.scale(x[0], -3); },
     [](const Reference& a, const Operands& x) { return a.scale(x[0], -3); }},
    {"max", [](const Dual& a, const Duals& x) { return a.max(x[0], x[1]); },
     [](const Reference& a, const Operands& x) { return a.max(x[0], x[1]); }},
    {"exp", [](const Dual& a, const Duals& x) { return a.exp(x[0]); },
     [](const Reference& a, const Operands& x) { return a.exp(x[0]); }},
    {"tanh", [](const Dual& a, const Duals& x) { return a.tanh(x[0]); },
     [](const Reference& a, const Operands& x) { return a.tanh(x[0]); }},
    {"sigmoid", [](const Dual& a, const Duals& x) { return a.sigmoid(x[0]); },
     [](const Reference& a, const Operands& x) { return a.sigmoid(x[0]); }},
    {"convert", [](const Dual& a, const Duals& x) { return a.convert(x[0]); },
     [](const Reference& a, const Operands& x) { return a.convert(x[0]); }},
    {"sum_exactly", [](const Dual& a, const Duals& x) { return a.sum_exactly(x); },
     [](const Reference& a, const Operands& x) { return a.sum_exactly(x); }},
    {"sqrt", [](const Dual& a, const Duals& x) { return a.sqrt(x[0]); },
     [](const Reference& a, const Operands& x) { return a.sqrt(x[0]); }, true},
    {"log", [](const Dual& a, const Duals& x) { return a.log(x[0]); },
     [](const Reference& a, const Operands& x) { return a.log(x[0]); }, true},
};

}  // namespace

TEST_CASE("values of dual numbers are those of binary64, tangents the derivatives of the exact operations") {
  testing::Sample sample(17);
  const Reference binary(binary64);
  for (const Operation& operation : operations) {
    CAPTURE(operation.name);
    for (int i = 0; i < 200; ++i) {
      Duals x;
      Operands exact;
      double size = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        x[k] = {moderate(sample), moderate(sample)};
        if (operation.is_of_positive) x[k].value = std::fabs(x[k].value);
        exact[k] = Exact::from(x[k].value);
        size = std::max({size, std::fabs(x[k].value), std::fabs(x[k].tangent)});
      }
      const DualNumber found = operation.dual({}, x);
      CHECK(found.value == to_double(operation.exact(binary, exact)));
      const double expected = derivative(operation.exact, x);
      // A few roundings of terms no larger than these.
      const double error = std::fabs(found.tangent - expected);
      const double terms =
          std::max(std::fabs(expected), operation.name == std::string("div")
                                            ? size / std::fabs(x[1].value) * (1 + std::fabs(found.value))
                                            : size * size);
      CHECK(error <= (operation.name == std::string("exp") ? std::fabs(expected) : terms) * 0x1p-50);
    }
  }
}

TEST_CASE("the derivative of tanh and of sigmoid does not vanish before it underflows") {
  const Dual a;
  for (const double x : {15.0, -15.0, 18.0}) {
    const double expected =
        derivative([](const Reference& r, const Operands& o) { return r.tanh(o[0]); }, {DualNumber{x, 1}, {}, {}});
    // tanh itself is rounded: 1 - |t| has the error of half an ulp of 1.
    CHECK(std::fabs(a.tanh({x, 1}).tangent - expected) <= 0x1p-52);
  }
  for (const double x : {40.0, -40.0, 700.0}) {
    const double expected =
        derivative([](const Reference& r, const Operands& o) { return r.sigmoid(o[0]); }, {DualNumber{x, 1}, {}, {}});
    CHECK(a.sigmoid({x, 1}).tangent == doctest::Approx(expected).epsilon(1e-14));
  }
}

TEST_CASE("dual numbers compare by their values, and NaN stays") {
  const Dual a;
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(a.compare({1, 5}, {1, -5}) == std::partial_ordering::equivalent);
  CHECK(is_less(DualNumber{1, 5}, DualNumber{2, 0}));
  CHECK(is_zero(DualNumber{0, 3}));
  CHECK(a.max({1, 7}, {2, -4}) == DualNumber{2, -4});
  CHECK(a.max({3, 7}, {2, -4}) == DualNumber{3, 7});
  CHECK(std::isnan(a.max({nan, 0}, {2, 0}).value));
  CHECK(exactly<DualNumber>(3.5) == DualNumber{3.5, 0});
  CHECK_FALSE(is_finite_number(DualNumber{1, nan}));
}

TEST_CASE("matrix products of dual numbers, transposed or not, are what their elements say") {
  testing::Sample sample(18);
  for (int i = 0; i < 30; ++i) {
    const std::size_t n = 1 + sample.below(7), m = 1 + sample.below(9), k = 1 + sample.below(6);
    Matrix<DualNumber> left(n, k), right(m, k), out(n, m);
    for (Matrix<DualNumber>* const factor : {&left, &right}) {
      for (DualNumber& x : factor->values()) x = {moderate(sample), moderate(sample)};
    }
    multiply(Dual{}, Dual{}, std::as_const(left).view(), std::as_const(right).view().transposed(), out.view());
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t col = 0; col < m; ++col) {
        double value = 0, of_left = 0, of_right = 0;
        for (std::size_t j = 0; j < k; ++j) {
          value += left(row, j).value * right(col, j).value;
          of_left += left(row, j).tangent * right(col, j).value;
          of_right += left(row, j).value * right(col, j).tangent;
        }
        CHECK(out(row, col) == DualNumber{value, of_left + of_right});
      }
    }
  }
}
