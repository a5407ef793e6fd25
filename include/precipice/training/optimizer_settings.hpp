#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#pragma GCC visibility push(default)
namespace precipice {

/// momentum, nesterov: gradient descent along the decaying sum of the gradients (Polyak 1964, Nesterov 1983, in the
/// form of PyTorch's SGD). adamw: Adam with decoupled weight decay (Loshchilov and Hutter 2019).
enum class OptimizerName : std::uint8_t { adam, gradient_descent, momentum, nesterov, adamw };

/// How the learning rate falls after its warm-up.
enum class ScheduleName : std::uint8_t {
  constant,
  linear,  ///< in a straight line to the final fraction at the end of the run
  cosine,  ///< along half a wave to the final fraction at the end of the run (Loshchilov and Hutter 2017)
  step,    ///< by a factor every so many steps
};

/// Whether each update ends with taking the mean over the classes from the weights of the last layer, so that W_G = 0.
enum class ClassifierCentring : std::uint8_t { none, weights };

/// What an update is made of. Fields that an optimiser does not use are ignored by it and left out of its identity.
struct Optimizer {
  OptimizerName name = OptimizerName::adam;
  double learning_rate = 3e-3;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;  ///< adam, adamw
  double momentum = 0.9;                              ///< momentum, nesterov
  double weight_decay = 0;                            ///< adamw: of the parameters; else added to the gradients
  double clip_value = 0;                              ///< largest magnitude of a gradient; 0: any
  double clip_norm = 0;                               ///< largest norm of all gradients together; 0: any
  std::int64_t warm_up = 0;                           ///< steps in which the rate rises to its full size
  ScheduleName schedule = ScheduleName::constant;
  double final_fraction = 0;       ///< linear, cosine: of the rate
  std::int64_t drop_every = 1000;  ///< step
  double drop_factor = 0.1;        ///< step
  ClassifierCentring centre_classifier = ClassifierCentring::none;

  friend bool operator==(const Optimizer&, const Optimizer&) = default;
};

/// Another value for a setting of the optimiser.
template <class T>
struct OptimizerChange {
  T Optimizer::*setting;
  T value;
};

/// From an update on, some settings of the optimiser are others. A new optimiser begins without state; one that goes on
/// with other settings keeps its own, and so does Adam that becomes AdamW, or momentum that becomes Nesterov's.
struct OptimizerSwitch {
  using Change = std::variant<OptimizerChange<OptimizerName>, OptimizerChange<double>, OptimizerChange<std::int64_t>,
                              OptimizerChange<ScheduleName>, OptimizerChange<ClassifierCentring>>;

  std::int64_t step = 0;  ///< updates made before it; 0: it never comes
  std::vector<Change> changes = {};

  /// The value that a setting is changed to, if it is.
  template <class T>
  [[nodiscard]] std::optional<T> of(T Optimizer::*setting) const {
    for (const Change& any : changes) {
      const auto* const change = std::get_if<OptimizerChange<T>>(&any);
      if (change != nullptr && change->setting == setting) return change->value;
    }
    return std::nullopt;
  }

  /// Changes a setting to a value, or no longer.
  template <class T>
  void set(T Optimizer::*setting, const std::optional<T>& value) {
    std::erase_if(changes, [&](const Change& any) {
      const auto* const change = std::get_if<OptimizerChange<T>>(&any);
      return change != nullptr && change->setting == setting;
    });
    if (value) changes.push_back(OptimizerChange<T>{setting, *value});
  }

  /// The settings after the switch.
  [[nodiscard]] Optimizer after(Optimizer before) const {
    for (const Change& any : changes) {
      std::visit([&](const auto& change) { before.*change.setting = change.value; }, any);
    }
    return before;
  }
};

}  // namespace precipice
#pragma GCC visibility pop
