// A replay that is taken up with other settings: against a switch of the optimiser, and against operations written out.
#include <doctest/doctest.h>

#include "support/data_of.hpp"
#include "training/any_model.hpp"
#include "training/saved_state.hpp"
#include "training/updates.hpp"

using namespace precipice;
using testing::data_of;
using testing::doubles;
using testing::restore;
using testing::state_after;

namespace {

constexpr std::uint64_t seed = 20261205;

/// Parameters after some steps from a state.
std::vector<double> forked(const Experiment& e, const DataSet& data, const State& state, int steps) {
  return testing::with_replay(e, data, EngineName::automatic, [&](auto& replay) {
    restore(replay, state);
    for (int i = 0; i < steps; ++i) replay.step();
    return doubles(replay.parameters());
  });
}

void round_into(std::vector<Exact>& values, const RoleFormat& format) {
  for (Exact& x : values) x = testing::Rounds{format}.convert(x);
}

/// Parameters after `head` steps in the formats of one experiment and `tail` in those of another, all written out.
std::vector<double> forked_by_hand(const Experiment& before, const Experiment& after, const DataSet& data, int head,
                                   int tail) {
  const Shape shape(before.model, data.train.labels.size(), data.train.inputs.cols(), data.classes);
  testing::Transcribed t(before, shape, initial_parameters(before.model, shape, data.train.labels, before.run.seed));
  round_into(t.w, t.weights().to);
  for (int i = 0; i < head; ++i) {
    t.step(testing::transcribed_gradients(before, data, t.w), before.optimizer.learning_rate);
  }
  t.roles = RoleFormats(after.precision);
  round_into(t.w, t.weights().to);
  for (std::vector<Exact>* const state : {&t.mean, &t.square, &t.velocity})
    round_into(*state, t.roles[Role::optimizer]);
  for (int i = 0; i < tail; ++i) {
    t.step(testing::transcribed_gradients(after, data, t.w), after.optimizer.learning_rate);
  }
  std::vector<double> result;
  for (const Exact& x : t.w) result.push_back(to_double(x));
  return result;
}

bool are_same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace

TEST_CASE("a fork into any formats is what comes out when every operation is written out") {
  testing::Sample sample(seed);
  int rounded = 0, gains_master = 0, loses_master = 0;
  for (int i = 0; i < 120; ++i) {
    Experiment before = testing::small_experiment(testing::any_model(sample));
    before.run.seed = static_cast<std::uint64_t>(i);
    // An epsilon that no format loses: 0/0 would make every number NaN.
    before.optimizer = {.name = sample.one_of(testing::all_names), .learning_rate = 0.05, .epsilon = 0x1p-6};
    before.precision = testing::any_precision(sample);
    before.loss.scaling = LossScaling::constant;
    Experiment after = before;
    after.precision = testing::any_precision(sample);
    if (i % 4 == 0) {  // numbers that are no doubles, rounded into doubles
      before.precision.of(Role::weights) = RoleFormat{parse_format("binary128")};
      before.precision.of(Role::optimizer) = RoleFormat{parse_format("binary128")};
    }
    CAPTURE(i);
    const DataSet data = data_of(before);
    const State middle = state_after(before, data, 2);
    CHECK(are_same(forked(after, data, middle, 2), forked_by_hand(before, after, data, 2, 2)));

    const bool had = RoleFormats(before.precision).keeps_master_weights();
    const bool has = RoleFormats(after.precision).keeps_master_weights();
    gains_master += static_cast<int>(has && !had);
    loses_master += static_cast<int>(had && !has);
    rounded += static_cast<int>(testing::with_replay(after, data, EngineName::automatic, [&](auto& replay) {
                                  return restore(replay, middle).rounded;
                                }) > 0);
  }
  CHECK(rounded > 50);
  CHECK(gains_master > 10);
  CHECK(loses_master > 10);
}

TEST_CASE("a fork to other settings of the optimiser is a switch at its step") {
  testing::Sample sample(seed + 1);
  for (const OptimizerName first : testing::all_names) {
    for (const OptimizerName second : testing::all_names) {
      for (const int at : {1, 5}) {
        Experiment before = testing::small_experiment(testing::any_model(sample));
        before.optimizer = {.name = first, .learning_rate = 0.05};
        before.run.steps = 9;
        Experiment after = before, switched = before;
        after.optimizer = {
            .name = second, .learning_rate = 0.02, .beta1 = 0.8, .epsilon = 1e-3, .schedule = ScheduleName::cosine};
        switched.optimizer_switch = testing::switch_to(after.optimizer, at);
        switched.optimizer_switch.set(&Optimizer::beta1, std::optional(0.8));
        switched.optimizer_switch.set(&Optimizer::epsilon, std::optional(1e-3));
        switched.optimizer_switch.set(&Optimizer::final_fraction, std::optional(after.optimizer.final_fraction));
        CAPTURE(static_cast<int>(first));
        CAPTURE(static_cast<int>(second));
        CAPTURE(at);
        const DataSet data = data_of(before);
        const std::vector<double> expected = testing::replayed(switched, data, 9);
        CHECK(are_same(forked(after, data, state_after(before, data, at), 9 - at), expected));
      }
    }
  }
}

TEST_CASE("a fork tells what its optimiser has no use for, and what it begins without") {
  Experiment before = testing::small_experiment(testing::three_hidden());
  before.optimizer = {};
  Experiment after = before;
  after.optimizer = {.name = OptimizerName::nesterov};
  const DataSet data = data_of(before);
  const Heritage heritage = testing::with_replay(
      after, data, EngineName::automatic, [&](auto& replay) { return restore(replay, state_after(before, data, 3)); });
  CHECK(heritage.left_behind == std::vector<std::string>{"adam.mean", "adam.square", "adam.updates"});
  CHECK(heritage.begun_anew == std::vector<std::string>{"momentum.velocity", "momentum.is_first"});
}
