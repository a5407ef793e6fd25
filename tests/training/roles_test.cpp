// Formats by role: which role has which, and a step of training with every operation written out in the format of its
// role.
#include <doctest/doctest.h>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/replay.hpp"
#include "support/sample.hpp"
#include "training/transcribed_training.hpp"

using namespace precipice;

namespace {

constexpr std::uint64_t seed = 20261127;

Experiment small_experiment() {
  Experiment e;
  e.task.name = TaskName::random_labels;
  e.task.samples = 5;
  e.task.inputs = 3;
  e.task.classes = 4;
  e.model.hidden = {4};
  e.optimizer = {.name = OptimizerName::gradient_descent, .learning_rate = 0.3};
  e.loss.mean = MeanPlace::outside;
  return e;
}

}  // namespace

TEST_CASE("a plan gives each role its format, and a role may have its own") {
  Precision precision{.plan = PrecisionPlan::loss_only, .format = bfloat16, .rounding = Rounding::to_odd};
  const RoleFormat given{bfloat16, Rounding::to_odd};
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    CAPTURE(to_text(role));
    const bool is_extra = !word_for_left_out(role).empty() && role != Role::products;
    const RoleFormat other = is_extra || role == Role::promoted_sums ? left_out : RoleFormat{};
    CHECK(RoleFormats(precision)[role] == (is_of_loss(role) ? given : other));
  }
  precision.of(Role::loss) = RoleFormat{binary16};
  precision.of(Role::loss_sum) = RoleFormat{binary32};
  precision.of(Role::weights) = given;
  const RoleFormats roles(precision);
  CHECK(roles[Role::loss] == RoleFormat{binary16});
  CHECK(roles[Role::loss_exp] == RoleFormat{binary16});  // a part of the loss without its own
  CHECK(roles[Role::loss_sum] == RoleFormat{binary32});
  CHECK(roles[Role::weights] == given);
  CHECK(roles[Role::features] == RoleFormat{});
  CHECK_FALSE(roles.keeps_master_weights());

  const RoleFormats weights(Precision{.plan = PrecisionPlan::weights_only, .format = binary16});
  CHECK(weights[Role::weights] == RoleFormat{binary16});
  CHECK(weights[Role::optimizer] == RoleFormat{});
  CHECK(weights[Role::loss] == RoleFormat{});

  Precision mixed{.plan = PrecisionPlan::everything, .format = bfloat16};
  mixed.of(Role::master_weights) = RoleFormat{binary32};
  CHECK(RoleFormats(mixed).keeps_master_weights());
  CHECK(RoleFormats(mixed)[Role::master_weights] == RoleFormat{binary32});
  CHECK(RoleFormats(mixed)[Role::weights] == RoleFormat{bfloat16});
}

TEST_CASE("master gradients have the format of gradients unless the plan or they say otherwise") {
  Precision precision{.plan = PrecisionPlan::everything, .format = bfloat16};
  CHECK(RoleFormats(precision)[Role::master_gradients] == RoleFormat{bfloat16});
  precision.of(Role::gradients) = RoleFormat{binary16};
  CHECK(RoleFormats(precision)[Role::master_gradients] == RoleFormat{binary16});
  precision.plan = PrecisionPlan::mixed;
  CHECK(RoleFormats(precision)[Role::master_gradients] == RoleFormat{binary32});
  precision.of(Role::master_gradients) = RoleFormat{bfloat16};
  CHECK(RoleFormats(precision)[Role::master_gradients] == RoleFormat{bfloat16});
}

TEST_CASE("each role has the fastest engine that is exact for its format, unless one has numbers that are no doubles") {
  Precision precision{.plan = PrecisionPlan::loss_only, .format = bfloat16};
  precision.of(Role::weights) = RoleFormat{binary32};
  precision.of(Role::loss_log) = RoleFormat{binary64, Rounding::toward_zero};
  const Engines engines = choose_engines(precision, EngineName::automatic);
  CHECK(engines.in_binary64);
  CHECK(to_text(engines) == "native, carried-binary64 + carried-binary64, reference");
  CHECK(engines.slowest_of_network() == EngineKind::carried);
  CHECK(engines.slowest_of_loss() == EngineKind::reference);
  precision.of(Role::features) = RoleFormat{binary128};
  CHECK_FALSE(choose_engines(precision, EngineName::automatic).in_binary64);
  CHECK(to_text(choose_engines(precision, EngineName::automatic)) == "reference + reference");
}

