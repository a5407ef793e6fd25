#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/role_engines.hpp"
#include "precipice/training/update.hpp"
#include "support/sample.hpp"
#include "training/transcription.hpp"

// Updates of a few parameters, replayed and written out.

namespace precipice::testing {

/// A multi-layer perceptron.
inline Shape shape_of(std::size_t inputs, const std::vector<std::int64_t>& hidden, std::size_t classes) {
  Model model;
  model.hidden = hidden;
  return Shape(model, 1, inputs, classes);
}

inline constexpr std::array all_names{OptimizerName::adam, OptimizerName::adamw, OptimizerName::gradient_descent,
                                      OptimizerName::momentum, OptimizerName::nesterov};
inline constexpr std::array all_schedules{ScheduleName::constant, ScheduleName::linear, ScheduleName::cosine,
                                          ScheduleName::step};

inline std::vector<Exact> exacts(const std::vector<double>& values) {
  std::vector<Exact> result;
  for (const double x : values) result.push_back(Exact::from(x));
  return result;
}

/// PyTorch's sequences of operations on exact numbers; shares no code with the optimisers.
struct Transcribed {
  RoleFormats roles;
  Shape shape;
  Optimizer settings;
  std::vector<Exact> w, mean, square, velocity = {};
  std::uint64_t updates = 0;

  Transcribed(const Experiment& e, const Shape& of, const std::vector<double>& parameters)
      : roles(e.precision), shape(of), settings(e.optimizer), w(exacts(parameters)), mean(w.size()), square(w.size()) {}

  [[nodiscard]] Rounds in(Role role) const { return {roles[role]}; }
  [[nodiscard]] Rounds weights() const {
    return in(roles.keeps_master_weights() ? Role::master_weights : Role::weights);
  }
  static Exact scalar(double x) { return Exact::from(x); }

  /// clip_grad_value_, clip_grad_norm_, and grad.add(param, alpha=weight_decay).
  void treat(std::vector<Exact>& g) const {
    const Rounds a = in(Role::gradients);
    if (settings.clip_value != 0) {
      for (Exact& x : g) {
        if (compare(x, scalar(settings.clip_value)) > 0) x = a.convert(scalar(settings.clip_value));
        if (compare(x, scalar(-settings.clip_value)) < 0) x = a.convert(scalar(-settings.clip_value));
      }
    }
    if (settings.clip_norm != 0) {
      std::vector<Exact> squares;
      for (const Exact& x : g) squares.push_back(a.mul(x, x));
      const Exact sum = sum_written_out(a, SumOrder::in_lanes(16), squares, 0);
      const Exact norm = reference::square_root(sum, a.to.format, a.to.rounding).value;
      Exact factor = a.div(scalar(settings.clip_norm), a.add(norm, scalar(1e-6)));
      if (compare(factor, scalar(1)) > 0) factor = scalar(1);
      for (Exact& x : g) x = a.mul(x, factor);
    }
    if (settings.weight_decay != 0 && settings.name != OptimizerName::adamw) {
      for (std::size_t i = 0; i < g.size(); ++i) g[i] = a.add(g[i], a.mul(w[i], scalar(settings.weight_decay)));
    }
  }

  [[nodiscard]] Exact adam_change(std::size_t i, const Exact& g, double rate) {
    const Rounds a = in(Role::optimizer);
    const double b1 = settings.beta1, b2 = settings.beta2;
    const double correction1 = 1 - correctly_rounded_power(b1, updates);
    const double correction2 = 1 - correctly_rounded_power(b2, updates);
    mean[i] = a.add(mean[i], a.mul(a.sub(g, mean[i]), scalar(1 - b1)));
    square[i] = a.add(a.mul(square[i], scalar(b2)), a.mul(a.mul(scalar(1 - b2), g), g));
    const Exact root = reference::square_root(square[i], a.to.format, a.to.rounding).value;
    const Exact denominator = a.add(a.div(root, scalar(std::sqrt(correction2))), scalar(settings.epsilon));
    return a.div(a.mul(scalar(-(rate / correction1)), mean[i]), denominator);
  }

  [[nodiscard]] Exact momentum_change(std::size_t i, const Exact& g, double rate) {
    const Rounds a = in(Role::optimizer);
    if (settings.name == OptimizerName::gradient_descent) return a.mul(scalar(-rate), g);
    const Exact m = scalar(settings.momentum);
    if (i == velocity.size()) {
      velocity.push_back(a.convert(g));
    } else {
      velocity[i] = a.add(a.mul(velocity[i], m), g);
    }
    const bool is_ahead = settings.name == OptimizerName::nesterov;
    return a.mul(scalar(-rate), is_ahead ? a.add(g, a.mul(m, velocity[i])) : velocity[i]);
  }

  void step(std::vector<Exact> g, double rate) {
    treat(g);
    const bool is_adam = settings.name == OptimizerName::adam || settings.name == OptimizerName::adamw;
    if (is_adam) ++updates;
    for (std::size_t i = 0; i < w.size(); ++i) {
      if (settings.name == OptimizerName::adamw && settings.weight_decay != 0) {
        w[i] = weights().mul(w[i], scalar(1 - rate * settings.weight_decay));
      }
      w[i] = weights().add(w[i], is_adam ? adam_change(i, g[i], rate) : momentum_change(i, g[i], rate));
    }
    if (settings.centre_classifier != ClassifierCentring::none) centre();
  }

