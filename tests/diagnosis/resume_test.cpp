// Runs that go on from a state: trace and verdict are those of the run that was never stopped.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "diagnosis/small_experiment.hpp"
#include "precipice/diagnosis/outcome.hpp"
#include "precipice/diagnosis/run.hpp"
#include "precipice/diagnosis/run_state.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "support/data_of.hpp"
#include "support/same.hpp"

using namespace precipice;
using testing::data_of;

namespace {

/// With samples held out and a normalisation that reads the batch.
Experiment small(std::int64_t steps) {
  Experiment e = testing::small_experiment(steps);
  e.task.name = TaskName::gaussian_clusters;
  e.task.test_samples = 5;
  e.task.classes = 3;
  e.model.normalisation = Normalisation::batch_norm;
  return e;
}

Trace run(const Experiment& e, const RunState* start = nullptr) { return run_experiment(e, data_of(e), {}, start); }

/// The states of a run at these steps, or where it is stopped.
std::map<std::int64_t, RunState> states(const Experiment& e, const std::vector<std::int64_t>& steps,
                                        const RunState* start = nullptr) {
  std::map<std::int64_t, RunState> found;
  Watch watch;
  watch.wants_state = [&](std::int64_t step) { return std::ranges::find(steps, step) != steps.end(); };
  watch.on_state = [&](const RunState& state) { found.emplace(state.step(), state); };
  run_experiment(e, data_of(e), watch, start);
  return found;
}

bool are_same(const Record& a, const Record& b) {
  return a.step == b.step && std::ranges::all_of(record_columns, [&](const RecordColumn& column) {
           return testing::same_bits(a.*column.value, b.*column.value);
         });
}

void check_same(const Trace& a, const Trace& b) {
  CHECK(a.state_digest == b.state_digest);
  CHECK(a.steps == b.steps);
  CHECK(a.frozen_at == b.frozen_at);
  CHECK(a.diverged_at == b.diverged_at);
  CHECK(std::ranges::equal(a.records, b.records, are_same));
  CHECK(a.histograms == b.histograms);
  CHECK(a.counts == b.counts);
}

/// What it begins from is what a checkpoint would hold: nothing is shared with the run that left it.
void check_goes_on(const Experiment& e) {
  const Trace unbroken = run(e);
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i <= e.run.steps; ++i) all.push_back(i);
  const auto found = states(e, all);
  REQUIRE(found.size() == all.size());
  for (const auto& at : found) {
    const RunState& state = at.second;
    INFO("step ", state.step());
    check_same(run(e, &state), unbroken);
  }
}

Experiment frozen_from_the_start() {
  Experiment e = small(100'000);
  e.task.name = TaskName::random_labels;
  e.model.normalisation = Normalisation::none;
  e.precision.format = parse_format("e2m1");  // 1/12 rounds to zero
  return e;
}

}  // namespace

TEST_CASE("a run goes on from every step to the trace of the unbroken run, full batch and in batches") {
  for (const std::int64_t batch : {0, 5}) {
    Experiment e = small(23);
    e.run.batch = batch;
    const Trace unbroken = run(e);
    std::vector<std::int64_t> all(24);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
    const auto found = states(e, all);
    REQUIRE(found.size() == 24);
    for (const auto& at : found) {
      const RunState& state = at.second;
      INFO("step ", state.step());
      const Trace resumed = run(e, &state);
      check_same(resumed, unbroken);
      CHECK(resumed.heritage->is_whole());
    }
  }
}

TEST_CASE("what instruments saw before goes on, too") {
  Experiment e = small(23);
  e.run.histograms = Histograms::all;
  e.run.count_every = 10;
  e.run.hessian_every = 10;
  check_goes_on(e);
  e.run.histograms = Histograms::events;
  e.precision.format = parse_format("e4m3");
  check_goes_on(e);
}

TEST_CASE("a dynamic scale of the loss goes on, skipped steps and all") {
  Experiment e = small(40);
  e.precision.plan = PrecisionPlan::mixed_fp16;
  e.loss.dynamic = {.initial = 0x1p30, .growth = 2, .backoff = 0.5, .interval = 3};
  const Trace unbroken = run(e);
  REQUIRE(unbroken.records.back().skipped_steps > 1);
  REQUIRE(unbroken.records[2].loss_scale != unbroken.records.back().loss_scale);
  check_goes_on(e);
}

