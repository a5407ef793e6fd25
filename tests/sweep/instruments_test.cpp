// The keys of [run] that ask for instruments, and the files that they fill.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <sstream>

#include "precipice/sweep/runner.hpp"
#include "precipice/training/gzip_file.hpp"
#include "support/results_directory.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using precipice::tests::fresh_directory;
using testing::complaint;
using testing::experiment;
using testing::has_key;

namespace {

const std::string small = std::string(testing::small_task) + R"(
[optimizer]
learning_rate = 0.03
[run]
steps = 400
)";

Cell cell_with(const std::vector<std::string>& settings) {
  Plan plan = parse_plan(small, "small.toml", "small");
  for (const std::string& setting : settings) override_setting(plan, setting);
  return expand(plan).front();
}

Trace trace_of(const Cell& cell) {
  Trace trace;
  const CellResult result = compute_cell(cell, {}, trace);
  REQUIRE(result.error.empty());
  return trace;
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::istringstream text(read_gzip_file(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("instruments have keys that enter the identity where something is asked for") {
  const Experiment none = experiment("[run]\nhistograms = \"none\"\ncount_every = 0\nhessian_every = 0\n");
  CHECK(key_of(none) == key_of(experiment("")));
  for (const char* const name : {"run.histograms", "run.count_every", "run.hessian_every"}) {
    CHECK_FALSE(has_key(none, name));
  }
  const Experiment e = experiment("[run]\nhistograms = \"events\"\ncount_every = 100\nhessian_every = 250\n");
  CHECK(e.run.histograms == Histograms::events);
  CHECK(e.run.count_every == 100);
  CHECK(e.run.hessian_every == 250);
  for (const char* const name : {"run.histograms", "run.count_every", "run.hessian_every"}) CHECK(has_key(e, name));
  CHECK(experiment("[run]\nhistograms = \"all\"\n").run.histograms == Histograms::all);
}

TEST_CASE("what instruments cannot do is refused with the reason") {
  CHECK(complaint("[run]\nhistograms = \"event\"\n") ==
        "test.toml:2: run.histograms is event, but must be one of none, events, all; did you mean 'events'?");
  CHECK(complaint("[run]\ncount_every = -1\n") ==
        "test.toml:2: run.count_every is -1, but must be an integer from 0 to 1000000000");
  CHECK(complaint("[run]\ncount_every = 15\n") ==
        "test.toml:2: run.count_every is 15, but must be a multiple of run.record_every, 10; 0: never");
  CHECK(complaint("[run]\nrecord_every = 100\nhessian_every = 50\n") ==
        "test.toml:3: run.hessian_every is 50, but must be a multiple of run.record_every, 100; 0: never");
}

TEST_CASE("instruments change nothing but their own columns and files") {
  const Trace plain = trace_of(cell_with({}));
  const Trace watched = trace_of(cell_with({"run.histograms=all", "run.count_every=50", "run.hessian_every=100"}));
  CHECK(plain.state_digest == watched.state_digest);
  CHECK(plain.histograms.empty());
  REQUIRE(plain.records.size() == watched.records.size());
  for (std::size_t i = 0; i < plain.records.size(); ++i) {
    const bool is_measured = plain.records[i].step % 100 == 0;
    for (const RecordColumn& column : record_columns) {
      const double x = plain.records[i].*column.value, y = watched.records[i].*column.value;
      CAPTURE(column.name);
      if (column.name == "hessian_eigenvalue" || column.name == "preconditioned_eigenvalue") {
        const bool has_update = column.name == "hessian_eigenvalue" || plain.records[i].step < 400;
        CHECK(std::isnan(x));
        CHECK(std::isnan(y) == !(is_measured && has_update));
      } else {
        CHECK((x == y || (std::isnan(x) && std::isnan(y))));
      }
    }
  }
  CHECK(watched.histograms.size() == watched.records.size() - 1);  // the last one has no update
  for (const UpdateHistogram& h : watched.histograms) {
    std::uint64_t parameters = h.unmoved + h.not_finite;
    for (const UpdateHistogram::Binade& binade : h.binades) parameters += binade.parameters;
    CHECK(parameters == 3 * 5 + 5 + 5 * 4 + 4);
    const Record& record = watched.records[static_cast<std::size_t>(h.step / 10)];
    REQUIRE(record.step == h.step);
    CHECK(h.binades.back().exponent == std::ilogb(record.largest_update));
  }
}

TEST_CASE("records say how large updates and Adam's steps are") {
  const Trace trace = trace_of(cell_with({}));
  for (const Record& r : trace.records) {
    if (r.step == 400) {
      for (const double x : {r.learning_rate, r.median_update, r.median_step, r.largest_step}) CHECK(std::isnan(x));
      continue;
    }
    CHECK(r.learning_rate == 0.03);
    CHECK(r.median_update <= r.largest_update);
    CHECK(r.median_step <= r.largest_step);
    CHECK(r.median_step > 0);
    CHECK(r.largest_step <= 0.03 / 1e-8);
  }
  // The first update of Adam is the rate times g / (|g| + epsilon), its step the rate over that.
  CHECK(trace.records.front().largest_update == doctest::Approx(0.03).epsilon(1e-4));
  const Trace descent = trace_of(cell_with({"optimizer.name=gradient-descent", "optimizer.schedule=linear"}));
  CHECK(std::isnan(descent.records.front().median_step));
  CHECK(descent.records[20].step == 200);
  CHECK(descent.records[20].learning_rate == 0.015);
}

TEST_CASE("histograms and counts are tables on disk") {
  const auto directory = fresh_directory("instruments");
  Plan plan = parse_plan(small, "small.toml", "small");
  for (const char* const setting : {"run.histograms=events", "run.count_every=200"}) override_setting(plan, setting);
  const Cell cell = expand(plan).front();
  run_sweep(plan, directory, {});
  const Results results(directory);
  const Trace trace = trace_of(cell);
  const std::vector<std::string> counts = lines_of(results.counts_file(cell.key));
  CHECK(counts.front() ==
        "step,role,operations,additions,absorbed,partially_absorbed,bits_lost,underflows_to_zero,subnormal_results,"
        "overflows,nans_made");
  REQUIRE(counts.size() == 1 + 2 * 5);
  // The sum of 10 rows of 4 terms: one conversion and three additions each.
  CHECK(counts[3].starts_with("0,loss.sum,40,30,0,"));
  CHECK(counts[8].starts_with("200,loss.sum,40,30,"));
  const std::vector<std::string> histograms = lines_of(results.histograms_file(cell.key));
  CHECK(histograms.front() == "step,log2,parameters");
  const Diagnosis found = diagnose(trace);
  REQUIRE(found.onsets.first_absorption);
  CHECK(histograms.size() > 1);
  CHECK(trace.histograms.size() < trace.records.size() - 1);
  const UpdateHistogram& first = trace.histograms.front();
  CHECK(first.step == std::max<std::int64_t>(0, *found.onsets.first_absorption - 100));
  const auto row = std::to_string(first.step) + "," + std::to_string(first.binades.front().exponent) + "," +
                   std::to_string(first.binades.front().parameters);
  CHECK(std::ranges::find(histograms, row) != histograms.end());
}
