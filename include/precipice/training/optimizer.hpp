#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/training/experiment.hpp"

namespace precipice {

/// beta^step, correctly rounded to binary64 (MPFR). No C library decides a bit.
double correctly_rounded_power(double beta, std::uint64_t step);

/// w <- w + (-lr) g: product and sum rounded apart. Scalars are binary64, as in PyTorch, and enter exactly.
template <Arithmetic A>
class GradientDescent {
 public:
  using V = typename A::Value;
  GradientDescent(A arithmetic, const Optimizer& settings)
      : a_(std::move(arithmetic)), minus_rate_(exactly<V>(-settings.learning_rate)) {}

  void step(std::span<V> parameters, std::span<const V> gradients) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      parameters[i] = a_.add(parameters[i], a_.mul(minus_rate_, gradients[i]));
    }
  }

 private:
  A a_;
  V minus_rate_;
};

/// Adam (Kingma and Ba 2015) in the order of operations of PyTorch's _single_tensor_adam: lerp, mul and addcmul, sqrt,
/// division, addition of epsilon, addcdiv; each elementary operation rounded once. Hyperparameters and bias corrections
/// are binary64 scalars, as there, and enter exactly.
template <Arithmetic A>
class Adam {
 public:
  using V = typename A::Value;
  Adam(A arithmetic, const Optimizer& settings, std::size_t parameters)
      : a_(std::move(arithmetic)), settings_(settings), mean_(parameters), square_(parameters) {}

  void step(std::span<V> parameters, std::span<const V> gradients) {
    ++steps_;
    const double correction1 = 1 - correctly_rounded_power(settings_.beta1, steps_);
    const double correction2 = 1 - correctly_rounded_power(settings_.beta2, steps_);
    const V keep2 = exactly<V>(settings_.beta2), add1 = exactly<V>(1 - settings_.beta1);
    const V add2 = exactly<V>(1 - settings_.beta2), epsilon = exactly<V>(settings_.epsilon);
    const V minus_size = exactly<V>(-(settings_.learning_rate / correction1));
    const V root_correction = exactly<V>(std::sqrt(correction2));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const V& g = gradients[i];
      mean_[i] = lerp(mean_[i], g, add1);
      square_[i] = a_.add(a_.mul(square_[i], keep2), a_.mul(a_.mul(add2, g), g));
      const V denominator = a_.add(a_.div(a_.sqrt(square_[i]), root_correction), epsilon);
      parameters[i] = a_.add(parameters[i], a_.div(a_.mul(minus_size, mean_[i]), denominator));
    }
  }

 private:
  /// torch.lerp: start + weight (end - start) below a weight of 1/2, else end - (end - start)(1 - weight).
  [[nodiscard]] V lerp(const V& start, const V& end, const V& weight) const {
    const V difference = a_.sub(end, start);
    if (1 - settings_.beta1 < 0.5) return a_.add(start, a_.mul(weight, difference));
    return a_.sub(end, a_.mul(difference, exactly<V>(1 - (1 - settings_.beta1))));
  }

  A a_;
  Optimizer settings_;
  std::vector<V> mean_, square_;
  std::uint64_t steps_ = 0;
};

}  // namespace precipice