TEST_CASE("a run may go on beyond its end") {
  const Experiment brief = small(20), extended = small(40);
  const auto found = states(brief, {20});
  check_same(run(extended, &found.at(20)), run(extended));
}

TEST_CASE("looking at states changes nothing") {
  const Experiment e = small(23);
  Watch watch;
  watch.wants_state = [](std::int64_t) { return true; };
  check_same(run_experiment(e, data_of(e), watch), run(e));
}

TEST_CASE("the count of updates without a gradient goes on, and begins anew in a fork") {
  const Experiment e = frozen_from_the_start();
  const auto found = states(e, {600, 1000});
  REQUIRE(found.size() == 2);
  for (const auto& [step, state] : found) check_same(run(e, &state), run(e));
  Experiment fork = e;
  fork.optimizer.learning_rate = 0.1;
  fork.run.origin = Origin{"0123456789abcdef", 600, "0123456789abcdef"};
  const Trace forked = run(fork, &found.at(600));
  CHECK(forked.frozen_at == 600);
  CHECK(forked.steps == 1600);
}

TEST_CASE("a state before divergence leads to it, and there is none behind it") {
  Experiment e = small(10'000);
  e.model.normalisation = Normalisation::none;
  e.precision = {.plan = PrecisionPlan::everything, .format = parse_format("e5m10")};
  e.optimizer = {.name = OptimizerName::gradient_descent, .learning_rate = 60'000};
  const Trace unbroken = run(e);
  REQUIRE(unbroken.diverged_at);
  const auto found = states(e, {1, unbroken.steps, 9'999});
  CHECK(found.size() == 2);
  for (const auto& [step, state] : found) check_same(run(e, &state), unbroken);
}

TEST_CASE("a fork has its parent's records before it, and its own from there on") {
  Experiment e = small(30);
  const auto found = states(e, {12});
  Experiment fork = e;
  fork.precision.format = binary64;
  fork.optimizer.name = OptimizerName::momentum;
  fork.run.origin = Origin{"0123456789abcdef", 12, "0123456789abcdef"};
  const Trace parent = run(e), child = run(fork, &found.at(12));
  REQUIRE(child.records.size() == parent.records.size());
  for (std::size_t i = 0; i < child.records.size(); ++i) {
    CHECK(are_same(child.records[i], parent.records[i]) == (parent.records[i].step < 12));
  }
  CHECK_FALSE(child.heritage->is_whole());
  // The fork is a run that goes on itself.
  const auto later = states(fork, {12, 20}, &found.at(12));
  for (const auto& [step, state] : later) check_same(run(fork, &state), child);
}

TEST_CASE("a run that is told to stop hands over its state, and goes on from it") {
  const Experiment e = small(40);
  std::atomic<bool> stop{false};
  std::optional<RunState> last;
  Watch watch;
  watch.stop = &stop;
  watch.on_record = [&](const Record& record) { stop = record.step == 15; };
  watch.on_state = [&](const RunState& state) { last = state; };
  CHECK_THROWS_AS(run_experiment(e, data_of(e), watch), Interrupted);
  REQUIRE(last);
  CHECK(last->step() == 16);
  check_same(run(e, &*last), run(e));
}

TEST_CASE("a state of another experiment is refused unless the run is a fork of it") {
  const Experiment e = small(20);
  auto found = states(e, {10});
  Experiment other = e;
  other.optimizer.name = OptimizerName::momentum;
  CHECK_THROWS_WITH_AS(run(other, &found.at(10)),
                       "the state is of another experiment: it lacks [momentum.velocity, momentum.is_first], and has "
                       "[adam.mean, adam.square, adam.updates] besides",
                       FileError);
  Experiment wide = e;
  wide.model.hidden = {7};
  CHECK_THROWS_AS(run(wide, &found.at(10)), FileError);
  other.run.origin = Origin{"0123456789abcdef", 10, "0123456789abcdef"};
  CHECK_NOTHROW(run(other, &found.at(10)));
  CHECK_THROWS_WITH_AS(
      run(other),
      "run.origin is 0123456789abcdef-10:0123456789abcdef, a state of another run: give its checkpoint "
      "with 'train --from'",
      ConfigError);
  found.at(10).state.counts.erase("steps");
  CHECK_THROWS_AS(static_cast<void>(found.at(10).step()), FileError);
}