TEST_CASE("every operation of a step is rounded into the format of the role of its result") {
  testing::Sample sample(seed);
  for (int i = 0; i < 60; ++i) {
    Experiment e = small_experiment();
    e.precision = testing::any_precision(sample);
    e.run.seed = static_cast<std::uint64_t>(i);
    CAPTURE(i);
    const DataSet data = load_data(e.task, e.run.seed);
    const std::vector<double> expected = testing::transcribed_training(e, data, 3);
    CHECK(testing::replayed(e, data, 3, EngineName::automatic) == expected);
    CHECK(testing::replayed(e, data, 3, EngineName::reference) == expected);
  }
}

TEST_CASE("every operation is in its role's format under any scale of the loss, and steps that overflow are skipped") {
  testing::Sample sample(seed + 1);
  int skipped = 0, grown = 0;
  for (int i = 0; i < 60; ++i) {
    Experiment e = small_experiment();
    e.precision = testing::any_precision(sample);
    e.precision.plan =
        sample.one_of(std::array{PrecisionPlan::mixed_fp16, PrecisionPlan::mixed, PrecisionPlan::everything});
    if (problem_of(e.precision)) e.precision.operand_scale = OperandScale::none;
    e.precision.of(Role::gradients) = RoleFormat{binary16};
    e.run.seed = static_cast<std::uint64_t>(i);
    e.loss.scaling = i % 4 == 0 ? LossScaling::constant : LossScaling::dynamic;
    e.loss.scale = i % 4 == 0 ? 1000 : 1;
    e.loss.dynamic = {.initial = sample.one_of(std::array{1.0, 65536.0, 0x1p20}),
                      .growth = sample.one_of(std::array{2.0, 1.5}),
                      .backoff = sample.one_of(std::array{0.5, 0.125}),
                      .interval = sample.between(1, 3)};
    CAPTURE(i);
    const DataSet data = load_data(e.task, e.run.seed);
    const std::vector<double> expected = testing::transcribed_training(e, data, 6);
    CHECK(testing::replayed(e, data, 6, EngineName::automatic) == expected);
    CHECK(testing::replayed(e, data, 6, EngineName::reference) == expected);
    testing::with_replay(e, data, EngineName::automatic, [&](auto& replay) {
      const double before = replay.loss_scale().value();
      for (int step = 0; step < 6; ++step) CHECK(replay.step());
      skipped += replay.loss_scale().state().skipped > 0 ? 1 : 0;
      grown += replay.loss_scale().value() > before ? 1 : 0;
      CHECK(replay.steps() == 6);
      return 0;
    });
  }
  CHECK(skipped >= 5);  // both happen
  CHECK(grown >= 5);
}

TEST_CASE("Adam's state and operations are in the optimiser's format, its last addition in that of the parameters") {
  testing::Sample sample(seed);
  for (int i = 0; i < 20; ++i) {
    Experiment e = small_experiment();
    e.optimizer = {.learning_rate = 0.05, .epsilon = 1e-3};
    e.precision = testing::any_precision(sample);
    e.precision.of(Role::optimizer) = sample.one_of(testing::role_formats_of_steps);
    CAPTURE(i);
    const DataSet data = load_data(e.task, 0);
    CHECK(testing::replayed(e, data, 4, EngineName::automatic) == testing::replayed(e, data, 4, EngineName::reference));
  }
  // One parameter in bfloat16, everything else in binary64.
  const AnyEngine wide{Native<double>{}}, narrow{Carried<double>(bfloat16)};
  const Optimizer settings{.learning_rate = 0.05};
  Adam<AnyEngine> mixed(UpdateEngines<AnyEngine>(wide, narrow), settings, 1),
      exact(UpdateEngines<AnyEngine>(wide), settings, 1);
  std::vector<double> w{1}, change{0};
  const std::vector<double> g{0.25};
  mixed.step(settings.learning_rate, w, g);
  exact.step(settings.learning_rate, change, g);
  CHECK(w[0] == Carried<double>(bfloat16).add(1, change[0]));
}

TEST_CASE("a loss scale and a division by B outside leave the parameter gradients what they are, but for rounding") {
  Experiment plain = small_experiment(), scaled = plain;
  plain.precision.format = scaled.precision.format = binary64;
  scaled.loss.scale = 4096;
  const DataSet data = load_data(plain.task, 0);
  // A power of two is exact.
  CHECK(testing::replayed(plain, data, 5, EngineName::automatic) ==
        testing::replayed(scaled, data, 5, EngineName::automatic));
  for (const MeanPlace mean : {MeanPlace::before, MeanPlace::after}) {
    plain.loss.mean = scaled.loss.mean = mean;
    CHECK(testing::replayed(plain, data, 5, EngineName::automatic) ==
          testing::replayed(scaled, data, 5, EngineName::automatic));
  }
}
