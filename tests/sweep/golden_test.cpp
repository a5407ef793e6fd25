#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "precipice/sweep/checkpoint.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/runner.hpp"
#include "precipice/training/sha256.hpp"
#include "support/results_directory.hpp"
#include "support/without_costs.hpp"

using namespace precipice;

namespace {

/// Runs whose every recorded bit is kept in golden.txt (final state, trace, the cell's file without its cost): each
/// task, model, plan, formulation, order, place of 1/B, optimiser and engine once at least, and forks. Both compilers
/// must reproduce them. A change belongs into CHANGELOG.md under "Numbers changed"; PRECIPICE_RECORD_GOLDEN=1 writes
/// the file anew.
const std::vector<std::string> runs{
    "run.steps=300",
    "run.steps=300 precision.format=binary64",
    "run.steps=300 precision.format=e4m3 loss.order=exact loss.mean=after",
    "run.steps=300 precision.format=e5m10 loss.order=correct-first loss.mean=outside run.batch=16",
    "run.steps=200 precision.plan=everything precision.format=e8m23",
    "run.steps=200 precision.plan=everything precision.format=e5m10 optimizer.epsilon=1e-4",
    "run.steps=300 precision.format=e3m2",
    "run.steps=20 precision.format=e8m29",
    "run.steps=20 precision.rounding=toward-zero",
    "run.steps=200 loss.formulation=lse-added precision.format=e8m23",
    "run.steps=200 loss.formulation=division loss.order=lanes:8",
    "run.steps=200 loss.formulation=naive precision.format=e5m10",
    "run.steps=200 loss.formulation=accurate loss.order=pairwise",
    "run.steps=200 loss.formulation=stablemax loss.mean=after precision.format=e8m23",
    "run.steps=200 loss.projection=zero-sum loss.fused=true",
    "run.steps=200 loss.smoothing=0.1 loss.z_loss=1e-3 loss.margin_clamp=5 loss.scale=1024 precision.format=e8m23",
    "run.steps=200 precision.loss.sum=binary32 precision.loss.log=binary32",
    "run.steps=100 precision.plan=everything precision.sums=binary32 precision.master_weights=binary32 "
    "precision.optimizer=binary32",
    "run.steps=200 precision.plan=weights-only precision.rounding=toward-zero",
    "run.steps=40 task.name=modular-division task.modulus=13 model.hidden=[16] precision.format=binary32",
    "run.steps=40 task.name=modular-addition task.modulus=7 model.hidden=[] precision.format=e8m3",
    "run.steps=500 task.name=random-labels task.samples=20 model.hidden=[16,16] optimizer.learning_rate=5e-3",
    "run.steps=40 task.name=modular-subtraction task.modulus=7 model.hidden=[16]",
    "run.steps=40 task.name=modular-multiplication task.modulus=7 model.hidden=[16]",
    "run.steps=200 task.name=gaussian-clusters task.samples=40 task.classes=4 task.separation=1.5 model.hidden=[16]",
    "run.steps=200 task.balance=equal task.standardise=features task.scale=0.1",
    "run.steps=100 optimizer.name=gradient-descent optimizer.learning_rate=0.1 run.seed=3 precision.format=e6m5",
    "run.steps=5 task.name=random-labels task.samples=4 model.hidden=[3] precision.format=binary128 "
    "precision.plan=everything",
    "run.steps=200 precision.plan=everything precision.format=e8m23 optimizer.name=momentum "
    "optimizer.learning_rate=0.1",
    "run.steps=200 precision.plan=everything optimizer.name=nesterov optimizer.learning_rate=0.05 "
    "optimizer.momentum=0.95 optimizer.weight_decay=1e-3 optimizer.clip_norm=1 optimizer.schedule=cosine "
    "optimizer.final_fraction=0.1 optimizer.warm_up=10 precision.master_weights=binary32",
    "run.steps=200 optimizer.name=adamw optimizer.weight_decay=0.1 optimizer.clip_value=0.01 "
    "optimizer.schedule=linear optimizer.centre_classifier=weights",
    "run.steps=200 optimizer.schedule=step optimizer.drop_every=50 optimizer.switch.step=150 "
    "optimizer.switch.name=gradient-descent optimizer.switch.learning_rate=100",
    "run.steps=200 optimizer.switch.step=100 optimizer.switch.epsilon=1e-5",
    "run.steps=100 model.name=linear model.bias=none precision.format=e8m7",
    "run.steps=100 model.name=unconstrained-features model.start=collapsed model.mean_offset=0.5 "
    "optimizer.name=gradient-descent optimizer.learning_rate=1 model.feature_rate=50 precision.format=e8m7",
    "run.steps=100 model.name=unconstrained-features model.per=class model.rectified=true model.width=12 run.batch=16 "
    "precision.plan=everything precision.format=e8m10",
    "run.steps=100 model.hidden=[16,16,16,16] model.residual=add model.normalisation=batch-norm "
    "model.where=activations "
    "run.batch=20",
    "run.steps=100 model.hidden=[16,16] model.activation=gelu model.normalisation=layer-norm model.bias=hidden "
    "precision.plan=everything precision.format=e8m12",
    "run.steps=100 model.hidden=[16] model.activation=tanh model.normalisation=centring",
    "run.steps=100 model.hidden=[16] model.activation=leaky-relu model.slope=0.1 model.bias=classifier",
    "run.steps=200 precision.rounding=stochastic",
    "run.steps=40 precision.rounding=stochastic:8 precision.plan=everything precision.format=e5m10 run.batch=20 "
    "run.count_every=20 optimizer.epsilon=1e-4 model.hidden=[16] model.normalisation=batch-norm "
    "precision.master_weights=binary32 optimizer.clip_norm=1",
    "run.steps=100 precision.rounding=stochastic precision.plan=weights-only optimizer.name=nesterov "
    "optimizer.learning_rate=0.05 optimizer.weight_decay=1e-3 optimizer.centre_classifier=weights",
    "run.steps=30 precision.rounding=stochastic loss.formulation=lse-added loss.order=pairwise loss.smoothing=0.1 "
    "loss.z_loss=1e-3",
    "run.steps=30 precision.rounding=stochastic loss.formulation=division loss.order=lanes:8 loss.mean=after "
    "loss.fused=true loss.z_loss=1e-3",
    "run.steps=30 precision.rounding=stochastic loss.formulation=naive loss.order=butterfly loss.margin_clamp=5",
    "run.steps=30 precision.rounding=stochastic loss.formulation=accurate loss.order=reverse loss.z_loss=1e-3 "
    "loss.smoothing=0.1",
    "run.steps=30 precision.rounding=stochastic loss.formulation=stablemax loss.smoothing=0.1 "
    "loss.projection=zero-sum",
    "run.steps=30 precision.rounding=stochastic loss.formulation=reciprocal loss.order=windows:4 loss.z_loss=1e-3",
    "run.steps=30 precision.rounding=stochastic loss.formulation=composed loss.order=cascade:4 loss.smoothing=0.1 "
    "loss.z_loss=1e-3 loss.mean=outside",
    "run.steps=600 run.histograms=events run.count_every=100",
    "run.steps=40 run.histograms=all run.count_every=20 precision.plan=everything precision.format=e5m10 run.batch=20 "
    "optimizer.epsilon=1e-4",
    "run.steps=200 run.hessian_every=100",
    "run.steps=100 run.hessian_every=50 model.activation=gelu model.hidden=[16] loss.smoothing=0.1 "
    "optimizer.name=momentum optimizer.learning_rate=0.1",
    "run.steps=20 task.name=modular-addition task.modulus=23 model.hidden=[16] run.batch=64 precision.plan=everything "
    "precision.format=e8m14",
    "run.steps=300 precision.plan=mixed-bf16",
    "run.steps=300 precision.plan=mixed-fp16 loss.initial_scale=67108864 loss.scale_interval=50 run.batch=20",
    "run.steps=300 precision.plan=fp8-hybrid precision.features=e8m7",
    "run.steps=200 precision.plan=accumulators precision.format=e8m13 precision.promote_every=8",
    "run.steps=200 precision.plan=mixed precision.format=e6m9 precision.loss=e8m7 loss.mean=outside",
    "run.steps=200 run.batch=16 @120 precision.format=binary64",
    "run.steps=150 @100 precision.plan=everything precision.format=e8m10 precision.master_weights=binary32 "
    "optimizer.name=nesterov",
    "run.steps=200 loss.bundle=torch-cpu-avx2",
    "run.steps=200 loss.bundle=torch-cpu-avx512 precision.format=e5m10",
    "run.steps=200 loss.bundle=torch-cuda precision.format=e8m23",
    "run.steps=200 loss.bundle=torch-legacy",
    "run.steps=200 loss.bundle=jax-optax",
    "run.steps=40 loss.bundle=jax-optax task.name=modular-division task.modulus=37 model.hidden=[16] run.batch=64",
    "run.steps=200 loss.bundle=tensorflow precision.format=e8m10",
    "run.steps=200 loss.bundle=mx",
    "run.steps=200 loss.formulation=reciprocal loss.fused=true loss.mean=after loss.z_loss=1e-3 loss.smoothing=0.1",
    "run.steps=200 loss.formulation=composed loss.smoothing=0.1 loss.z_loss=1e-3 loss.mean=outside "
    "loss.order=cascade:2 "
    "precision.format=e8m23",
    "run.steps=100 loss.bundle=torch-cuda loss.formulation=stablemax run.engine=reference",
};

Cell cell_of(const std::vector<std::string>& settings) {
  Plan plan = parse_plan("", "golden", "golden");
  for (const std::string& setting : settings) override_setting(plan, setting);
  return expand(plan).front();
}

/// A cell and the state that it begins from, if it is a fork.
struct Beginning {
  Cell cell;
  std::optional<RunState> state = std::nullopt;
};

Beginning fork_of(const Cell& parent, std::int64_t step, const std::vector<std::string>& settings) {
  const std::filesystem::path file = std::filesystem::path(PRECIPICE_SCRATCH) / "golden" / "parent.ckpt";
  Watch watch;
  watch.wants_state = [=](std::int64_t now) { return now == step; };
  watch.on_state = [&](const RunState& state) { write_whole_file(file, checkpoint_bytes(parent.experiment, state)); };
  Trace trace;
  compute_cell(parent, watch, trace);
  const Checkpoint checkpoint = read_checkpoint(file);
  return {expand(plan_from(checkpoint, settings)).front(), checkpoint.run};
}

/// "settings", or "settings @STEP settings" for a fork with other settings from a step on.
Beginning beginning_of(const std::string& run) {
  std::vector<std::string> settings, of_fork;
  std::optional<std::int64_t> step;
  std::istringstream words(run);
  for (std::string word; words >> word;) {
    if (word.starts_with('@')) {
      step = std::stoll(word.substr(1));
    } else {
      (step ? of_fork : settings).push_back(word);
    }
  }
  Cell cell = cell_of(settings);
  return step ? fork_of(cell, *step, of_fork) : Beginning{std::move(cell)};
}

/// Absorbs, inflates, slingshots, freezes and never fits.
constexpr std::string_view recorded_sweep = R"(
[task]
name = "random-labels"
samples = 20
[model]
hidden = [16, 16]
[optimizer]
learning_rate = 5e-3
[run]
steps = 3000
[sweep]
"precision.p" = [3, 4, 8, 11]
"precision.exponent_bits" = [3, 4, 8]
"run.seed" = [0, 1]
[[sweep.also]]
"precision.format" = "binary64"
"run.seed" = [0, 1]
)";

