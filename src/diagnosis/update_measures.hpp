#pragma once

#include <span>
#include <vector>

#include "precipice/arithmetic/value.hpp"
#include "precipice/diagnosis/record.hpp"
#include "precipice/diagnosis/updates.hpp"
#include "precipice/training/replay.hpp"

namespace precipice {

/// What a record says of the update made from its state, in binary64: differences of the nearest doubles of the
/// parameters as the optimiser updates them, and quotients of the learning rate by the nearest doubles of Adam's
/// denominators.
template <class V>
class UpdateMeasures {
 public:
  /// Before the update.
  void begin(const Replay<V>& replay) { to_doubles(replay.parameters(), before_); }

  /// Behind it.
  void end(const Replay<V>& replay, Record& record) {
    const std::span<const V> after = replay.parameters();
    changes_.resize(after.size());
    for (std::size_t i = 0; i < after.size(); ++i) changes_[i] = nearest_double(after[i]) - before_[i];
    const Sizes of_changes = sizes_of(changes_);
    record.largest_update = of_changes.largest;
    record.median_update = of_changes.median;
    record.learning_rate = replay.last_update().last_rate();
    if (replay.last_update().adam() != nullptr) measure_steps(*replay.last_update().adam(), record);
  }

  /// Of each parameter in the last update.
  [[nodiscard]] std::span<const double> changes() const { return changes_; }
  /// Adam's in the last update.
  [[nodiscard]] std::span<const V> denominators() const { return denominators_; }

 private:
  static void to_doubles(std::span<const V> values, std::vector<double>& result) {
    result.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) result[i] = nearest_double(values[i]);
  }

  void measure_steps(const Adam<EngineOf<V>>& adam, Record& record) {
    denominators_.resize(changes_.size());
    adam.find_denominators(denominators_);
    to_doubles(denominators_, steps_);
    for (double& x : steps_) x = record.learning_rate / x;
    const Sizes of_steps = sizes_of(steps_);
    record.median_step = of_steps.median;
    record.largest_step = of_steps.largest;
  }

  std::vector<double> before_, changes_, steps_;
  std::vector<V> denominators_;
};

}  // namespace precipice
