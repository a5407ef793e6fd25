#include "precipice/diagnosis/run.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "diagnosis/small_experiment.hpp"
#include "precipice/diagnosis/outcome.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "support/data_of.hpp"

using namespace precipice;
using testing::data_of;
using testing::small_experiment;

namespace {

Trace run(const Experiment& e) { return run_experiment(e, data_of(e)); }

Trace run(Experiment e, EngineName engine) {
  e.run.engine = engine;
  return run(e);
}

/// Every bit of two traces, engines aside.
void check_same(const Trace& a, const Trace& b) {
  CHECK(a.state_digest == b.state_digest);
  REQUIRE(a.records.size() == b.records.size());
  for (std::size_t i = 0; i < a.records.size(); ++i) {
    CHECK(a.records[i].step == b.records[i].step);
    for (const RecordColumn& column : record_columns) {
      const double x = a.records[i].*column.value, y = b.records[i].*column.value;
      CAPTURE(column.name);
      CHECK((x == y || (std::isnan(x) && std::isnan(y))));
    }
  }
}

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("Reference and the fast engines train to the same bits: every plan, optimiser, batch and place of 1/B") {
    for (const char* const format : {"e8m7", "e4m3", "e5m10"}) {
      for (const PrecisionPlan plan : {PrecisionPlan::loss_only, PrecisionPlan::everything}) {
        for (const MeanPlace mean : {MeanPlace::before, MeanPlace::after, MeanPlace::outside}) {
          Experiment e = small_experiment(25);
          e.precision.format = parse_format(format);
          e.precision.plan = plan;
          e.loss.mean = mean;
          e.loss.order = mean == MeanPlace::after ? SumOrder::exact : SumOrder::sequential;
          e.run.batch = mean == MeanPlace::outside ? 5 : 0;
          e.optimizer.name = mean == MeanPlace::after ? OptimizerName::gradient_descent : OptimizerName::adam;
          CAPTURE(format);
          check_same(run(e, EngineName::automatic), run(e, EngineName::reference));
        }
      }
    }
  }

  TEST_CASE("native binary64 and Reference in binary64 train to the same bits") {
    Experiment e = small_experiment(25);
    e.precision.format = binary64;
    check_same(run(e, EngineName::automatic), run(e, EngineName::reference));
  }
}

TEST_CASE("the paper's chain on 20 points: bfloat16's loss absorbs and inflates, binary64's does not") {
  Experiment e;
  e.task.name = TaskName::random_labels;
  e.task.samples = 20;
  e.model.hidden = {16, 16};
  e.optimizer.learning_rate = 5e-3;
  e.run.steps = 1500;
  const Trace narrow = run(e);
  const Diagnosis found = diagnose(narrow);
  CHECK(found.onsets.first_absorption);
  CHECK(found.onsets.sc50);
  CHECK(found.onsets.nfi);
  CHECK((found.outcome == Outcome::inflates || found.outcome == Outcome::slingshots));
  // Under full collapse the gradients' sum over classes is all of eps.
  CHECK(narrow.records.back().zero_sum_residual ==
        doctest::Approx(narrow.records.back().residual_probability).epsilon(0.01));
  e.precision.format = binary64;
  const Trace control = run(e);
  CHECK(diagnose(control).outcome == Outcome::clean);
  CHECK(control.records.back().zero_sum_residual < 1e-6 * control.records.back().residual_probability);
}

