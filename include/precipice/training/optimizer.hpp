#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/training/optimizer_settings.hpp"
#include "precipice/training/update_passes.hpp"

// The optimisers: from gradients to parameters. Each has its orders of operations from PyTorch's single-tensor code and
// rounds every operation once. Rates and other settings are binary64 scalars, as there, and enter exactly.

namespace precipice {

/// beta^step, correctly rounded to binary64. No C library decides a bit.
double correctly_rounded_power(double beta, std::uint64_t step);

/// The engines of an update: of its state and operations, and of the last one, whose results are parameters.
template <Arithmetic A>
struct UpdateEngines {
  A operations, parameters;

  UpdateEngines(A engine) : UpdateEngines(engine, engine) {}  // NOLINT(google-explicit-constructor): the same for both
  UpdateEngines(A of_operations, A of_parameters)
      : operations(std::move(of_operations)), parameters(std::move(of_parameters)) {}

  [[nodiscard]] bool are_one() const { return are_interchangeable(operations, parameters); }
};

/// Gradient descent: w <- w + (-rate) g.
template <Arithmetic A>
class GradientDescent {
 public:
  using V = typename A::Value;
  GradientDescent(const UpdateEngines<A>& engines, const Optimizer& /*has no settings for it*/, std::size_t parameters)
      : a_(engines), changes_(a_.are_one() ? 0 : parameters) {}

  static bool is_meant(const Optimizer& settings) { return settings.name == OptimizerName::gradient_descent; }
  void go_on_with(const Optimizer&) {}
  template <class Visitor>
  void visit_state(Visitor&) {}  // remembers nothing

  void step(double rate, std::span<V> parameters, std::span<const V> gradients) {
    const auto minus_rate = exactly<UpdateScalar<V>>(-rate);
    if (a_.are_one()) return add_multiple(a_.operations, minus_rate, gradients, parameters);
    each(a_.operations, Elementwise::mul, {gradients, std::span(&minus_rate, 1)}, std::span(changes_));
    each(a_.parameters, Elementwise::add, {parameters, changes_}, parameters);
  }

 private:
  UpdateEngines<A> a_;
  std::vector<V> changes_;
};

/// Gradient descent with momentum, Nesterov's or plain, in the order of operations of PyTorch's _single_tensor_sgd with
/// a dampening of 0. The velocity begins as the first gradient, rounded into the optimiser's format.
template <Arithmetic A>
class Momentum {
 public:
  using V = typename A::Value;
  Momentum(const UpdateEngines<A>& engines, const Optimizer& settings, std::size_t parameters)
      : a_(engines), settings_(settings), velocity_(parameters), changes_(a_.are_one() ? 0 : parameters) {}

  static bool is_meant(const Optimizer& settings) {
    return settings.name == OptimizerName::momentum || settings.name == OptimizerName::nesterov;
  }
  void go_on_with(const Optimizer& settings) { settings_ = settings; }
  template <class Visitor>
  void visit_state(Visitor& visit) {
    visit("momentum.velocity", velocity_, a_.operations);
    visit("momentum.is_first", is_first_);
  }

  void step(double rate, std::span<V> parameters, std::span<const V> gradients) {
    using S = UpdateScalar<V>;
    const MomentumScalars<S> scalars{.momentum = exactly<S>(settings_.momentum),
                                     .minus_rate = exactly<S>(-rate),
                                     .is_first = is_first_,
                                     .looks_ahead = settings_.name == OptimizerName::nesterov};
    is_first_ = false;
    if (a_.are_one()) return momentum_update(a_.operations, scalars, {gradients, velocity_, parameters});
    momentum_changes(a_.operations, scalars, {gradients, velocity_, changes_});
    each(a_.parameters, Elementwise::add, {parameters, changes_}, parameters);
  }

 private:
  UpdateEngines<A> a_;
  Optimizer settings_;
  std::vector<V> velocity_, changes_;
  bool is_first_ = true;
};

/// Adam (Kingma and Ba 2015) in the order of operations of PyTorch's _single_tensor_adam, and AdamW, which first
/// multiplies the parameters by 1 - rate * weight_decay.
template <Arithmetic A>
class Adam {
 public:
  using V = typename A::Value;
  Adam(const UpdateEngines<A>& engines, const Optimizer& settings, std::size_t parameters)
      : a_(engines),
        settings_(settings),
        mean_(parameters),
        square_(parameters),
        changes_(a_.are_one() ? 0 : parameters) {}

