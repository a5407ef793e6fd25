#include "precipice/sweep/results.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/runner.hpp"
#include "precipice/training/gzip_file.hpp"
#include "support/results_directory.hpp"
#include "support/without_costs.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using precipice::tests::fresh_directory;
using precipice::tests::without_costs;

namespace {

const std::string small_grid = std::string(testing::small_task) + R"(
[run]
steps = 40
[sweep]
"precision.p" = [4, 8]
"precision.exponent_bits" = [4, 8]
[[sweep.also]]
"precision.format" = "binary64"
)";

Plan small() { return parse_plan(small_grid, "small.toml", "small"); }

Plan with(const std::string& assignment) {
  Plan plan = small();
  override_setting(plan, assignment);
  return plan;
}

SweepReport sweep(const Plan& plan, const std::filesystem::path& directory, std::size_t jobs = 1, Shard shard = {}) {
  SweepOptions options;
  options.jobs = jobs;
  options.shard = shard;
  return run_sweep(plan, directory, options);
}

}  // namespace

TEST_CASE("one job or two, in one go or in shards, with Reference: the same bytes but for the cost") {
  const auto one = fresh_directory("one"), two = fresh_directory("two"), shards = fresh_directory("shards"),
             reference = fresh_directory("reference");
  sweep(small(), one, 1);
  sweep(small(), two, 2);
  sweep(small(), shards, 1, {1, 2});
  sweep(small(), shards, 1, {0, 2});
  sweep(with("run.engine=reference"), reference, 2);
  const auto expected = without_costs(one);
  CHECK(expected.size() == 5 + 5 + 1);  // cells, traces, cells.csv
  CHECK(without_costs(two) == expected);
  CHECK(without_costs(shards) == expected);
  CHECK(without_costs(reference) == expected);
}

TEST_CASE("a second call computes nothing; a cell that is missing is computed again") {
  const auto directory = fresh_directory("again");
  CHECK(sweep(small(), directory).computed == 5);
  const auto before = without_costs(directory);
  CHECK(sweep(small(), directory).computed == 0);
  std::filesystem::remove(std::filesystem::directory_iterator(directory / "cells")->path());
  CHECK(sweep(small(), directory).computed == 1);
  CHECK(without_costs(directory) == before);
}

TEST_CASE("a directory takes other axis values and refuses anything else") {
  const auto directory = fresh_directory("extended");
  sweep(small(), directory);
  const SweepReport more = sweep(with("precision.p=[8, 11]"), directory);
  CHECK(more.cells == 5);
  CHECK(more.computed == 2);
  const std::string table = read_whole_file(directory / "cells.csv");
  CHECK(std::ranges::count(table, '\n') == 1 + 7);  // all there is, each once
  const auto before = without_costs(directory);
  const auto refusal = [&](const Plan& plan) {
    try {
      sweep(plan, directory);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("not refused");
  };
  CHECK(refusal(with("run.steps=41")).find("run.steps is 40 there and 41 here") != std::string::npos);
  CHECK(refusal(with("sweep.run.seed=[0, 1]")).find("its axes are precision.p, precision.exponent_bits, not") !=
        std::string::npos);
  CHECK(refusal(with("task.classes=5")).find("task.classes") != std::string::npos);
  CHECK(without_costs(directory) == before);
}

TEST_CASE("settings that mean something only in some cells are kept for them") {
  Plan plan = parse_plan(R"(
[task]
modulus = 5
[precision]
p = 9
[model]
hidden = []
[run]
steps = 3
[sweep]
"task.name" = ["modular-addition", "random-labels"]
"precision.format" = ["e4m3", "binary64"]
)",
                         "mixed.toml", "mixed");
  const auto directory = fresh_directory("mixed");
  CHECK(sweep(plan, directory).computed == 4);
  const std::string table = read_whole_file(directory / "cells.csv");
  CHECK(std::ranges::count(table, '\n') == 1 + 4);
  CHECK(table.find(",e4m3,") != std::string::npos);  // the axis names the format: p = 9 is another one's
  CHECK(table.find(",e11m52,") != std::string::npos);
}

