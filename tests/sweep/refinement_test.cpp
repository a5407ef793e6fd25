#include "precipice/sweep/refinement.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "precipice/format/error.hpp"
#include "precipice/sweep/grid.hpp"
#include "precipice/sweep/runner.hpp"
#include "precipice/training/random.hpp"
#include "support/results_directory.hpp"
#include "support/without_costs.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using precipice::tests::fresh_directory;
using precipice::tests::without_costs;

namespace {

std::string text_with(const std::string& refine, const std::string& axes = "\"precision.p\" = [2, 24]\n") {
  return std::string(testing::small_task) + "[sweep]\n" + axes + "\"run.seed\" = [0, 1, 2]\n" + refine;
}

Plan plan_with(const std::string& refine, const std::string& axes = "\"precision.p\" = [2, 24]\n") {
  return parse_plan(text_with(refine, axes), "refine.toml", "refine");
}

const std::string along_p = "[sweep.refine]\naxis = \"precision.p\"\n";

/// A world in which runs of a seed inflate up to a precision of their own, and absorb up to twice that.
struct World {
  std::set<std::string> finished{};
  std::map<std::string, Onsets> all{};

  void learn(const std::vector<Cell>& cells) {
    for (const Cell& cell : cells) {
      const int p = cell.experiment.precision.emulated().precision,
                last = 5 + 4 * static_cast<int>(cell.experiment.run.seed);
      Onsets onsets;
      if (p <= last) onsets.nfi = 1;
      if (p <= 2 * last) onsets.first_absorption = 1;
      all[cell.key] = onsets;
    }
  }
  [[nodiscard]] KnownOnsets known() const {
    return
        [this](const std::string& key) { return finished.contains(key) ? std::optional(all.at(key)) : std::nullopt; };
  }
};

std::set<std::string> keys_of(const std::vector<Cell>& cells) {
  std::set<std::string> keys;
  for (const Cell& cell : cells) keys.insert(cell.key);
  return keys;
}

/// Finishes cells, in an order drawn by lot, until nothing more follows.
std::vector<Cell> finished_in_order(const Plan& plan, std::uint64_t seed) {
  World world;
  for (std::uint64_t i = 0;; ++i) {
    std::vector<Cell> cells = expand(plan, world.known());
    world.learn(cells);
    std::vector<std::string> open;
    for (const Cell& cell : cells) {
      if (!world.finished.contains(cell.key)) open.push_back(cell.key);
    }
    if (open.empty()) return cells;
    world.finished.insert(open[Random(seed, Purpose::shuffle).below(open.size(), i)]);
  }
}

std::vector<int> precisions(const std::vector<Cell>& cells, std::uint64_t seed) {
  std::vector<int> found;
  for (const Cell& cell : cells) {
    if (cell.experiment.run.seed == seed) found.push_back(cell.experiment.precision.emulated().precision);
  }
  return found;
}

}  // namespace

TEST_CASE("halfway: whole numbers, real ones, ratios; nothing where neighbours are close") {
  Refinement r{"x"};
  CHECK(halfway(r, Value(std::int64_t{2}), Value(std::int64_t{24})) == Value(std::int64_t{13}));
  CHECK(halfway(r, Value(std::int64_t{2}), Value(std::int64_t{5})) == Value(std::int64_t{3}));
  CHECK(halfway(r, Value(std::int64_t{-5}), Value(std::int64_t{-2})) == Value(std::int64_t{-4}));
  CHECK_FALSE(halfway(r, Value(std::int64_t{2}), Value(std::int64_t{3})));
  r.resolution = 0.25;
  CHECK_FALSE(halfway(r, Value(std::int64_t{2}), Value(std::int64_t{3})));
  CHECK(halfway(r, Value(1.0), Value(2.0)) == Value(1.5));
  CHECK(halfway(r, Value(std::int64_t{1}), Value(2.0)) == Value(1.5));
  CHECK_FALSE(halfway(r, Value(1.0), Value(1.25)));
  r.is_logarithmic = true;
  r.resolution = 2;
  CHECK(halfway(r, Value(1e-4), Value(1e-2)) == Value(1e-3));
  CHECK_FALSE(halfway(r, Value(1.0), Value(2.0)));
}

TEST_CASE("each line is divided where its neighbours differ, and nowhere else") {
  const std::vector<Cell> cells = finished_in_order(plan_with(along_p), 0);
  CHECK(precisions(cells, 0) == std::vector{2, 4, 5, 6, 7, 13, 24});
  CHECK(precisions(cells, 1) == std::vector{2, 7, 8, 9, 10, 13, 24});
  CHECK(precisions(cells, 2) == std::vector{2, 13, 14, 15, 18, 24});
  const std::vector<Cell> both = finished_in_order(plan_with(along_p + "boundaries = [\"nfi\", \"absorption\"]\n"), 0);
  CHECK(precisions(both, 0) == std::vector{2, 4, 5, 6, 7, 10, 11, 13, 24});
  const std::vector<Cell> coarse = finished_in_order(plan_with(along_p + "resolution = 3\n"), 0);
  CHECK(precisions(coarse, 0) == std::vector{2, 4, 7, 13, 24});
  CHECK(finished_in_order(plan_with(along_p + "boundaries = \"spike\"\n"), 0).size() == 6);
}

TEST_CASE("the same cells whatever the order in which they were finished") {
  const Plan plan = plan_with(along_p + "boundaries = [\"nfi\", \"absorption\"]\n");
  const std::vector<Cell> cells = finished_in_order(plan, 0);
  for (std::uint64_t seed = 1; seed < 20; ++seed) CHECK(keys_of(finished_in_order(plan, seed)) == keys_of(cells));
}