std::string exact_text(const Trace& trace) {
  std::string text;
  for (const Record& record : trace.records) {
    text += std::to_string(record.step);
    for (const RecordColumn& column : record_columns) text += "," + csv_number(record.*column.value);
    text += "\n";
  }
  for (const UpdateHistogram& h : trace.histograms) {
    text += fmt::format("{} {} {}", h.step, h.unmoved, h.not_finite);
    for (const UpdateHistogram::Binade& binade : h.binades)
      text += fmt::format(" {}:{}", binade.exponent, binade.parameters);
    text += "\n";
  }
  for (const OperationCounts& of : trace.counts) {
    const Observations& c = of.counts;
    text += fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n", of.step, to_text(of.role), c.operations, c.additions,
                        c.absorbed, c.partially_absorbed, c.bits_lost, c.underflows_to_zero, c.subnormal_results,
                        c.overflows, c.nans_made);
  }
  return text;
}

/// The bytes of the cell's file without its cost and what the form of the file adds.
std::string file_text(const Cell& cell, const CellResult& result, const Trace& trace) {
  const Results results(std::filesystem::path(PRECIPICE_SCRATCH) / "golden");
  results.write(cell, result, trace);
  auto json = nlohmann::ordered_json::parse(read_whole_file(results.cell_file(cell.key)));
  for (const char* const name : {"schema", "tables", "digest", "cost"}) json.erase(name);
  return json.dump(2);
}

