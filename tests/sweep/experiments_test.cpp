#include "precipice/sweep/experiments.hpp"

#include <doctest/doctest.h>

#include <set>

#include "precipice/sweep/grid.hpp"
#include "precipice/sweep/results.hpp"

using namespace precipice;

TEST_CASE(
    "every built-in experiment can be run as it stands, says in one line what it shows, and is named as it says") {
  std::set<std::string_view> names;
  for (const BuiltInExperiment& experiment : built_in_experiments()) {
    CAPTURE(experiment.name);
    const Plan plan = plan_of(experiment);
    CHECK(plan.name == experiment.name);
    CHECK(names.insert(experiment.name).second);
    CHECK(find_experiment(experiment.name) == &experiment);
    CHECK(experiment.text.starts_with("# "));
    CHECK(summary_of(experiment).size() <= 100);
    CHECK(summary_of(experiment).find_first_of(".?") == summary_of(experiment).size() - 1);
    const auto cells = expand(plan);
    CHECK(cells.size() > 1);
    const auto again = expand(parse_plan(to_toml(plan), "again", "again"));
    REQUIRE(again.size() == cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) CHECK(again[i].key == cells[i].key);
  }
  CHECK(default_experiment().name == "digits");
  CHECK(find_experiment("nothing") == nullptr);
}