TEST_CASE("points of also, and axes that a variant fixes, are in no line") {
  const Plan plan = plan_with(along_p +
                              "[[sweep.variant]]\nname = \"as it is\"\n[[sweep.variant]]\nname = \"binary64\"\n"
                              "\"precision.format\" = \"binary64\"\n[[sweep.also]]\n\"precision.p\" = [30, 31]\n");
  World world;
  const std::vector<Cell> grid = expand(plan);
  world.learn(grid);
  world.finished = keys_of(grid);
  CHECK(grid.size() == 6 + 3 + 2);
  CHECK(expand(plan, world.known()).size() == 6 + 3 + 2 + 3);  // one between each 2 and 24
  CHECK(lines(plan, world.known()).size() == 3 + 3 + 2);
}

TEST_CASE("a refinement is written and read back as the same") {
  Plan plan = plan_with(along_p + "boundaries = [\"freezing\", \"spike\"]\nresolution = 2\n");
  const Plan again = parse_plan(to_toml(plan), "again.toml", "again");
  REQUIRE(again.refine);
  CHECK(again.refine->axis == "precision.p");
  CHECK(again.refine->boundaries == std::vector{Boundary::freezing, Boundary::spike});
  CHECK(again.refine->resolution == 2);
  CHECK_FALSE(again.refine->is_logarithmic);
  override_setting(plan, "sweep.refine.resolution=3");
  override_setting(plan, "sweep.refine.boundaries=nfi");
  CHECK(plan.refine->resolution == 3);
  CHECK(plan.refine->boundaries == std::vector{Boundary::nfi});
}

TEST_CASE("what a refinement cannot be: one line, with the place") {
  const auto refusal = [](const std::string& refine, const std::string& axes = "\"precision.p\" = [2, 24]\n") {
    return testing::complaint(text_with(refine, axes));
  };
  CHECK(
      refusal("[sweep.refine]\naxis = \"precision.q\"\n").starts_with("test.toml:12: axis must be an axis of [sweep]"));
  CHECK(refusal("[sweep.refine]\n").find("axis must be an axis of [sweep], not ''") != std::string::npos);
  CHECK(refusal(along_p + "boundary = \"nfi\"\n")
            .starts_with("test.toml:14: unknown key of [sweep.refine] 'boundary'; did you mean 'boundaries'?"));
  CHECK(refusal(along_p + "boundaries = [\"nif\"]\n").starts_with("test.toml:14: unknown boundary 'nif'"));
  CHECK(refusal(along_p + "boundaries = []\n").find("boundaries must name one at least") != std::string::npos);
  CHECK(refusal(along_p + "resolution = 0\n").starts_with("test.toml:14: resolution must be a positive number"));
  CHECK(refusal(along_p + "scale = \"log\"\n").find("is a ratio, and must be above 1") != std::string::npos);
  CHECK(refusal(along_p, "\"precision.p\" = [4]\n").find("must have two numbers at least") != std::string::npos);
  CHECK(refusal("[sweep.refine]\naxis = \"precision.format\"\n", "\"precision.format\" = [\"e4m3\", \"e5m2\"]\n")
            .find("must have two numbers at least") != std::string::npos);
  CHECK(refusal("refine = 3\n").find("'refine' must be a table") != std::string::npos);
}

TEST_CASE("a refined sweep finds the boundary of the full grid with fewer cells, on any number of shards") {
  const std::string task = R"(
[task]
name = "random-labels"
samples = 20
[model]
hidden = [16, 16]
[optimizer]
learning_rate = 5e-3
[run]
steps = 2500
[sweep]
)";
  const std::string rest = "\"precision.exponent_bits\" = [4, 8]\n\"run.seed\" = [0, 1]\n";
  const Plan full = parse_plan(task + "\"precision.p\" = { from = 3, to = 19 }\n" + rest, "full.toml", "full");
  const Plan refined = parse_plan(task + "\"precision.p\" = [3, 11, 19]\n" + rest + along_p, "few.toml", "few");
  const auto of_full = fresh_directory("full_grid"), of_refined = fresh_directory("refined"),
             of_shards = fresh_directory("refined_in_shards");
  run_sweep(full, of_full, {.jobs = 2});
  const SweepReport report = run_sweep(refined, of_refined, {.jobs = 2});
  CHECK(report.cells == report.computed);
  CHECK(report.cells < 4 * 17 / 2);
  for (const std::size_t shard : {2, 0, 1}) run_sweep(refined, of_shards, {.shard = {shard, 3}});
  CHECK(without_costs(of_shards) == without_costs(of_refined));
  CHECK(run_sweep(refined, of_refined, {}).computed == 0);

  // Every cell is one of the full grid; at each boundary two neighbours meet.
  const Results some(of_refined), all(of_full);
  const auto cells = some.all_cells();
  for (const Cell& cell : cells) CHECK(all.has(cell.key));
  std::size_t boundaries = 0;
  for (const auto& line : lines(refined, [&](const std::string& key) { return some.find_onsets(key); })) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      const int here = line[i].experiment.precision.emulated().precision,
                next = line[i + 1].experiment.precision.emulated().precision;
      const bool differs =
          some.find_onsets(line[i].key)->nfi.has_value() != some.find_onsets(line[i + 1].key)->nfi.has_value();
      if (differs) {
        ++boundaries;
        CHECK(next == here + 1);
      }
    }
  }
  CHECK(boundaries >= 2);
}
