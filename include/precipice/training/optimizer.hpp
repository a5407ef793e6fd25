#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/training/experiment.hpp"

namespace precipice {

/// beta^step, correctly rounded to binary64. No C library decides a bit.
double correctly_rounded_power(double beta, std::uint64_t step);

/// The type of the scalars of an update, which are binary64 and enter exactly: floats hold none.
template <class V>
using UpdateScalar = std::conditional_t<std::is_same_v<V, float>, double, V>;

/// What all parameters share in one update of Adam; V is a number or a vector of equal ones.
template <class V>
struct AdamScalars {
  V keep1, add1;  ///< of the mean: 1 - (1 - beta1) and 1 - beta1
  V keep2, add2;  ///< of the mean square: beta2 and 1 - beta2
  V epsilon, minus_size, root_correction;
  bool begins_at_mean;  ///< torch.lerp counts from its start below a weight of 1/2, else back from its end
};

/// The arrays of one update, all of the same length. Where an update is not applied, what is to be added to the
/// parameters takes their place.
template <class V>
struct AdamArrays {
  std::span<const V> gradients;
  std::span<V> mean, square, parameters;
};

#include "precipice/training/update_formula.inc"

/// All parameters.
template <Arithmetic A>
void adam_update(const A& a, const AdamScalars<typename A::Value>& s, const AdamArrays<typename A::Value>& of) {
  for (std::size_t i = 0; i < of.parameters.size(); ++i) {
    AdamFormula::update(a, s, of.gradients[i], of.mean[i], of.square[i], of.parameters[i]);
  }
}
template <Arithmetic A>
void adam_changes(const A& a, const AdamScalars<typename A::Value>& s, const AdamArrays<typename A::Value>& of) {
  for (std::size_t i = 0; i < of.parameters.size(); ++i) {
    of.parameters[i] = AdamFormula::change(a, s, of.gradients[i], of.mean[i], of.square[i]);
  }
}
/// The same bits, in vectors; those of floats by the same engine in binary64, for the scalars' sake.
void adam_update(const Native<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of);
void adam_update(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of);
void adam_update(const Carried<float>& a, const AdamScalars<double>& s, const AdamArrays<float>& of);
void adam_changes(const Native<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of);
void adam_changes(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of);
inline void adam_update(const AnyEngine& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  a.visit([&](const auto& engine) { adam_update(engine, s, of); });
}
inline void adam_changes(const AnyEngine& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  a.visit([&](const auto& engine) { adam_changes(engine, s, of); });
}

/// All parameters: w <- w + (-lr) g.
template <Arithmetic A>
void descend(const A& a, const typename A::Value& minus_rate, std::span<const typename A::Value> gradients,
             std::span<typename A::Value> parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    parameters[i] = DescentFormula::update(a, minus_rate, gradients[i], parameters[i]);
  }
}
/// The same bits, in vectors.
void descend(const Native<double>& a, double minus_rate, std::span<const double> gradients,
             std::span<double> parameters);
void descend(const Carried<double>& a, double minus_rate, std::span<const double> gradients,
             std::span<double> parameters);
void descend(const Carried<float>& a, double minus_rate, std::span<const float> gradients, std::span<float> parameters);
inline void descend(const AnyEngine& a, double minus_rate, std::span<const double> gradients,
                    std::span<double> parameters) {
  a.visit([&](const auto& engine) { descend(engine, minus_rate, gradients, parameters); });
}

/// The engines of an update: of its state and operations, and of the last one, whose results are parameters.
template <Arithmetic A>
struct UpdateEngines {
  A operations, parameters;

  UpdateEngines(A engine) : UpdateEngines(engine, engine) {}  // NOLINT(google-explicit-constructor): the same for both
  UpdateEngines(A of_operations, A of_parameters)
      : operations(std::move(of_operations)), parameters(std::move(of_parameters)) {}

  [[nodiscard]] bool are_one() const { return are_alike(operations, parameters); }
};

/// Gradient descent. The learning rate is a binary64 scalar, as in PyTorch, and enters exactly.
template <Arithmetic A>
class GradientDescent {
 public:
  using V = typename A::Value;
  GradientDescent(const UpdateEngines<A>& engines, const Optimizer& settings, std::size_t parameters)
      : a_(engines),
        minus_rate_(exactly<UpdateScalar<V>>(-settings.learning_rate)),
        changes_(a_.are_one() ? 0 : parameters) {}

  void step(std::span<V> parameters, std::span<const V> gradients) {
    if (a_.are_one()) return descend(a_.operations, minus_rate_, gradients, parameters);
    each(a_.operations, Elementwise::mul, {gradients, std::span(&minus_rate_, 1)}, std::span(changes_));
    each(a_.parameters, Elementwise::add, {parameters, changes_}, parameters);
  }

 private:
  UpdateEngines<A> a_;
  UpdateScalar<V> minus_rate_;
  std::vector<V> changes_;
};

/// Adam (Kingma and Ba 2015) in the order of operations of PyTorch's _single_tensor_adam, each elementary operation
/// rounded once. Hyperparameters and bias corrections are binary64 scalars, as there, and enter exactly.
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

  void step(std::span<V> parameters, std::span<const V> gradients) {
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
                                 .minus_size = exactly<S>(-(settings_.learning_rate / correction1)),
                                 .root_correction = exactly<S>(std::sqrt(correction2)),
                                 .begins_at_mean = weight1 < 0.5};
    if (a_.are_one()) return adam_update(a_.operations, scalars, {gradients, mean_, square_, parameters});
    adam_changes(a_.operations, scalars, {gradients, mean_, square_, changes_});
    each(a_.parameters, Elementwise::add, {parameters, changes_}, parameters);
  }

 private:
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

}  // namespace precipice
