// What instruments see of an update: Adam's denominators and the learning rate.
#include <doctest/doctest.h>

#include <cmath>

#include "precipice/training/role_engines.hpp"
#include "training/updates.hpp"

using namespace precipice;
using testing::numbers;
using testing::role_formats;
using testing::with;

namespace {

/// sqrt(v) / sqrt(1 - beta2^t) + epsilon, written out.
std::vector<double> written_out(const testing::Transcribed& t) {
  const testing::Rounds a = t.in(Role::optimizer);
  const double correction = 1 - correctly_rounded_power(t.settings.beta2, t.updates);
  std::vector<double> result;
  for (const Exact& square : t.square) {
    const Exact root = reference::square_root(square, a.to.format, a.to.rounding).value;
    const Exact quotient = a.div(root, Exact::from(std::sqrt(correction)));
    result.push_back(to_double(a.add(quotient, Exact::from(t.settings.epsilon))));
  }
  return result;
}

}  // namespace

TEST_CASE("Adam's denominators are those of its last update, in the optimiser's format, whatever the engine") {
  testing::Sample sample(20261127);
  for (int i = 0; i < 60; ++i) {
    CAPTURE(i);
    Optimizer settings = testing::any_optimizer(sample);
    settings.name = sample.coin() ? OptimizerName::adam : OptimizerName::adamw;
    Experiment e = with(settings);
    e.precision.plan = PrecisionPlan::everything;
    e.precision.of(Role::optimizer) = sample.one_of(role_formats);
    if (sample.coin()) {
      e.optimizer_switch = {.step = 3,
                            .changes = {OptimizerChange<double>{&Optimizer::beta2, 0.9},
                                        OptimizerChange<double>{&Optimizer::learning_rate, 0.5}}};
    }
    const Shape shape = testing::shape_of(2, {2}, 3);
    const RoleFormats roles(e.precision);
    const std::vector<double> start = numbers(sample, shape.parameters, roles[Role::weights]);
    for (const EngineName engine : {EngineName::automatic, EngineName::reference}) {
      testing::Sample again(static_cast<std::uint64_t>(i));
      testing::Transcribed expected(e, shape, start);
      with_engines(e.precision, choose_engines(e.precision, engine), [&]<class V>(const RoleEngines<V>& of) {
        using A = EngineOf<V>;
        Update<A> update(of[Role::gradients], UpdateEngines<A>(of[Role::optimizer], of[Role::weights]), e, shape);
        std::vector<V> w, denominators(shape.parameters);
        for (const double x : start) w.push_back(exactly<V>(x));
        for (std::int64_t step = 0; step < 6; ++step) {
          const std::vector<double> gradient = numbers(again, shape.parameters, roles[Role::gradients]);
          std::vector<V> g;
          for (const double x : gradient) g.push_back(exactly<V>(x));
          update.step(w, g);
          if (e.optimizer_switch.step != 0 && step == 3) expected.go_on_with(e.optimizer_switch.after(e.optimizer));
          const double rate = LearningRate(expected.settings, e.run.steps).at(step);
          expected.step(testing::exacts(gradient), rate);
          REQUIRE(update.adam() != nullptr);
          update.adam()->find_denominators(denominators);
          std::vector<double> found;
          for (const V& x : denominators) found.push_back(nearest_double(x));
          CHECK(found == written_out(expected));
          CHECK(update.last_rate() == rate);
          CHECK(update.adam()->mean_correction() ==
                1 - correctly_rounded_power(expected.settings.beta1, expected.updates));
        }
      });
    }
  }
}

TEST_CASE("optimisers without a second moment have no denominators") {
  for (const OptimizerName name : {OptimizerName::gradient_descent, OptimizerName::momentum, OptimizerName::nesterov}) {
    const Experiment e = with({.name = name, .learning_rate = 0.5});
    const AnyEngine engine(Native<double>{});
    const Update<AnyEngine> update(engine, UpdateEngines<AnyEngine>(engine), e, testing::shape_of(1, {}, 2));
    CHECK(update.adam() == nullptr);
  }
}
