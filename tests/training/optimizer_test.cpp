#include "precipice/training/optimizer.hpp"

#include <doctest/doctest.h>
#include <mpfr.h>

#include <cmath>
#include <optional>
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
  double lr, beta1, beta2, epsilon, decay = 0, m = 0, v = 0;
  int t = 0;

  double update(double w, double g) {
    w = w * (1 - lr * decay);  // param.mul_(1 - lr * weight_decay), of AdamW
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

/// The same of SGD: dampening is 0, weight decay happens before.
struct TorchSgd {
  double lr, momentum;
  bool nesterov;
  std::optional<double> buffer = std::nullopt;

  double update(double w, double g) {
    if (buffer) {
      buffer = *buffer * momentum;  // buf.mul_(momentum)
      buffer = *buffer + g;         // .add_(grad, alpha=1 - dampening)
    } else {
      buffer = g;  // torch.clone(grad)
    }
    const double direction = nesterov ? g + momentum * *buffer : *buffer;  // grad.add(buf, alpha=momentum)
    return w + -lr * direction;                                            // param.add_(grad, alpha=-lr)
  }
};

}  // namespace

TEST_CASE("Adam and AdamW in binary64 have the bits of PyTorch's order of operations") {
  for (const OptimizerName name : {OptimizerName::adam, OptimizerName::adamw}) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    const Optimizer settings{.name = name, .weight_decay = 0.3};
    Adam<Native<double>> adam(Native<double>{}, settings, 3);
    std::vector<double> parameters{0.5, -2, 1e-3}, gradients(3);
    const double decay = name == OptimizerName::adamw ? 0.3 : 0;
    std::vector<TorchAdam> torch(3, TorchAdam{1e-3, 0.9, 0.999, 1e-8, decay});
    std::vector<double> expected = parameters;
    for (int t = 0; t < updates; ++t) {
      for (double& g : gradients) g = normal(random) * std::ldexp(1.0, -(t % 40));
      adam.step(1e-3, parameters, gradients);
      for (std::size_t i = 0; i < 3; ++i) expected[i] = torch[i].update(expected[i], gradients[i]);
      REQUIRE(parameters == expected);
    }
  }
}

TEST_CASE("Adam that goes on with another beta knows its bias correction, however small that had become") {
  Optimizer settings;
  Adam<Native<double>> adam(Native<double>{}, settings, 1);
  TorchAdam torch{1e-3, settings.beta1, settings.beta2, settings.epsilon};
  std::vector<double> w{0.5};
  double expected = 0.5;
  const auto step = [&](int count) {
    for (int t = 0; t < count; ++t) {
      const std::vector<double> g{1.0 / (t + 1)};
      adam.step(1e-3, w, g);
      expected = torch.update(expected, g[0]);
    }
  };
  step(500);  // 0.9^500 < 2^-60
  settings.beta1 = torch.beta1 = 0.999;
  adam.go_on_with(settings);
  step(5);
  CHECK(w[0] == expected);
}

TEST_CASE("momentum and Nesterov's in binary64 have the bits of PyTorch's order of operations") {
  for (const OptimizerName name : {OptimizerName::momentum, OptimizerName::nesterov}) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    Momentum<Native<double>> momentum(Native<double>{}, {.name = name, .momentum = 0.95}, 3);
    std::vector<double> parameters{0.5, -2, 1e-3}, gradients(3);
    std::vector<TorchSgd> torch(3, TorchSgd{0.07, 0.95, name == OptimizerName::nesterov});
    std::vector<double> expected = parameters;
    for (int t = 0; t < updates; ++t) {
      for (double& g : gradients) g = normal(random);
      momentum.step(0.07, parameters, gradients);
      for (std::size_t i = 0; i < 3; ++i) expected[i] = torch[i].update(expected[i], gradients[i]);
      REQUIRE(parameters == expected);
    }
  }
}

TEST_CASE("momentum and Nesterov's by hand: rate 1/2, momentum 1/2, gradients 1, 1, -1") {
  const auto path = [](OptimizerName name) {
    Momentum<Native<double>> momentum(Native<double>{}, {.name = name, .momentum = 0.5}, 1);
    std::vector<double> w{0}, all;
    for (const double g : {1.0, 1.0, -1.0}) {
      momentum.step(0.5, w, std::vector{g});
      all.push_back(w[0]);
    }
    return all;
  };
  // The velocity is 1, 1.5, -0.25.
  CHECK(path(OptimizerName::momentum) == std::vector{-0.5, -1.25, -1.125});
  CHECK(path(OptimizerName::nesterov) == std::vector{-0.75, -1.625, -1.0625});
}

TEST_CASE("the velocity begins as the first gradient, not as its sum with a zero") {
  Momentum<Native<double>> momentum(Native<double>{}, {.name = OptimizerName::momentum}, 1);
  std::vector<double> w{-0.0};
  momentum.step(0.5, w, std::vector{-0.0});
  CHECK_FALSE(std::signbit(w[0]));  // -0 + (-1/2) (-0); a velocity of +0 would leave -0
}

TEST_CASE("a large beta1 complement takes the other branch of lerp") {
  Optimizer settings;
  settings.beta1 = 0.25;
  Adam<Native<double>> adam(Native<double>{}, settings, 1);
  std::vector<double> w{0.0}, g{0.7};
  adam.step(settings.learning_rate, w, g);
  const double m = 0.7 - (0.7 - 0.0) * (1 - 0.75);
  const double v = 0.0 * 0.999 + (1 - 0.999) * 0.7 * 0.7;
  const double step = settings.learning_rate / (1 - 0.25);
  CHECK(w[0] == 0.0 + -step * m / (std::sqrt(v) / std::sqrt(1 - 0.999) + 1e-8));
}

TEST_CASE("every operation of an update is rounded: Carried and Reference agree, and differ from binary64") {
  for (const Format& f : {bfloat16, binary16, ieee_like(4, 4)}) {
    for (const OptimizerName name : {OptimizerName::adam, OptimizerName::adamw, OptimizerName::gradient_descent,
                                     OptimizerName::momentum, OptimizerName::nesterov}) {
      Optimizer settings;
      settings.name = name;
      settings.epsilon = 1e-2;
      settings.weight_decay = 0.1;
      const auto train = [&](auto optimizer, auto engine) {
        using V = typename decltype(engine)::Value;
        std::mt19937_64 random(seed);
        std::normal_distribution<double> normal;
        std::vector<V> w{engine.convert(exactly<V>(0.7)), engine.convert(exactly<V>(-0.3))}, g(2);
        for (int t = 0; t < updates; ++t) {
          for (V& x : g) x = engine.convert(exactly<V>(normal(random)));
          std::visit([&](auto& any) { any.step(settings.learning_rate, w, std::span<const V>(g)); }, optimizer);
        }
        return std::vector<double>{nearest_double(w[0]), nearest_double(w[1])};
      };
      const Carried<double> carried(f);
      const Reference reference(f);
      const Native<double> native;
      const std::vector<double> fast = train(chosen_optimizer<Carried<double>>(carried, settings, 2), carried),
                                slow = train(chosen_optimizer<Reference>(reference, settings, 2), reference),
                                exact = train(chosen_optimizer<Native<double>>(native, settings, 2), native);
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
