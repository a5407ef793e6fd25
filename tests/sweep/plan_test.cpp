#include "precipice/sweep/plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/experiments.hpp"
#include "precipice/sweep/grid.hpp"
#include "precipice/sweep/results.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using testing::complaint;

namespace {

Plan plan(std::string_view text) { return parse_plan(text, "test.toml", "test"); }

std::string complaint_about_setting(const std::string& assignment) { return complaint("", assignment); }

bool contains_text(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::vector<std::string> formats(const Plan& p) {
  std::vector<std::string> result;
  for (const Cell& cell : expand(p)) result.push_back(to_text(cell.experiment.precision.format));
  return result;
}

}  // namespace

TEST_CASE("every mistake in a file is named with its place and what would be right") {
  const auto says = [](std::string_view text, std::string_view place, std::string_view part) {
    const std::string message = complaint(text);
    CAPTURE(message);
    CHECK(contains_text(message, place));
    CHECK(contains_text(message, part));
    CHECK(!contains_text(message, "\n"));
  };
  says("[run]\nsteps = 5\nsed = 1\n", "test.toml:3", "unknown key 'run.sed'; did you mean 'run.seed'");
  says("[optimiser]\nname = \"adam\"\n", "test.toml:1", "did you mean 'optimizer'");
  says("[optimizer]\nlearning_rate = -1\n", "test.toml:2", "must be a positive number");
  says("[optimizer]\nlearning_rate = \"fast\"\n", "test.toml:2", "must be a positive number");
  says("[optimizer]\nname = \"adm\"\n", "test.toml:2", "did you mean 'adam'");
  says("[run]\nsteps = 1.5\n", "test.toml:2", "must be an integer from 1 to");
  says("[run]\nsteps = true\n", "test.toml:2", "must be an integer");
  says("[model]\nhidden = [32, 0]\n", "test.toml:2", "layer widths of at least 1");
  says("[model]\nhidden = [\"a\"]\n", "test.toml:2", "such as [32, 32]");
  says("[model]\nhidden = [32, \"a\"]\n", "test.toml:2", "a list with something that is no integer");
  says("[model]\nhidden = 32\n", "test.toml:2", "such as [32, 32]");
  says("[model]\nname = \"cnn\"\n", "test.toml:2", "must be one of mlp");
  says("[precision]\nformat = \"e8x7\"\n", "test.toml:2", "unknown format 'e8x7'");
  says("[precision]\np = 0\n", "test.toml:2", "must be an integer from 1");
  says("[precision]\nexponent_bits = 1\n", "test.toml:2", "must be an integer from 2");
  says("[precision]\nrounding = \"nearest\"\n", "test.toml:2", "unknown rounding 'nearest'");
  says("[loss]\norder = \"sequental\"\n", "test.toml:2", "did you mean 'sequential'");
  says("[loss]\nmean = \"between\"\n", "test.toml:2", "accepted: before, after, outside");
  says("[run]\nbatch = 51\n", "test.toml:2", "more than the 50 training samples");
  says("[precision]\np = 52\n[run]\nengine = \"carried\"\n", "test.toml:4", "p <= 51");
  says("[sweep]\n\"precision.p\" = { from = 5, to = 2 }\n", "test.toml:2", "from <= to");
  says("[sweep]\n\"precision.p\" = { form = 5, to = 9 }\n", "test.toml:2", "did you mean 'from'");
  says("[sweep]\n\"precision.p\" = []\n", "test.toml:2", "has no values");
  says("[sweep]\n\"precision.q\" = [1]\n", "test.toml:2", "unknown key 'precision.q'; did you mean 'precision.p'");
  says("[sweep]\n\"run.seed\" = [0, \"one\"]\n", "test.toml:2", "run.seed is one, but must be an integer");
  says("[sweep]\n\"run.seed\" = { from = 0, to = 999999 }\n\"run.steps\" = [1, 2]\n", "the grid has",
       "shorten an axis");
  says("[sweep]\nalso = 3\n", "test.toml:2", "unknown key 'also'");
  says("name = \"../x\"\n", "test.toml:1", "letters, digits");
  says("name = 3\n", "test.toml:1", "must be a text");
  says("run = 3\n", "test.toml:1", "must be a section");
  says("[run\n", "test.toml:1", "not TOML");
}

TEST_CASE("--set takes TOML or a bare word and is checked like a file") {
  Plan p = plan("[sweep]\n\"precision.p\" = [4, 8]\n");
  override_setting(p, "precision.p=11");
  override_setting(p, "run.steps=7");
  override_setting(p, "loss.order=exact");
  override_setting(p, "sweep.run.seed=[3, 4]");
  override_setting(p, "model.hidden=[5]");
  const auto cells = expand(p);
  REQUIRE(cells.size() == 2);
  CHECK(cells[0].experiment.precision.format.precision == 11);
  CHECK(cells[0].experiment.run.steps == 7);
  CHECK(cells[0].experiment.loss.order == SumOrder::exact);
  CHECK(cells[1].experiment.run.seed == 4);
  CHECK(cells[1].experiment.model.hidden == std::vector<std::int64_t>{5});
  CHECK(contains_text(complaint_about_setting("run.steps"), "--set run.steps: must be KEY=VALUE"));
  CHECK(contains_text(complaint_about_setting("run.step=3"), "did you mean 'run.steps'"));
  CHECK(contains_text(complaint_about_setting("optimizer.learning_rate=-3"), "--set optimizer.learning_rate"));
}

TEST_CASE("the grid is the product of the axes in the order of the file, the last fastest, then the single points") {
  const Plan p = plan(R"(
[sweep]
"precision.p" = [8, 4]
"precision.exponent_bits" = { from = 3, to = 5, step = 2 }
[[sweep.also]]
"precision.format" = "binary64"
"run.seed" = [0, 1]
[[sweep.also]]
"precision.format" = "e5m3"
)");
  // The last point is a cell of the product: it is there once.
  CHECK(formats(p) == std::vector<std::string>{"e3m7", "e5m7", "e3m3", "e5m3", "e11m52", "e11m52"});
  CHECK(expand(p)[1].coordinates[1] == Value(std::int64_t{5}));
  CHECK_FALSE(expand(p)[4].coordinates[0]);
}

TEST_CASE("a format named above p and exponent_bits of the file means that format") {
  CHECK(formats(plan("[precision]\np = 9\nexponent_bits = 6\n")) == std::vector<std::string>{"e6m8"});
  CHECK(formats(plan("[precision]\nformat = \"binary32\"\np = 9\n")) == std::vector<std::string>{"e8m8"});
  Plan p = plan("[precision]\np = 9\n");
  override_setting(p, "precision.format=binary32");
  CHECK(formats(p) == std::vector<std::string>{"e8m23"});
  CHECK(
      formats(plan(
          "[precision]\np = 9\n[sweep]\n\"run.seed\" = [0]\n[[sweep.also]]\n\"precision.format\" = \"binary64\"\n")) ==
      std::vector<std::string>{"e8m8", "e11m52"});
}

TEST_CASE("the key names what decides bits: not the engine, not how the format was written") {
  const auto key = [](std::string_view text) { return expand(plan(text)).front().key; };
  CHECK(key("") == key("[run]\nengine = \"reference\"\n"));
  CHECK(key("[precision]\nformat = \"bf16\"\n") == key("[precision]\np = 8\nexponent_bits = 8\n"));
  CHECK(key("[optimizer]\nname = \"gradient-descent\"\n") ==
        key("[optimizer]\nname = \"gradient-descent\"\nbeta1 = 0.5\n"));
  CHECK(key("") != key("[run]\nseed = 1\n"));
  CHECK(key("") != key("[precision]\nrounding = \"toward-zero\"\n"));
  CHECK(key("").size() == 16);
}

TEST_CASE("a plan written as TOML reads back as the same grid; so does the built-in one") {
  const Plan built_in = plan_of(default_experiment());
  const Plan again = plan(to_toml(built_in));
  const auto cells = expand(built_in), copies = expand(again);
  REQUIRE(cells.size() == copies.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    CHECK(cells[i].key == copies[i].key);
    CHECK(cells[i].coordinates == copies[i].coordinates);
  }
  CHECK(again.name == "digits");
}

TEST_CASE("a value beside an axis of its key holds for the single points, in the plan written as TOML too") {
  const Plan given = plan("[run]\nseed = 3\n[sweep]\n\"run.seed\" = [0, 1]\n[[sweep.also]]\n\"run.steps\" = 7\n");
  for (const Plan& p : {given, plan(to_toml(given))}) {
    const auto cells = expand(p);
    REQUIRE(cells.size() == 3);
    CHECK(cells[1].experiment.run.seed == 1);
    CHECK(cells[2].experiment.run.seed == 3);
  }
}

TEST_CASE("the built-in sweep is p = 2..24 x E = 3, 4, 5, 6, 8, three seeds, and the binary64 control") {
  const auto cells = expand(plan_of(default_experiment()));
  CHECK(cells.size() == 23 * 5 * 3 + 3);
  CHECK(std::ranges::count_if(cells, [](const Cell& c) { return c.experiment.precision.format == binary64; }) == 3);
}