TEST_CASE("a run without any gradient is stopped as frozen after a thousand updates") {
  Experiment e = small_experiment(100'000);
  e.precision.format = parse_format("e2m1");  // 1/12 rounds to zero: no gradient from the first step
  const Trace trace = run(e);
  CHECK(trace.frozen_at == 0);
  CHECK(trace.steps == 1000);
  CHECK(diagnose(trace).outcome == Outcome::never_fits);
}

TEST_CASE("how long a silence is final depends on how long momentum lives") {
  Optimizer optimizer;
  CHECK(frozen_steps(optimizer) == 1000);
  optimizer.beta1 = 0.999;
  CHECK(frozen_steps(optimizer) == 36'719);  // 0.999^n < 2^-53
  optimizer.name = OptimizerName::gradient_descent;
  CHECK(frozen_steps(optimizer) == 1000);
  optimizer.momentum = 0.999;
  CHECK(frozen_steps(optimizer) == 1000);  // it has none
  optimizer.name = OptimizerName::nesterov;
  CHECK(frozen_steps(optimizer) == 36'719);
  optimizer.weight_decay = 1e-9;
  CHECK(frozen_steps(optimizer) > 1'000'000'000);  // moves the parameters for ever
}

TEST_CASE("a silence is final only behind a switch, whose optimiser may move again") {
  Experiment e = small_experiment(100'000);
  e.precision.format = parse_format("e2m1");  // no gradient from the first step
  e.optimizer_switch = {.step = 2500, .changes = {OptimizerChange<double>{&Optimizer::learning_rate, 1}}};
  const Trace trace = run(e);
  CHECK(trace.frozen_at == 0);
  CHECK(trace.steps == 3500);
  e.optimizer_switch.set(&Optimizer::beta1, std::optional(0.999));
  CHECK(frozen_steps(e) == 36'719);
  e.optimizer_switch.step = 0;
  CHECK(frozen_steps(e) == 1000);
}

TEST_CASE("steps that a dynamic scale skips are counted and are no frozen ones") {
  Experiment e = small_experiment(40);
  e.precision.plan = PrecisionPlan::mixed_fp16;
  e.loss.dynamic.initial = 0x1p40;  // halved until gradients fit into binary16
  const Trace trace = run(e);
  const Record &first = trace.records.front(), &last = trace.records.back();
  CHECK(first.loss_scale == 0x1p40);
  CHECK(first.skipped_steps == 0);
  CHECK(first.largest_update == 0);  // skipped
  CHECK(last.skipped_steps >= 15);
  CHECK(last.skipped_steps < 40);
  CHECK(last.loss_scale == std::ldexp(0x1p40, -static_cast<int>(last.skipped_steps)));
  CHECK(trace.steps == 40);
  CHECK(last.loss < first.loss);
  CHECK(run(small_experiment(5)).records.back().loss_scale == 1);
  // What is recorded of gradients is without the scale: a power of two is exact where none is subnormal.
  e.loss.dynamic.initial = 1024;
  const double scaled = run(e).records.front().residual_probability;
  e.loss.scaling = LossScaling::constant;
  CHECK(run(e).records.front().residual_probability == scaled);
  CHECK(scaled > 0.5);
  // Without any gradient the scale still grows, and may bring some back.
  e = small_experiment(1100);
  e.precision.format = parse_format("e2m1");
  e.loss.scaling = LossScaling::dynamic;
  e.loss.dynamic.initial = 1;
  CHECK(run(e).steps == 1100);
  CHECK_FALSE(run(e).frozen_at);
  CHECK(frozen_steps(e) > 1'000'000'000);
}

TEST_CASE("what is rounded stochastically may find a gradient after any silence") {
  Experiment e = small_experiment(40);
  e.precision.of(Role::loss_gradient) = RoleFormat{parse_format("e2m1"), Rounding::stochastic};
  CHECK(frozen_steps(e) > 1'000'000'000);
  e.precision.of(Role::loss_gradient) = RoleFormat{parse_format("e2m1"), Rounding::nearest_even};
  CHECK(frozen_steps(e) == 1000);
}

TEST_CASE("a learning rate beyond reason diverges and is stopped") {
  Experiment e = small_experiment(10'000);
  e.precision.plan = PrecisionPlan::everything;
  e.precision.format = parse_format("e5m10");
  e.optimizer.name = OptimizerName::gradient_descent;
  e.optimizer.learning_rate = 60'000;
  const Trace trace = run(e);
  CHECK(trace.diverged_at);
  CHECK(trace.steps < 10'000);
  CHECK(diagnose(trace).outcome == Outcome::diverges);
}

TEST_CASE("records come every record_every steps and at the end, and do not depend on how often one looks") {
  Experiment e = small_experiment(23);
  const Trace often = run(e);
  std::vector<std::int64_t> steps;
  for (const Record& r : often.records) steps.push_back(r.step);
  CHECK(steps == std::vector<std::int64_t>{0, 5, 10, 15, 20, 23});
  CHECK(std::isnan(often.records.back().largest_update));
  CHECK(often.records.front().largest_update > 0);
  e.run.record_every = 1000;
  CHECK(run(e).state_digest == often.state_digest);
}

TEST_CASE("mini-batches visit every sample once an epoch") {
  Experiment e = small_experiment(30);
  e.run.batch = 5;  // 5 + 5 + 2 samples
  const Trace trace = run(e);
  CHECK(trace.steps == 30);
  e.run.batch = 12;
  const Trace all = run(e);
  e.run.batch = 0;
  CHECK(run(e).state_digest == all.state_digest);
  CHECK(all.state_digest != trace.state_digest);
}

TEST_CASE("a run that is told to stop throws Interrupted") {
  std::atomic<bool> stop{true};
  Watch watch;
  watch.stop = &stop;
  const Experiment e = small_experiment(10);
  CHECK_THROWS_AS(run_experiment(e, load_data(e.task, 0), watch), Interrupted);
}
