#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "precipice/training/centring.hpp"
#include "precipice/training/clipping.hpp"
#include "precipice/training/experiment.hpp"
#include "precipice/training/learning_rate.hpp"
#include "precipice/training/network.hpp"
#include "precipice/training/optimizer.hpp"

namespace precipice {

/// From the gradients of a step to the next parameters: clipping, weight decay, the optimiser at its present learning
/// rate, centring; and other settings of these from the switch on.
template <Arithmetic A>
class Update {
 public:
  using V = typename A::Value;
  Update(const A& of_gradients, const UpdateEngines<A>& engines, const Experiment& experiment, const Shape& shape)
      : of_gradients_(of_gradients),
        engines_(engines),
        change_(experiment.optimizer_switch),
        run_steps_(experiment.run.steps),
        parameters_(shape.parameters),
        classifier_(shape.classifier()),
        settings_(experiment.optimizer),
        rate_(settings_, run_steps_),
        treatment_(of_gradients_, settings_, parameters_),
        optimizer_(chosen_optimizer(engines_, settings_, parameters_)) {
    choose_centring();
  }

  /// One update of all parameters, which lie as in Shape. Spoils the gradients.
  void step(std::span<V> parameters, std::span<V> gradients) {
    begin();
    treatment_.apply(parameters, gradients);
    last_rate_ = rate_.at(steps_);
    std::visit([&](auto& optimizer) { optimizer.step(last_rate_, parameters, gradients); }, optimizer_);
    if (centring_) centring_->apply(parameters);
    ++steps_;
  }

  /// A step without an update: learning rate and switch go by steps, the optimiser by its updates.
  void skip() {
    begin();
    ++steps_;
  }

  /// See state.hpp. An optimiser of another kind than the saved one begins without state, as behind a switch.
  template <class Visitor>
  void visit_state(Visitor& visit) {
    visit("updates", steps_);
    const Optimizer behind = change_.after(settings_);
    if (change_.step != 0 && steps_ > change_.step && settings_ != behind) go_on_with(behind);
    std::visit([&](auto& optimizer) { optimizer.visit_state(visit); }, optimizer_);
  }

  // For instruments.

  /// The learning rate of the last update.
  [[nodiscard]] double last_rate() const { return last_rate_; }
  /// The optimiser, if it is Adam or AdamW.
  [[nodiscard]] const Adam<A>* adam() const { return std::get_if<Adam<A>>(&optimizer_); }

 private:
  void begin() {
    if (change_.step != 0 && steps_ == change_.step) go_on_with(change_.after(settings_));
  }

  void go_on_with(const Optimizer& settings) {
    settings_ = settings;
    rate_ = LearningRate(settings, run_steps_);
    treatment_ = GradientTreatment<A>(of_gradients_, settings, parameters_);
    const bool stays = std::visit([&](const auto& optimizer) { return optimizer.is_meant(settings); }, optimizer_);
    if (stays) {
      std::visit([&](auto& optimizer) { optimizer.go_on_with(settings); }, optimizer_);
    } else {
      optimizer_ = chosen_optimizer(engines_, settings, parameters_);
    }
    choose_centring();
  }

  void choose_centring() {
    centring_.reset();
    if (settings_.centre_classifier == ClassifierCentring::weights) centring_.emplace(engines_.parameters, classifier_);
  }

  A of_gradients_;
  UpdateEngines<A> engines_;
  OptimizerSwitch change_;
  std::int64_t run_steps_;
  std::size_t parameters_;
  DenseLayer classifier_;
  Optimizer settings_;
  LearningRate rate_;
  GradientTreatment<A> treatment_;
  AnyOptimizer<A> optimizer_;
  std::optional<Centring<A>> centring_;
  std::int64_t steps_ = 0;
  double last_rate_ = 0;
};

}  // namespace precipice
