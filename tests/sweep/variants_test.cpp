#include <doctest/doctest.h>

#include <algorithm>

#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/grid.hpp"
#include "precipice/sweep/runner.hpp"
#include "support/results_directory.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using namespace precipice::tests;
using precipice::testing::complaint;

namespace {

Plan plan(std::string_view text) { return parse_plan(text, "test.toml", "test"); }

constexpr auto three = R"(
[run]
steps = 20
[precision]
p = 9
[sweep]
"precision.p" = [4, 8]
"run.seed" = [0, 1]
[[sweep.variant]]
name = "plain"
claims = "absorbs"
[[sweep.variant]]
name = "projected"
claims = ["no-inflation", "later"]
"loss.projection" = "zero-sum"
[[sweep.variant]]
name = "control"
"precision.format" = "binary64"
[[sweep.also]]
"precision.format" = "binary32"
)";

std::string joined(const std::vector<Cell>& cells) {
  std::string text;
  for (const Cell& cell : cells) {
    text += cell.variant + ":" + to_text(cell.experiment.precision.format) + ":" +
            std::to_string(cell.experiment.run.seed) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("the grid is the product of variants and axes; what a variant sets no axis changes") {
  const std::vector<Cell> cells = expand(plan(three));
  CHECK(joined(cells) ==
        "plain:e8m3:0 plain:e8m3:1 plain:e8m7:0 plain:e8m7:1 projected:e8m3:0 projected:e8m3:1 projected:e8m7:0 "
        "projected:e8m7:1 control:e11m52:0 control:e11m52:1 :e8m23:0 ");
  CHECK(cells[4].experiment.loss.projection == Projection::zero_sum);
  CHECK(cells[0].experiment.loss.projection == Projection::none);
  CHECK(cells[0].coordinates[0] == Value(std::int64_t{4}));
  CHECK_FALSE(cells[8].coordinates[0]);  // a format leaves no width
}

TEST_CASE("the key of a run does not depend on the variant that it stands for") {
  const std::vector<Cell> cells = expand(plan(three));
  Plan alone = plan("[run]\nsteps = 20\n[precision]\np = 8\n[loss]\nprojection = \"zero-sum\"\n");
  CHECK(expand(alone).front().key == cells[6].key);
}

TEST_CASE("a plan with variants written as TOML reads back as the same grid with the same claims") {
  const Plan given = plan(three), again = plan(to_toml(given));
  CHECK(joined(expand(again)) == joined(expand(given)));
  REQUIRE(again.variants.size() == 3);
  CHECK(again.variants[0].claims == std::vector{Claim::absorbs});
  CHECK(again.variants[1].claims == std::vector{Claim::no_inflation, Claim::later});
}

TEST_CASE("sweep.variant chooses by name") {
  Plan p = plan(three);
  override_setting(p, "sweep.variant=['control', 'plain']");
  CHECK(joined(expand(p)) ==
        "plain:e8m3:0 plain:e8m3:1 plain:e8m7:0 plain:e8m7:1 control:e11m52:0 control:e11m52:1 :e8m23:0 ");
  CHECK(complaint(three, "sweep.variant=contrl") ==
        "--set sweep.variant: there is no variant 'contrl'; did you mean 'control'? (there are: plain, projected, "
        "control)");
}

TEST_CASE("mistakes in a variant are named with their place") {
  const auto variant = [](const std::string& lines) { return complaint("[[sweep.variant]]\n" + lines); };
  CHECK(variant("claims = \"absorbs\"\n") == "test.toml:1: a variant needs a name");
  CHECK(variant("name = 3\n") == "test.toml:2: the name of a variant must be a text");
  CHECK(variant("name = \"a\"\nclaims = \"absorb\"\n")
            .starts_with("test.toml:3: unknown claim 'absorb'; did you mean 'absorbs'?"));
  CHECK(variant("name = \"a\"\nclaims = 3\n") == "test.toml:3: claims must be a text or a list of texts");
  CHECK(variant("name = \"a\"\nclaims = [\"absorbs\", 3]\n") ==
        "test.toml:3: claims has a list with something that is no text");
  CHECK(variant("name = \"a\"\n\"run.step\" = 3\n") ==
        "test.toml:3: unknown key 'run.step'; did you mean 'run.steps'?");
  CHECK(variant("name = \"a\"\n[[sweep.variant]]\nname = \"a\"\n") == "test.toml:3: there are two variants 'a'");
  CHECK(variant("name = \"a\"\nclaims = \"earlier\"\n")
            .starts_with("test.toml:1: variant 'a' is the first, and so what others are compared with"));
  CHECK(complaint("[sweep]\nvariant = 3\n") == "test.toml:2: 'variant' must be tables: [[sweep.variant]]");
}

TEST_CASE("a run that stands for two variants is computed once and has a row for each") {
  const auto directory = fresh_directory("variants");
  const Plan p = plan(R"(
[run]
steps = 20
[[sweep.variant]]
name = "one, first"
[[sweep.variant]]
name = "two"
"run.seed" = 0
)");
  const SweepReport report = run_sweep(p, directory, {});
  CHECK(report.computed == 1);
  const std::string table = read_whole_file(directory / "cells.csv");
  CHECK(table.find("key,variant,format,outcome") == 0);
  CHECK(std::ranges::count(table, '\n') == 3);
  CHECK(table.find(",\"one, first\",e8m7,") != std::string::npos);
  CHECK(table.find(",two,e8m7,") != std::string::npos);
  CHECK(run_sweep(plan(to_toml(p)), directory, {}).computed == 0);
  CHECK_THROWS_WITH_AS(run_sweep(plan("[run]\nsteps = 20\n"), directory, {}), doctest::Contains("its axes are variant"),
                       ConfigError);
}
