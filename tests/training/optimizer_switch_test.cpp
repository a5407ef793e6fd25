// Other settings of the optimiser from a step on.
#include <doctest/doctest.h>

#include "training/updates.hpp"

using namespace precipice;
using testing::any_optimizer;
using testing::Gradients;
using testing::numbers;
using testing::switch_to;
using testing::updated;
using testing::with;

namespace {

constexpr std::uint64_t seed = 20261130;

}  // namespace

TEST_CASE("a run that switches to another optimiser is two runs, one behind the other") {
  testing::Sample sample(seed);
  const Shape shape = testing::shape_of(2, {3}, 3);
  const std::vector<double> start = numbers(sample, shape.parameters, {});
  Gradients gradients;
  for (int t = 0; t < 9; ++t) gradients.push_back(numbers(sample, shape.parameters, {}));
  const Gradients head(gradients.begin(), gradients.begin() + 4), tail(gradients.begin() + 4, gradients.end());
  for (const OptimizerName first : testing::all_names) {
    for (const OptimizerName second : testing::all_names) {
      CAPTURE(static_cast<int>(first));
      CAPTURE(static_cast<int>(second));
      Experiment e = with({.name = first}), behind = with({.name = second, .learning_rate = 0.2});
      const std::vector<double> glued = updated(behind, shape, updated(e, shape, start, head), tail);
      e.optimizer_switch = switch_to(behind.optimizer, 4);
      const auto is_adam = [](OptimizerName name) {
        return name == OptimizerName::adam || name == OptimizerName::adamw;
      };
      const auto is_momentum = [](OptimizerName name) {
        return name == OptimizerName::momentum || name == OptimizerName::nesterov;
      };
      const bool keeps_state = (is_adam(first) && is_adam(second)) || (is_momentum(first) && is_momentum(second));
      CHECK((updated(e, shape, start, gradients) == glued) == !keeps_state);
    }
  }
}

TEST_CASE("a switch to the settings there are changes nothing, and one that lies ahead neither") {
  testing::Sample sample(seed);
  const Shape shape = testing::shape_of(2, {3}, 3);
  const std::vector<double> start = numbers(sample, shape.parameters, {});
  Gradients gradients;
  for (int t = 0; t < 9; ++t) gradients.push_back(numbers(sample, shape.parameters, {}));
  for (int i = 0; i < 30; ++i) {
    Experiment plain = with(any_optimizer(sample));
    Experiment same = plain, late = plain;
    same.optimizer_switch = switch_to(plain.optimizer, 4);
    late.optimizer_switch = switch_to(any_optimizer(sample), 9);
    const std::vector<double> expected = updated(plain, shape, start, gradients);
    CHECK(updated(same, shape, start, gradients) == expected);
    CHECK(updated(late, shape, start, gradients) == expected);
  }
}

TEST_CASE("a change of a setting can be taken back") {
  OptimizerSwitch change{.step = 3};
  change.set(&Optimizer::beta1, std::optional(0.5));
  change.set(&Optimizer::beta2, std::optional(0.75));
  change.set(&Optimizer::beta1, std::optional(0.25));
  CHECK(change.changes.size() == 2);
  CHECK(change.of(&Optimizer::beta1) == 0.25);
  CHECK(change.after({}).beta2 == 0.75);
  change.set(&Optimizer::beta1, std::optional<double>());
  CHECK_FALSE(change.of(&Optimizer::beta1));
  CHECK(change.after({}).beta1 == Optimizer().beta1);
}