  static bool is_meant(const Optimizer& settings) {
    return settings.name == OptimizerName::adam || settings.name == OptimizerName::adamw;
  }
  void go_on_with(const Optimizer& settings) {
    settings_ = settings;
    power1_ = power2_ = 1;  // of betas that may be others now
  }
  template <class Visitor>
  void visit_state(Visitor& visit) {
    visit("adam.mean", mean_, a_.operations);
    visit("adam.square", square_, a_.operations);
    visit("adam.updates", steps_);
  }

  void step(double rate, std::span<V> parameters, std::span<const V> gradients) {
    if (settings_.name == OptimizerName::adamw && settings_.weight_decay != 0) decay(rate, parameters);
    ++steps_;
    const double correction1 = bias_correction(settings_.beta1, power1_);
    const double correction2 = bias_correction(settings_.beta2, power2_);
    const double weight1 = 1 - settings_.beta1;
    using S = UpdateScalar<V>;
    const AdamScalars<S> scalars{.keep1 = exactly<S>(1 - weight1),
                                 .add1 = exactly<S>(weight1),
                                 .keep2 = exactly<S>(settings_.beta2),
                                 .add2 = exactly<S>(1 - settings_.beta2),
                                 .epsilon = exactly<S>(settings_.epsilon),
                                 .minus_size = exactly<S>(-(rate / correction1)),
                                 .root_correction = exactly<S>(std::sqrt(correction2)),
                                 .begins_at_mean = weight1 < 0.5};
    if (a_.are_one()) return adam_update(a_.operations, scalars, {gradients, mean_, square_, parameters});
    adam_changes(a_.operations, scalars, {gradients, mean_, square_, changes_});
    each(a_.parameters, Elementwise::add, {parameters, changes_}, parameters);
  }

  /// What each parameter's change was divided by in the last update, sqrt(v) / sqrt(1 - beta2^t) + epsilon, with the
  /// roundings of that update. Precondition: there was one.
  void find_denominators(std::span<V> out) const {
    const V root_correction = exactly<V>(std::sqrt(1 - power2_)), epsilon = exactly<V>(settings_.epsilon);
    each(a_.operations, Elementwise::sqrt, {square_}, out);
    each(a_.operations, Elementwise::div, {out, std::span(&root_correction, 1)}, out);
    each(a_.operations, Elementwise::add, {out, std::span(&epsilon, 1)}, out);
  }
  /// 1 - beta1^t, which divided the mean gradients.
  [[nodiscard]] double mean_correction() const { return 1 - power1_; }

 private:
  void decay(double rate, std::span<V> parameters) const {
    const V keep = exactly<V>(1 - rate * settings_.weight_decay);
    each(a_.parameters, Elementwise::mul, {parameters, std::span(&keep, 1)}, parameters);
  }

  /// 1 - beta^steps: exactly 1 from some power on, which then need not be known.
  [[nodiscard]] double bias_correction(double beta, double& power) const {
    constexpr double negligible = 0x1p-60;
    if (power > negligible) power = correctly_rounded_power(beta, steps_);
    return 1 - power;
  }

  UpdateEngines<A> a_;
  Optimizer settings_;
  std::vector<V> mean_, square_, changes_;
  std::uint64_t steps_ = 0;
  double power1_ = 1, power2_ = 1;  // of beta1 and beta2
};

/// The one that the settings name.
template <Arithmetic A>
using AnyOptimizer = std::variant<Adam<A>, GradientDescent<A>, Momentum<A>>;

template <Arithmetic A>
AnyOptimizer<A> chosen_optimizer(const UpdateEngines<A>& engines, const Optimizer& settings, std::size_t parameters) {
  if (Adam<A>::is_meant(settings)) return Adam<A>(engines, settings, parameters);
  if (Momentum<A>::is_meant(settings)) return Momentum<A>(engines, settings, parameters);
  return GradientDescent<A>(engines, settings, parameters);
}

}  // namespace precipice
