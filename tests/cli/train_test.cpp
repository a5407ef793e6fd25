#include <doctest/doctest.h>

#include <filesystem>

#include "precipice/sweep/files.hpp"
#include "support/results_directory.hpp"
#include "support/run_program.hpp"
#include "support/without_costs.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

std::vector<std::string> train(std::initializer_list<std::string> assignments) {
  std::vector<std::string> arguments{"train"};
  for (const std::string& assignment : assignments) {
    arguments.emplace_back("--set");
    arguments.push_back(assignment);
  }
  return arguments;
}

}  // namespace

TEST_CASE("train without a file replays the digits in bfloat16 and says what became of it") {
  const ProgramRun run = run_precipice(train({"run.steps=400"}));
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("format            e8m7 (bfloat16: p = 8, m = 7, E = 8)") != std::string::npos);
  CHECK(run.out.find("SC50              step 180") != std::string::npos);
  CHECK(run.out.find("native + carried-binary64") != std::string::npos);
  CHECK(run.err.empty());
}

TEST_CASE("train --out keeps the trace and the verdict in the layout of a sweep") {
  const auto directory = fresh_directory("trained");
  std::vector<std::string> arguments = train({"run.steps=50"});
  arguments.emplace_back("--out");
  arguments.push_back(directory.string());
  const ProgramRun run = run_precipice(arguments);
  CHECK(run.exit_code == 0);
  CHECK(without_costs(directory).size() == 3);
  CHECK(std::filesystem::exists(directory / "manifest.json"));
  CHECK(run_precipice({"train", (directory / "experiment.toml").string()}).out.find("state") != std::string::npos);
}

TEST_CASE("train wants one value of each key") {
  const auto folder = fresh_directory("axes");
  write_whole_file(folder / "grid.toml", "[run]\nsteps = 20\n[sweep]\n\"precision.p\" = [4, 8]\n");
  const std::string file = (folder / "grid.toml").string();
  const ProgramRun refused = run_precipice({"train", file});
  CHECK(refused.exit_code == 2);
  CHECK(refused.error_lines() == 1);
  CHECK(refused.err.find("grid.toml:4: precision.p has 2 values") != std::string::npos);
  CHECK(run_precipice({"train", file, "--set", "precision.p=4"}).exit_code == 0);
}

TEST_CASE("the digits, given as a person's own table, are the built-in digits") {
  const auto state = [](const ProgramRun& run) { return run.out.substr(run.out.find("outcome ")); };
  const ProgramRun built_in = run_precipice(train({"run.steps=50"}));
  const ProgramRun own = run_precipice(train({"run.steps=50", "task.name=csv", "task.scale=0.0625",
                                              "task.data=" PRECIPICE_TESTS_DIR "/../data/digits.csv.gz"}));
  CHECK(own.exit_code == 0);
  CHECK(state(own) == state(built_in));
}

TEST_CASE("bad input to train: one line and the right exit code") {
  const auto refused = [](const std::vector<std::string>& arguments, int code, std::string_view part) {
    const ProgramRun run = run_precipice(arguments);
    CAPTURE(run.err);
    CHECK(run.exit_code == code);
    CHECK(run.error_lines() == 1);
    CHECK(run.err.find(part) != std::string::npos);
  };
  refused(train({"precision.format=e99m3"}), 2, "exponent width 99 is impossible");
  refused(train({"precision.format=e8m7x"}), 2, "unknown format");
  refused(train({"run.step=3"}), 2, "did you mean 'run.steps'");
  refused(train({"run.engine=native"}), 2, "engine 'native' is not exact");
  refused(train({"task.samples=1790"}), 2, "more than the 1797 samples of digits.csv.gz");
  refused(train({"run.batch=999"}), 2, "run.batch is 999");
  refused(train({"task.name=modular-division", "task.modulus=96"}), 2, "not a prime");
  refused(train({"task.name=csv"}), 2, "task.data is not set");
  refused(train({"task.name=csv", "task.data=/nowhere.csv"}), 3,
          "cannot read /nowhere.csv; task.data must name a file");
  refused(train({"task.name=idx", "task.data=" PRECIPICE_TESTS_DIR "/../data/digits.csv.gz",
                 "task.labels=" PRECIPICE_TESTS_DIR "/../data/README.md"}),
          3, "digits.csv.gz is no IDX file");
  refused(train({"task.name=csv", "task.data=" PRECIPICE_TESTS_DIR "/../data/digits.csv.gz", "task.classes=5"}), 3,
          "from 0 to 4");
  refused(train({"task.name=csv", "task.data=" PRECIPICE_TESTS_DIR "/../data/digits.csv.gz", "task.classes=11"}), 2,
          "class 10 of 11 has no training sample");
  refused({"train", "--out", "/proc/nowhere", "--set", "run.steps=1"}, 3, "/proc/nowhere");
}
