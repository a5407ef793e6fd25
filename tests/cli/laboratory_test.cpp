#include <doctest/doctest.h>

#include <filesystem>

#include "precipice/sweep/files.hpp"
#include "support/refusal.hpp"
#include "support/results_directory.hpp"
#include "support/run_program.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// A sweep of two variants and two seeds, computed once.
const std::filesystem::path& swept() {
  static const std::filesystem::path directory = [] {
    const auto folder = fresh_directory("laboratory");
    write_whole_file(folder / "two.toml",
                     "name = \"two\"\n[run]\nsteps = 400\n[sweep]\n\"run.seed\" = [0, 1]\n"
                     "[[sweep.variant]]\nname = \"plain\"\nclaims = \"absorbs\"\n"
                     "[[sweep.variant]]\nname = \"binary64\"\nclaims = \"no-absorption\"\n"
                     "\"precision.format\" = \"binary64\"\n");
    const ProgramRun run =
        run_precipice({"sweep", (folder / "two.toml").string(), "--out", (folder / "results").string()});
    REQUIRE(run.exit_code == 0);
    CHECK(contains(run.out, "variant   runs  outcome"));
    CHECK(contains(run.out, "no-absorption 2/2  agrees"));
    return folder / "results";
  }();
  return directory;
}

}  // namespace

TEST_CASE("experiments lists the built-in ones and prints one; sweep and train take their names") {
  const ProgramRun list = run_precipice({"experiments"});
  CHECK(list.exit_code == 0);
  CHECK(contains(list.out, "digits                   348  Where do absorption"));
  const ProgramRun text = run_precipice({"experiments", "slingshot"});
  CHECK(text.out.starts_with("# The anatomy of one slingshot"));
  CHECK(contains(refusal({"experiments", "slingshots"}),
                 "no built-in experiment 'slingshots'; did you mean 'slingshot'"));
  CHECK(contains(run_precipice({"train", "slingshot", "--set", "run.steps=60"}).out, "(bfloat16"));
  CHECK(contains(run_precipice({"train", "slingshot", "--set", "run.steps=60", "--set", "sweep.variant=binary64"}).out,
                 "(binary64"));
  CHECK(contains(run_precipice({"sweep", "slingshot", "--dry-run"}).out, "variant = binary64"));
  CHECK(contains(refusal({"train", "slingshod"}), "did you mean 'slingshot'"));
  CHECK(contains(refusal({"train", "nothing.toml"}, 3), "cannot read experiment file nothing.toml"));
}

TEST_CASE("train of a file with several variants wants one") {
  const std::string file = (swept() / ".." / "two.toml").string();
  CHECK(contains(refusal({"train", file, "--set", "run.seed=1"}),
                 "two has 2 variants, but train makes one run: choose one with --set sweep.variant='plain'"));
  const std::string one = run_precipice({"train", file, "--set", "run.seed=1", "--set", "sweep.variant=binary64"}).out;
  CHECK(contains(one, "native + native"));
}

TEST_CASE("table prints text, Markdown or CSV and refuses what there is not") {
  const std::string directory = swept().string();
  CHECK(contains(run_precipice({"table", directory}).out, "plain     2     "));
  CHECK(run_precipice({"table", directory, "--as", "markdown", "--columns", "sc50,spikes"})
            .out.starts_with("| variant  | runs | outcome"));
  CHECK(
      run_precipice({"table", directory, "--as", "csv", "--by", "run.seed"}).out.starts_with("run.seed,runs,outcome"));
  CHECK(contains(refusal({"table", directory, "--as", "html"}), "--as: "));
  CHECK(contains(refusal({"table", directory, "--columns", "spike"}), "did you mean 'spikes'"));
  CHECK(contains(refusal({"table", directory, "--by", "variants"}), "did you mean 'variant'"));
  CHECK(contains(refusal({"table", "/nowhere"}, 3), "/nowhere: no such directory"));
}

TEST_CASE("anatomy draws the run that is asked for") {
  const std::string directory = swept().string(), figure = (swept() / "figure.svg").string();
  const ProgramRun run =
      run_precipice({"anatomy", directory, "--at", "variant=binary64", "--at", "run.seed=1", "-o", figure});
  CHECK(run.exit_code == 0);
  CHECK(run.out == figure + "\n");
  CHECK(contains(read_whole_file(figure), "two, binary64, 1: clean"));
  const std::string key =
      run_precipice({"table", directory}).exit_code == 0
          ? read_whole_file(swept() / "cells.csv").substr(read_whole_file(swept() / "cells.csv").find('\n') + 1, 16)
          : "";
  const ProgramRun first =
      run_precipice({"anatomy", directory, "--run", key.substr(0, 6), "--against", key, "--steps", "0:100"});
  CHECK(first.exit_code == 0);
  CHECK(std::filesystem::exists(swept() / ("anatomy-" + key + ".svg")));
}

TEST_CASE("anatomy draws a run against the one that differs on one axis alone") {
  const std::string directory = swept().string(), figure = (swept() / "against.svg").string();
  const ProgramRun run =
      run_precipice({"anatomy", directory, "--at", "run.seed=1", "--against", "variant=binary64", "-o", figure});
  CHECK(run.exit_code == 0);
  CHECK(contains(read_whole_file(figure), "two, plain, 1: "));
  CHECK(contains(read_whole_file(figure), ">binary64, 1</text>"));
}

TEST_CASE("anatomy refuses what it cannot draw in one line") {
  const std::string directory = swept().string();
  CHECK(contains(refusal({"anatomy", directory, "--run", "xyz"}), "--run: no finished run 'xyz'"));
  CHECK(contains(refusal({"anatomy", directory, "--against", "xyz"}), "--against: no finished run 'xyz'"));
  CHECK(contains(refusal({"anatomy", directory, "--against", "run.sed=1"}), "--against: unknown axis 'run.sed'"));
  CHECK(contains(refusal({"anatomy", directory, "--at", "run.sed=1"}), "did you mean 'run.seed'"));
  CHECK(contains(refusal({"anatomy", directory, "--at", "run.seed"}), "is not AXIS=VALUE"));
  CHECK(contains(refusal({"anatomy", directory, "--at", "run.seed=7"}), "axis 'run.seed' has no value '7'"));
  for (const char* const steps : {"5", "5:", ":5", "7:5", "a:b", "-1:5", "1:5x"}) {
    CHECK(contains(refusal({"anatomy", directory, "--steps", steps}), "must be FIRST:LAST"));
  }
  CHECK(contains(refusal({"anatomy", directory, "-o", "a.gif"}), "a figure ends in .svg, .png or .pdf"));
}

TEST_CASE("train --out draws the anatomy of its run") {
  const auto directory = fresh_directory("drawn");
  const ProgramRun run = run_precipice({"train", "--set", "run.steps=60", "--out", directory.string()});
  CHECK(run.exit_code == 0);
  const std::size_t at = run.out.find("figure            ");
  REQUIRE(at != std::string::npos);
  const std::string figure = run.out.substr(at + 18, run.out.size() - at - 19);
  CHECK(read_whole_file(figure).ends_with("</svg>\n\n"));
}
