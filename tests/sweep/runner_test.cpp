#include "precipice/sweep/runner.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "precipice/format/error.hpp"
#include "precipice/sweep/cost_model.hpp"
#include "precipice/sweep/duration.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/reservation.hpp"
#include "support/results_directory.hpp"
#include "support/without_costs.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using precipice::tests::fresh_directory;
using precipice::tests::without_costs;

namespace {

Plan plan_of(const std::string& rest) {
  return parse_plan(std::string(testing::small_task) + rest, "runner.toml", "runner");
}

/// Cells of a moment each.
Plan short_cells() {
  return plan_of("[run]\nsteps = 40\n[sweep]\n\"precision.p\" = [4, 8, 11]\n\"run.seed\" = [0, 1, 2, 3]\n");
}

/// Cells of a second or more each.
Plan long_cells() {
  return plan_of(
      "[run]\nsteps = 200000\nrecord_every = 100\ncount_every = 50000\nhistograms = \"events\"\n"
      "[sweep]\n\"precision.p\" = [4, 8]\n");
}

/// At each of 2000 records: a cell then takes longer than any stop that is waited for, however fast the machine is.
void rest() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder)) return {};
  const std::filesystem::directory_iterator files(folder);
  return {begin(files), end(files)};
}

/// The state of the one cell that is begun and not finished.
std::string kept_state(const std::filesystem::path& directory) {
  const auto files = files_in(directory / "unfinished");
  REQUIRE(files.size() <= 1);
  return files.empty() ? "" : read_whole_file(files.front());
}

}  // namespace

TEST_CASE("a budget that is spent stops running cells, and the next call goes on to the same bytes") {
  const auto whole = fresh_directory("unbroken"), broken = fresh_directory("in_pieces");
  run_sweep(long_cells(), whole, {});
  SweepOptions options;
  options.on_advance = [](const Advance&) { rest(); };
  double budget = 0.1;
  for (int piece = 0; piece < 3; ++piece) {
    // What comes before the first step of a cell takes as long as it takes: the budget grows until there was a step.
    for (const std::string before = kept_state(broken); kept_state(broken) == before; budget *= 2) {
      options.budget = budget;
      const SweepReport report = run_sweep(long_cells(), broken, options);
      REQUIRE(report.left == 2);
      REQUIRE(report.computed == 0);
      REQUIRE(report.failed == 0);
    }
  }
  CHECK(run_sweep(long_cells(), broken, {}).computed == 2);
  CHECK(files_in(broken / "unfinished").empty());
  CHECK(without_costs(broken) == without_costs(whole));
}

TEST_CASE("what stands in unfinished/ and is not the cell's own state is set aside") {
  const auto directory = fresh_directory("foreign_state"), whole = fresh_directory("foreign_state_whole");
  const std::string key = expand(short_cells()).front().key;
  write_whole_file(directory / "unfinished" / (key + ".ckpt"), "no checkpoint");
  std::vector<std::string> warnings;
  SweepOptions options;
  options.warn = [&](const std::string& text) { warnings.push_back(text); };
  CHECK(run_sweep(short_cells(), directory, options).computed == 12);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("set aside as") != std::string::npos);
  CHECK(std::filesystem::exists(directory / "set-aside" / (key + ".ckpt")));
  run_sweep(short_cells(), whole, {});
  CHECK(without_costs(directory) == without_costs(whole));
}

TEST_CASE("a second interruption stops running cells at once, and nothing is torn") {
  const auto directory = fresh_directory("stopped_now"), whole = fresh_directory("stopped_whole");
  std::atomic<bool> once{false}, twice{false};
  SweepOptions options;
  options.stop = &once;
  options.stop_now = &twice;
  options.on_advance = [&](const Advance&) {
    once = true;
    twice = true;
    rest();
  };
  CHECK_THROWS_AS(run_sweep(long_cells(), directory, options), Interrupted);
  CHECK(files_in(directory / "unfinished").size() == 1);
  run_sweep(long_cells(), directory, {});
  run_sweep(long_cells(), whole, {});
  CHECK(without_costs(directory) == without_costs(whole));
}

TEST_CASE("a cell that takes too long fails and says so; --only failed computes it again") {
  const auto directory = fresh_directory("too_long");
  SweepOptions options;
  options.max_cell_time = 0.05;
  CHECK(run_sweep(long_cells(), directory, options).failed == 2);
  const std::string table = read_whole_file(directory / "cells.csv");
  CHECK(table.find(",failed,") != std::string::npos);
  const auto cell = std::filesystem::directory_iterator(directory / "cells")->path();
  CHECK(read_whole_file(cell).find("it took longer than --max-cell-time") != std::string::npos);
  std::filesystem::remove(cell);
  SweepOptions again;
  again.only_failed = true;
  CHECK(run_sweep(long_cells(), directory, again).computed == 1);
  CHECK(run_sweep(long_cells(), directory, again).computed == 0);
}

TEST_CASE("a cell that another process has is left to it") {
  const auto directory = fresh_directory("elsewhere");
  const Results results(directory);
  const Cell cell = expand(short_cells())[5];
  {
    const auto other = Reservation::try_take(results.running_file(cell.key));
    const SweepReport report = run_sweep(short_cells(), directory, {});
    CHECK(report.computed == 11);
    CHECK(report.elsewhere == 1);
    CHECK(report.left == 0);
  }
  CHECK(run_sweep(short_cells(), directory, {}).computed == 1);
}

TEST_CASE("shards are alike in size, and the same on every machine") {
  Plan plan = plan_of("[sweep]\n\"run.steps\" = [10, 1000]\n\"run.seed\" = [0, 1]\n");
  const auto directory = fresh_directory("alike");
  CHECK(run_sweep(plan, directory, {.shard = {0, 2}}).computed == 2);
  const std::string table = read_whole_file(directory / "cells.csv");
  CHECK(table.find(",10,") != std::string::npos);
  CHECK(table.find(",1000,") != std::string::npos);
}

TEST_CASE("the cost model orders cells by what they take here") {
  const std::vector<Cell> cells = expand(plan_of("[sweep]\n\"run.steps\" = [10, 20]\n"));
  std::vector<const Cell*> all{&cells[0], &cells[1]};
  const CostModel costs(all, CostModel::briefly);
  CHECK(costs.seconds(cells[0].experiment) > 0);
  CHECK(costs.seconds(cells[1].experiment) == doctest::Approx(2 * costs.seconds(cells[0].experiment)).epsilon(0.2));
}

TEST_CASE("times as people write them") {
  const auto seconds = [](std::string_view text) { return parse_duration("--budget", text); };
  CHECK(seconds("90") == 90);
  CHECK(seconds("90s") == 90);
  CHECK(seconds("1.5m") == 90);
  CHECK(seconds("2h") == 7200);
  CHECK(seconds("1d") == 86400);
  CHECK(seconds("1h30m") == 5400);
  CHECK(seconds("1h30") == 3630);  // a number alone is seconds
  for (const char* const wrong : {"", "0", "-1s", "1w", "m", "1e3s", "nan", "inf", " 1s", "1 s"}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH_AS(seconds(wrong), doctest::Contains("--budget: '"), ConfigError);
  }
  CHECK(duration_text(3725) == "1 h 02 min");
  CHECK(duration_text(200) == "3 min 20 s");
  CHECK(duration_text(12.4) == "12 s");
}
