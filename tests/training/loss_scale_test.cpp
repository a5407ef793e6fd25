#include "precipice/training/loss_scale.hpp"

#include <doctest/doctest.h>

#include "precipice/training/update.hpp"

using namespace precipice;

TEST_CASE("a dynamic scale backs off after each skipped update and grows after enough updates in a row") {
  Loss loss;
  loss.scaling = LossScaling::dynamic;
  loss.dynamic = {.initial = 1024, .growth = 4, .backoff = 0.25, .interval = 3};
  LossScale scale(loss);
  CHECK(scale.is_dynamic());
  CHECK(scale.value() == 1024);
  CHECK_FALSE(scale.updated());
  CHECK_FALSE(scale.updated());
  scale.skipped();  // counts anew
  CHECK(scale.value() == 256);
  CHECK_FALSE(scale.updated());
  CHECK_FALSE(scale.updated());
  CHECK(scale.updated());
  CHECK(scale.value() == 1024);
  scale.skipped();
  scale.skipped();
  CHECK(scale.value() == 64);
  CHECK(scale.state().skipped == 3);
}

TEST_CASE("a dynamic scale is a number of binary32 and does not grow beyond its range") {
  Loss loss;
  loss.scaling = LossScaling::dynamic;
  loss.dynamic = {.initial = 0.1, .growth = 1.1, .backoff = 0.3, .interval = 1};
  LossScale scale(loss);
  CHECK(scale.value() == static_cast<double>(0.1F));
  scale.updated();
  CHECK(scale.value() == static_cast<double>(static_cast<float>(static_cast<double>(0.1F) * 1.1)));
  loss.dynamic = {.initial = 0x1p127, .growth = 2, .interval = 1};
  scale = LossScale(loss);
  scale.updated();
  CHECK(scale.value() == 0x1p127);
  loss.scaling = LossScaling::constant;
  loss.scale = 0.1;
  CHECK_FALSE(LossScale(loss).is_dynamic());
  CHECK(LossScale(loss).value() == 0.1);
}

TEST_CASE("a skipped update counts for the learning rate and the switch, not for the optimiser") {
  Experiment e;
  e.run.steps = 4;
  e.model.hidden = {};
  e.optimizer = {.learning_rate = 1, .schedule = ScheduleName::linear};
  e.optimizer_switch.step = 1;
  e.optimizer_switch.set(&Optimizer::name, std::optional(OptimizerName::gradient_descent));
  const Shape shape(e.model, 1, 1, 2);
  const AnyEngine native{Native<double>{}};
  std::vector<double> w(shape.parameters), g(shape.parameters, 1.0);
  Update<AnyEngine> update(native, native, e, shape);
  update.skip();
  update.skip();  // of the switch
  update.step(w, g);
  CHECK(w[0] == -LearningRate(e.optimizer, e.run.steps).at(2));
  // Adam's first update after a skipped one is its first: of size 1 times the rate, whatever the gradient.
  e.optimizer_switch = {};
  e.optimizer = {.learning_rate = 0.5, .epsilon = 0};
  Update<AnyEngine> adam(native, native, e, shape);
  adam.skip();
  std::fill(w.begin(), w.end(), 0.0);
  std::fill(g.begin(), g.end(), 4.0);
  adam.step(w, g);
  CHECK(w[0] == -0.5);
}