std::string line_of(const std::string& run) {
  const auto [cell, state] = beginning_of(run);
  Trace trace;
  const CellResult result = compute_cell(cell, {}, trace, state ? &*state : nullptr);
  const auto brief = [](const std::string& text) { return sha256(text).substr(0, 16); };
  return cell.key + " " + std::string(to_text(result.diagnosis.outcome)) + " state " +
         result.state_digest.substr(0, 16) + " trace " + brief(exact_text(trace)) + " file " +
         brief(file_text(cell, result, trace)) + "  " + run;
}

}  // namespace

TEST_SUITE("golden") {
  TEST_CASE("recorded runs have kept every bit") {
    const std::string path = std::string(PRECIPICE_TESTS_DIR) + "/sweep/golden.txt";
    if (std::getenv("PRECIPICE_RECORD_GOLDEN") != nullptr) {
      std::string text;
      for (const std::string& run : runs) text += line_of(run) + "\n";
      write_whole_file(path, text);
    }
    std::istringstream recorded(read_whole_file(path));
    for (const std::string& run : runs) {
      std::string line;
      REQUIRE(std::getline(recorded, line));
      CHECK(line_of(run) == line);
    }
  }

  TEST_CASE("a recorded sweep has kept every number of its table") {
    const std::string path = std::string(PRECIPICE_TESTS_DIR) + "/sweep/golden_sweep.csv";
    const auto directory = tests::fresh_directory("golden_sweep");
    SweepOptions options;
    options.jobs = 2;
    CHECK(run_sweep(parse_plan(recorded_sweep, "golden.toml", "golden"), directory, options).failed == 0);
    const std::string table = tests::without_seconds(read_whole_file(directory / "cells.csv"));
    if (std::getenv("PRECIPICE_RECORD_GOLDEN") != nullptr) write_whole_file(path, table);
    CHECK(table == read_whole_file(path));
  }
}