  void centre() {
    const DenseLayer& last = shape.classifier();
    for (std::size_t j = 0; j < last.fan_in; ++j) {
      Exact* const row = &w[last.weights_at + j * last.fan_out];
      Exact sum;
      for (std::size_t k = 0; k < last.fan_out; ++k) sum = weights().add(sum, row[k]);
      const Exact mean_of_row = weights().div(sum, scalar(static_cast<double>(last.fan_out)));
      for (std::size_t k = 0; k < last.fan_out; ++k) row[k] = weights().sub(row[k], mean_of_row);
    }
  }

  void go_on_with(const Optimizer& other) {
    const auto family = [](OptimizerName name) {
      return name == OptimizerName::gradient_descent                       ? 0
             : name == OptimizerName::adam || name == OptimizerName::adamw ? 1
                                                                           : 2;
    };
    if (family(other.name) != family(settings.name)) {
      std::ranges::fill(mean, Exact());
      std::ranges::fill(square, Exact());
      velocity.clear();
      updates = 0;
    }
    settings = other;
  }
};

using Gradients = std::vector<std::vector<double>>;

/// Parameters after an update with each of the gradients.
inline std::vector<double> updated(const Experiment& e, const Shape& shape, const std::vector<double>& start,
                                   const Gradients& gradients, EngineName engine = EngineName::automatic) {
  return with_engines(e.precision, choose_engines(e.precision, engine), [&]<class V>(const RoleEngines<V>& of) {
    const Role updated_role = of.keeps_master_weights() ? Role::master_weights : Role::weights;
    using A = EngineOf<V>;
    Update<A> update(of[Role::gradients], UpdateEngines<A>(of[Role::optimizer], of[updated_role]), e, shape);
    std::vector<V> w;
    for (const double x : start) w.push_back(exactly<V>(x));
    for (const std::vector<double>& some : gradients) {
      std::vector<V> g;
      for (const double x : some) g.push_back(exactly<V>(x));
      update.step(w, g);
    }
    std::vector<double> result;
    for (const V& x : w) result.push_back(nearest_double(x));
    return result;
  });
}

inline std::vector<double> transcribed(const Experiment& e, const Shape& shape, const std::vector<double>& start,
                                       const Gradients& gradients) {
  Transcribed t(e, shape, start);
  std::int64_t step = 0;
  for (const std::vector<double>& g : gradients) {
    if (e.optimizer_switch.step != 0 && step == e.optimizer_switch.step) {
      t.go_on_with(e.optimizer_switch.after(e.optimizer));
    }
    LearningRate rate(t.settings, e.run.steps);
    t.step(exacts(g), rate.at(step++));
  }
  std::vector<double> result;
  for (const Exact& x : t.w) result.push_back(to_double(x));
  return result;
}

inline const std::array role_formats{RoleFormat{bfloat16},
                                     RoleFormat{binary16},
                                     RoleFormat{binary32},
                                     RoleFormat{},
                                     RoleFormat{ieee_like(5, 6), Rounding::toward_zero},
                                     RoleFormat{ieee_like(30, 8), Rounding::to_odd}};

inline Optimizer any_optimizer(Sample& sample) {
  return {.name = sample.one_of(all_names),
          .learning_rate = 0.03,
          .epsilon = 1e-3,
          .momentum = sample.coin() ? 0.9 : 0.5,
          .weight_decay = sample.coin() ? 0.1 : 0,
          .clip_value = sample.coin() ? 0.7 : 0,
          .clip_norm = sample.coin() ? 1.5 : 0,
          .warm_up = sample.coin() ? 3 : 0,
          .schedule = sample.one_of(all_schedules),
          .final_fraction = 0.25,
          .drop_every = 2,
          .drop_factor = 0.3,
          .centre_classifier = sample.coin() ? ClassifierCentring::weights : ClassifierCentring::none};
}

/// Every setting that the other optimiser has otherwise.
inline OptimizerSwitch switch_to(const Optimizer& other, std::int64_t step) {
  OptimizerSwitch result{.step = step};
  result.set(&Optimizer::name, std::optional(other.name));
  result.set(&Optimizer::learning_rate, std::optional(other.learning_rate));
  result.set(&Optimizer::momentum, std::optional(other.momentum));
  result.set(&Optimizer::weight_decay, std::optional(other.weight_decay));
  result.set(&Optimizer::clip_value, std::optional(other.clip_value));
  result.set(&Optimizer::clip_norm, std::optional(other.clip_norm));
  result.set(&Optimizer::schedule, std::optional(other.schedule));
  result.set(&Optimizer::centre_classifier, std::optional(other.centre_classifier));
  return result;
}

/// Numbers of a format.
inline std::vector<double> numbers(Sample& sample, std::size_t count, const RoleFormat& format) {
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) {
    const Exact x = Exact::from(static_cast<double>(sample.between(-2000, 2000)) * 1e-3);
    result.push_back(to_double(reference::convert(x, format.format, format.rounding).value));
  }
  return result;
}

inline Experiment with(const Optimizer& optimizer) {
  Experiment e;
  e.optimizer = optimizer;
  e.precision.format = binary64;
  e.run.steps = 10;
  return e;
}

}  // namespace precipice::testing