TEST_CASE("files of cells that are torn, empty, changed or of another cell are set aside, named and computed again") {
  const auto directory = fresh_directory("damaged");
  sweep(small(), directory);
  const auto before = without_costs(directory);
  const auto cell = std::filesystem::directory_iterator(directory / "cells")->path();
  const std::string whole = read_whole_file(cell);
  std::string changed = whole;
  changed.replace(changed.find("\"steps\": 40"), 11, "\"steps\": 41");
  const std::vector<std::pair<std::string, std::string>> damages{
      {whole.substr(0, whole.size() / 2), "it is torn: not JSON"},
      {"", "it is empty"},
      {changed, "its content is not what its digest says"},
      {"[1, 2]", "it is no cell of a sweep"},
      {R"({"schema": 2, "key": 7, "parameters": {}, "outcome": 1, "onsets": 0, "steps": ""})", "it is the cell "}};
  for (std::size_t i = 0; i < damages.size(); ++i) {
    const std::string &content = damages[i].first, &fault = damages[i].second;
    CAPTURE(fault);
    std::ofstream(cell) << content;
    std::vector<std::string> warnings;
    SweepOptions options;
    options.warn = [&](const std::string& text) { warnings.push_back(text); };
    CHECK(run_sweep(small(), directory, options).computed == 1);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find(fault) != std::string::npos);
    const std::string name = cell.filename().string() + (i == 0 ? "" : "." + std::to_string(i + 1));
    CHECK(read_whole_file(directory / "set-aside" / name) == content);
    CHECK(without_costs(directory) == before);
  }
}

TEST_CASE("a manifest that is none is refused and stays as it is") {
  const auto directory = fresh_directory("no_manifest");
  std::filesystem::create_directories(directory);
  std::ofstream(directory / "manifest.json") << "{\"some\": \"thing\"}";
  CHECK_THROWS_AS(sweep(small(), directory), FileError);
  CHECK_THROWS_AS(write_whole_file("/proc/nowhere/file", "x"), FileError);
}

TEST_CASE("a cell that fails is recorded, the others are computed, and the next call tries it again") {
  const auto directory = fresh_directory("failing");
  // Validation passes with the first seed's data; the second task asks for more digits than there are only when it is
  // run.
  Cell cell = expand(small()).front();
  cell.experiment.task.name = TaskName::digits;
  cell.experiment.task.samples = 5000;
  Trace trace;
  CellResult result = compute_cell(cell, {}, trace);
  CHECK(result.diagnosis.outcome == Outcome::failed);
  CHECK(result.error.find("more than the 1797 samples of digits.csv.gz") != std::string::npos);
  sweep(small(), directory);
  const Results results(directory);
  cell = expand(small()).front();
  results.write(cell, result, trace);
  CHECK(results.held(cell.key).state == Held::State::failed);
  CHECK(results.collect().rows == 5);
  CHECK(read_whole_file(directory / "cells.csv").find(",failed,") != std::string::npos);
  CHECK(sweep(small(), directory).computed == 1);
  CHECK(results.has(cell.key));
}

TEST_CASE("an interrupted sweep keeps what is finished and goes on from there") {
  const auto directory = fresh_directory("interrupted");
  std::atomic<bool> stop{true};
  SweepOptions options;
  options.stop = &stop;
  CHECK_THROWS_AS(run_sweep(small(), directory, options), Interrupted);
  CHECK(sweep(small(), directory).computed == 5);
  CHECK(run_sweep(small(), directory, options).computed == 0);  // nothing was left to be stopped
}

