// A replay that is put away after some steps and taken up by another is the replay that never stopped.
#include <doctest/doctest.h>

#include "support/data_of.hpp"
#include "training/any_model.hpp"
#include "training/saved_state.hpp"
#include "training/updates.hpp"

using namespace precipice;
using testing::data_of;
using testing::exact_text;
using testing::restore;
using testing::saved;
using testing::state_after;

namespace {

constexpr std::uint64_t seed = 20261204;
constexpr int steps = 9;

/// What has the format of the plan, and one role more.
void round_stochastically(Precision& precision, testing::Sample& sample) {
  precision.rounding = Rounding::stochastic;
  RoleFormat other{ieee_like(9, 8), Rounding::stochastic};
  other.rounding.random_bits = 8;
  precision.of(sample.one_of(std::array{Role::weights, Role::sums, Role::optimizer, Role::loss})) = other;
}

/// Eleven samples, in batches of four, or all.
Experiment any_experiment(testing::Sample& sample) {
  Experiment e = testing::small_experiment(testing::any_model(sample));
  e.task.samples = 11;
  e.run.batch = sample.coin() ? 4 : 0;
  e.run.steps = steps;
  e.loss.mean = sample.one_of(std::array{MeanPlace::before, MeanPlace::after, MeanPlace::outside});
  e.optimizer = testing::any_optimizer(sample);
  if (sample.coin()) {
    e.optimizer_switch = testing::switch_to(testing::any_optimizer(sample), sample.between(1, steps - 1));
  }
  e.precision = testing::any_precision(sample);
  if (sample.below(4) == 0) round_stochastically(e.precision, sample);
  return e;
}

/// The state at the end, if after `at` steps a new replay takes over. The first one is observed or not.
State interrupted(const Experiment& e, const DataSet& data, int at, bool is_observed, EngineName second) {
  const State middle = testing::with_replay(e, data, EngineName::automatic, [&](auto& replay) {
    for (int i = 0; i < at; ++i) replay.step();
    if (is_observed) replay.observe();
    return saved(replay);
  });
  return state_after(e, data, steps - at, &middle, second);
}

/// What the experiment has of that which must be among the tests.
std::string kind_of(const Experiment& e, bool is_behind_switch) {
  const RoleFormats roles(e.precision);
  return std::to_string(
             static_cast<int>((is_behind_switch ? e.optimizer_switch.after(e.optimizer) : e.optimizer).name)) +
         (roles.keeps_master_weights() ? " master" : "") + (e.run.batch != 0 ? " batches" : "") +
         (e.optimizer_switch.step != 0 ? is_behind_switch ? " behind" : " before" : "");
}

}  // namespace

TEST_CASE("any experiment goes on from any step to the bits of the unbroken run, in any engine") {
  testing::Sample sample(seed);
  std::set<std::string> kinds;
  for (int i = 0; i < 250; ++i) {
    const Experiment e = any_experiment(sample);
    CAPTURE(i);
    const DataSet data = data_of(e);
    const std::string unbroken = exact_text(state_after(e, data, steps));
    for (const int at : {0, static_cast<int>(sample.between(1, steps - 1)), steps}) {
      CAPTURE(at);
      kinds.insert(kind_of(e, e.optimizer_switch.step != 0 && at > e.optimizer_switch.step));
      CHECK(exact_text(interrupted(e, data, at, sample.coin(), EngineName::automatic)) == unbroken);
    }
    if (i % 5 == 0) CHECK(exact_text(interrupted(e, data, 4, false, EngineName::reference)) == unbroken);
  }
  CHECK(kinds.size() > 50);  // of 5 optimisers x 2 x 2 x 3
}

TEST_CASE("every optimiser goes on from every step, with a switch to every other") {
  testing::Sample sample(seed + 1);
  for (const OptimizerName first : testing::all_names) {
    for (const OptimizerName second : testing::all_names) {
      Experiment e = any_experiment(sample);
      e.optimizer.name = first;
      e.optimizer_switch = {.step = 4};
      e.optimizer_switch.set(&Optimizer::name, std::optional(second));
      e.optimizer_switch.set(&Optimizer::beta1, std::optional(0.7));
      CAPTURE(static_cast<int>(first));
      CAPTURE(static_cast<int>(second));
      const DataSet data = data_of(e);
      const std::string unbroken = exact_text(state_after(e, data, steps));
      for (int at = 0; at <= steps; ++at) {
        CAPTURE(at);
        CHECK(exact_text(interrupted(e, data, at, at % 2 == 0, EngineName::automatic)) == unbroken);
      }
    }
  }
}

TEST_CASE("a run that forgets any piece of its state is another run") {
  for (const OptimizerName name : testing::all_names) {
    Experiment e = testing::small_experiment(testing::three_hidden());
    e.task.samples = 11;
    e.run.batch = 4;
    e.run.steps = steps;
    e.optimizer = {.name = name, .learning_rate = 0.05, .schedule = ScheduleName::linear};
    e.precision.of(Role::master_weights) = RoleFormat{};
    const DataSet data = data_of(e);
    const std::string unbroken = exact_text(state_after(e, data, steps));
    const State middle = state_after(e, data, 5);
    const auto is_missed = [&](const State& state) {
      return exact_text(state_after(e, data, steps - 5, &state)) != unbroken;
    };
    CHECK_FALSE(is_missed(middle));
    for (const auto& saved : middle.numbers) {
      const std::string& piece = saved.first;
      CAPTURE(piece);
      State less = middle;
      less.numbers.erase(piece);
      CHECK(is_missed(less) == (piece != "copies"));  // these are made again
    }
    for (const auto& saved : middle.counts) {
      const std::string& piece = saved.first;
      CAPTURE(piece);
      State less = middle;
      less.counts.erase(piece);
      CHECK(is_missed(less));
    }
  }
}

TEST_CASE("numbers beyond binary64 go on, too") {
  testing::Sample sample(seed + 2);
  for (const OptimizerName name : testing::all_names) {
    for (const PrecisionPlan plan : {PrecisionPlan::everything, PrecisionPlan::weights_only}) {
      Experiment e = testing::small_experiment(testing::three_hidden());
      e.run.steps = steps;
      e.optimizer = {.name = name, .learning_rate = 0.1};
      e.precision = {.plan = plan, .format = parse_format("binary128")};
      if (sample.coin()) e.precision.of(Role::master_weights) = RoleFormat{parse_format("binary256")};
      const DataSet data = data_of(e);
      const std::string unbroken = exact_text(state_after(e, data, steps));
      CHECK(exact_text(interrupted(e, data, 5, false, EngineName::automatic)) == unbroken);
    }
  }
}

TEST_CASE("a betas' power that is no longer reckoned with is not missed") {
  Experiment e = testing::small_experiment(testing::three_hidden());
  e.optimizer = {.learning_rate = 0.01, .beta1 = 0.001, .beta2 = 0};
  e.run.steps = 60;
  const DataSet data = data_of(e);
  const State middle = state_after(e, data, 30);
  CHECK(exact_text(state_after(e, data, 30, &middle)) == exact_text(state_after(e, data, 60)));
}
