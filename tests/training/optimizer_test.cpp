#include "precipice/training/optimizer.hpp"

#include <doctest/doctest.h>
#include <mpfr.h>

#include <cmath>
#include <random>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"

using namespace precipice;

namespace {

constexpr unsigned seed = 11;
constexpr int updates = 200;

/// PyTorch's single-tensor Adam for one binary64 parameter, written from its sequence of tensor operations.
struct TorchAdam {
  double lr, beta1, beta2, epsilon, m = 0, v = 0;
  int t = 0;

  double update(double w, double g) {
    ++t;
    m = m + (1 - beta1) * (g - m);  // exp_avg.lerp_(grad, 1 - beta1)
    v = v * beta2;                  // exp_avg_sq.mul_(beta2)
    v = v + (1 - beta2) * g * g;    // .addcmul_(grad, grad, value=1 - beta2)
    const double c1 = 1 - correctly_rounded_power(beta1, static_cast<std::uint64_t>(t));
    const double c2 = 1 - correctly_rounded_power(beta2, static_cast<std::uint64_t>(t));
    const double denominator = std::sqrt(v) / std::sqrt(c2) + epsilon;
    return w + -(lr / c1) * m / denominator;  // param.addcdiv_(exp_avg, denom, value=-step_size)
  }
};

}  // namespace

TEST_CASE("Adam in binary64 has the bits of PyTorch's order of operations") {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Optimizer settings;
  settings.learning_rate = 1e-3;
  Adam<Native<double>> adam(Native<double>{}, settings, 3);
  std::vector<double> parameters{0.5, -2, 1e-3}, gradients(3);
  std::vector<TorchAdam> torch(3, TorchAdam{1e-3, 0.9, 0.999, 1e-8});
  std::vector<double> expected = parameters;
  for (int t = 0; t < updates; ++t) {
    for (double& g : gradients) g = normal(random) * std::ldexp(1.0, -(t % 40));
    adam.step(parameters, gradients);
    for (std::size_t i = 0; i < 3; ++i) expected[i] = torch[i].update(expected[i], gradients[i]);
    REQUIRE(parameters == expected);
  }
}

TEST_CASE("a large beta1 complement takes the other branch of lerp") {
  Optimizer settings;
  settings.beta1 = 0.25;
  Adam<Native<double>> adam(Native<double>{}, settings, 1);
  std::vector<double> w{0.0}, g{0.7};
  adam.step(w, g);
  const double m = 0.7 - (0.7 - 0.0) * (1 - 0.75);
  const double v = 0.0 * 0.999 + (1 - 0.999) * 0.7 * 0.7;
  const double step = settings.learning_rate / (1 - 0.25);
  CHECK(w[0] == 0.0 + -step * m / (std::sqrt(v) / std::sqrt(1 - 0.999) + 1e-8));
}

TEST_CASE("every operation of an update is rounded: Carried and Reference agree, and differ from binary64") {
  for (const Format& f : {bfloat16, binary16, ieee_like(4, 4)}) {
    for (const OptimizerName name : {OptimizerName::adam, OptimizerName::gradient_descent}) {
      Optimizer settings;
      settings.name = name;
      settings.epsilon = 1e-2;
      const auto train = [&](auto optimizer, auto engine) {
        using V = typename decltype(engine)::Value;
        std::mt19937_64 random(seed);
        std::normal_distribution<double> normal;
        std::vector<V> w{engine.convert(exactly<V>(0.7)), engine.convert(exactly<V>(-0.3))}, g(2);
        for (int t = 0; t < updates; ++t) {
          for (V& x : g) x = engine.convert(exactly<V>(normal(random)));
          optimizer.step(w, g);
        }
        return std::vector<double>{nearest_double(w[0]), nearest_double(w[1])};
      };
      const Carried<double> carried(f);
      const Reference reference(f);
      std::vector<double> fast, slow, exact;
      if (name == OptimizerName::adam) {
        fast = train(Adam<Carried<double>>(carried, settings, 2), carried);
        slow = train(Adam<Reference>(reference, settings, 2), reference);
        exact = train(Adam<Native<double>>(Native<double>{}, settings, 2), Native<double>{});
      } else {
        fast = train(GradientDescent<Carried<double>>(carried, settings, 2), carried);
        slow = train(GradientDescent<Reference>(reference, settings, 2), reference);
        exact = train(GradientDescent<Native<double>>(Native<double>{}, settings, 2), Native<double>{});
      }
      CHECK(fast == slow);
      CHECK(fast != exact);
    }
  }
}

TEST_CASE("powers of the betas are correctly rounded") {
  std::vector<unsigned long> steps{20'000, 99'999, 1'000'000, 3'000'000, (1UL << 41U) + 1};
  for (unsigned long t = 1; t <= 3000; ++t) steps.push_back(t);
  for (const double beta : {0.0, 0.1, 0.5, 0.9, 0.95, 0.98, 0.999, 0.9999, 1 - 0x1p-40, 1.0}) {
    for (const unsigned long t : steps) {
      mpfr_t wide;
      mpfr_init2(wide, 400);
      mpfr_set_d(wide, beta, MPFR_RNDN);
      mpfr_pow_ui(wide, wide, t, MPFR_RNDN);
      const double expected = mpfr_get_d(wide, MPFR_RNDN);
      mpfr_clear(wide);
      if (expected > 0x1p-1000 || beta == 0) CHECK(correctly_rounded_power(beta, t) == expected);
      if (expected < 0x1p-1000) CHECK(1 - correctly_rounded_power(beta, t) == 1);
    }
  }
}