TEST_CASE("a trace reads back bit for bit") {
  const auto directory = fresh_directory("traces");
  sweep(small(), directory);
  const Results results(directory);
  for (const std::string& key : results.finished_keys()) {
    const Trace read = results.read_trace(key);
    const auto cells = expand(small());
    const auto cell = std::ranges::find(cells, key, &Cell::key);
    Trace made;
    static_cast<void>(compute_cell(*cell, {}, made));
    REQUIRE(read.records.size() == made.records.size());
    for (std::size_t i = 0; i < made.records.size(); ++i) {
      for (const RecordColumn& column : record_columns) {
        const double x = read.records[i].*column.value, y = made.records[i].*column.value;
        CHECK((x == y || (std::isnan(x) && std::isnan(y))));
      }
    }
  }
}

TEST_CASE("a trace of earlier results lacks the last columns; one with others is refused") {
  const auto directory = fresh_directory("earlier_traces");
  sweep(small(), directory);
  const Results results(directory);
  const std::string key = results.finished_keys().front();
  const Trace whole = results.read_trace(key);
  std::string text, line;
  std::istringstream lines(read_gzip_file(results.trace_file(key)));
  while (std::getline(lines, line)) text += line.substr(0, line.rfind(',', line.rfind(',') - 1)) + "\n";
  write_whole_file(results.trace_file(key), gzip(text));
  CHECK_THROWS_WITH_AS(static_cast<void>(results.read_trace(key)), doctest::Contains("not the table"), FileError);
  auto cell = nlohmann::ordered_json::parse(read_whole_file(results.cell_file(key)));
  for (const char* const name : {"schema", "tables", "digest"}) cell.erase(name);  // schema 1
  write_whole_file(results.cell_file(key), cell.dump(2));
  const Trace earlier = results.read_trace(key);
  REQUIRE(earlier.records.size() == whole.records.size());
  CHECK(earlier.records.back().nc3 == whole.records.back().nc3);
  CHECK(whole.records.back().emulated_loss > 0);
  CHECK(std::isnan(earlier.records.back().emulated_loss));
  CHECK(diagnose(earlier).outcome == diagnose(whole).outcome);
  text.replace(text.find("test_accuracy"), 4, "rest");
  write_whole_file(results.trace_file(key), gzip(text));
  CHECK_THROWS_WITH_AS(static_cast<void>(results.read_trace(key)), doctest::Contains("is no trace of this program"),
                       FileError);
}

TEST_CASE("shards are i/n") {
  CHECK(parse_shard("2/5").index == 2);
  for (const char* const wrong : {"5/5", "1", "1/", "/2", "-1/2", "1/2x", "a/b", "0/0", ""}) {
    CHECK_THROWS_AS(parse_shard(wrong), ConfigError);
  }
}

TEST_CASE("what a killed process had begun to write is removed, what somebody is writing is not") {
  const auto folder = fresh_directory("drafts");
  write_whole_file(folder / "kept.csv", "x");
  std::ofstream(folder / "abandoned.csv.1-1.tmp") << "half";
  std::ofstream(folder / "written.csv.2-1.tmp") << "half";
  const int writing = ::open((folder / "written.csv.2-1.tmp").c_str(), O_WRONLY);
  REQUIRE(flock(writing, LOCK_EX) == 0);
  remove_abandoned_drafts(folder);
  close(writing);
  CHECK(std::filesystem::exists(folder / "kept.csv"));
  CHECK(std::filesystem::exists(folder / "written.csv.2-1.tmp"));
  CHECK(!std::filesystem::exists(folder / "abandoned.csv.1-1.tmp"));
  remove_abandoned_drafts(folder / "nowhere");
}

TEST_CASE("CSV fields are quoted where they must be, numbers are shortest") {
  CHECK(csv_field("plain") == "plain");
  CHECK(csv_field("[32, 32]") == "\"[32, 32]\"");
  CHECK(csv_field("a\"b") == "\"a\"\"b\"");
  CHECK(csv_number(0.1) == "0.1");
  CHECK(csv_number(1) == "1");
  CHECK(csv_number(1e-300) == "1e-300");
  CHECK(csv_number(std::nan("")).empty());
}
