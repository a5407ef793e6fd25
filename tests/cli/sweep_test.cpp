#include <doctest/doctest.h>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

#include "precipice/sweep/files.hpp"
#include "support/results_directory.hpp"
#include "support/run_program.hpp"
#include "support/without_costs.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

constexpr std::string_view small_grid = R"(
[task]
name = "random-labels"
samples = 20
[model]
hidden = [16, 16]
[optimizer]
learning_rate = 5e-3
[run]
steps = 1500
[sweep]
"precision.p" = [4, 6, 8, 11]
"precision.exponent_bits" = [4, 8]
[[sweep.also]]
"precision.format" = "binary64"
)";

/// A folder with small.toml in it.
std::filesystem::path workplace(const std::string& name) {
  const auto folder = fresh_directory(name);
  write_whole_file(folder / "small.toml", small_grid);
  return folder;
}

ProgramRun sweep(const std::filesystem::path& folder, const std::string& more) {
  return shell("cd '" + folder.string() + "' && \"$precipice\" sweep small.toml " + more);
}

void check_refused(const ProgramRun& run, int code, std::string_view part) {
  CAPTURE(run.err);
  CHECK(run.exit_code == code);
  CHECK(run.error_lines() == 1);
  CHECK(run.err.starts_with("precipice: "));
  CHECK(run.err.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("a sweep that is killed and called again ends with the table of an undisturbed one") {
  const auto folder = workplace("killed");
  const std::string longer = "--set run.steps=6000 --jobs 2 ";  // so that a kill meets cells under way
  REQUIRE(sweep(folder, longer + "--out undisturbed").exit_code == 0);
  // Killed as soon as two cells are there, three times; the last call finishes.
  const auto killed = shell("cd '" + folder.string() +
                            "'; for round in 1 2 3; do\n"
                            "  \"$precipice\" sweep small.toml " +
                            longer +
                            "--out killed & child=$!\n"
                            "  while kill -0 $child 2>/dev/null && [ $(ls killed/cells 2>/dev/null | grep -c json$) "
                            "-lt $((2 * round)) ]; do sleep 0.01; done\n"
                            "  kill -9 $child; wait $child\n"
                            "done 2>/dev/null; ls killed/cells | grep -c 'json$'; ls killed/cells.csv 2>&1");
  CAPTURE(killed.out);
  CHECK(std::stoi(killed.out) >= 2);
  CHECK(std::stoi(killed.out) < 9);
  CHECK(killed.out.find("No such file") != std::string::npos);
  const ProgramRun again = sweep(folder, longer + "--out killed");
  CHECK(again.exit_code == 0);
  CHECK(without_costs(folder / "killed") == without_costs(folder / "undisturbed"));
}

TEST_CASE("Ctrl-C once finishes the running cells, twice stops at once, SIGTERM is once; exit code 130") {
  const auto folder = workplace("interrupted");
  const auto stopped = [&](const std::string& signals, const std::string& steps) {
    return shell(
        "cd '" + folder.string() +
        "'; rm -rf r; \"$precipice\" sweep small.toml --set precision.exponent_bits=8 "
        "--set 'precision.p=[8, 11]' --set run.steps=" +  // where no run freezes, so that steps take their time
        steps +
        " --out r --jobs 1 2> err & child=$!\n"
        "until ls r/running 2>/dev/null | grep -qE '^[0-9a-f]{16}$'; do sleep 0.01; done; sleep 0.1; " +
        signals +
        "; wait $child; echo $?; ls r/cells 2>/dev/null | wc -l; ls r/unfinished 2>/dev/null | wc -l; cat err; "
        "find r -name '*.tmp'");
  };
  for (const char* const once : {"kill -INT $child", "kill -TERM $child", "kill -TERM $child; kill -TERM $child"}) {
    CAPTURE(once);
    const auto run = stopped(once, "200000");   // a second or so, that the signal comes before the end
    CHECK(run.out.starts_with("130\n1\n0\n"));  // the running cell was finished
    CHECK(run.out.find("precipice: finishing the running cells; Ctrl-C again stops at once\n") != std::string::npos);
    CHECK(run.out.find("precipice: interrupted; what was finished is kept\n") != std::string::npos);
    CHECK(run.out.find(".tmp") == std::string::npos);
  }
  const auto twice = stopped("kill -INT $child; sleep 0.5; kill -INT $child", "2000000");
  CHECK(twice.out.starts_with("130\n0\n1\n"));
  CHECK(twice.out.find("precipice: interrupted; what was finished is kept\n") != std::string::npos);
}

TEST_CASE("--budget ends with 75, and the calls after it end with the table of an undisturbed sweep") {
  const auto folder = workplace("budget");
  const std::string longer = "--set run.steps=20000 --jobs 1 --out ";
  REQUIRE(sweep(folder, longer + "whole").exit_code == 0);
  ProgramRun run = sweep(folder, longer + "parts --budget 0.1s");
  CHECK(run.exit_code == 75);
  CHECK(run.out.find(" left for want of time, ") != std::string::npos);
  // On any machine a call is long enough in the end.
  for (int budget = 1; run.exit_code == 75 && budget < 1000; budget *= 2)
    run = sweep(folder, longer + fmt::format("parts --budget {}s", budget));
  CHECK(run.exit_code == 0);
  CHECK(without_costs(folder / "parts") == without_costs(folder / "whole"));
  check_refused(sweep(folder, "--budget 1w --out r"), 2, "--budget: '1w' must be a time such as 90s, 15m, 2h");
  check_refused(sweep(folder, "--max-cell-time 0 --out r"), 2, "--max-cell-time: '0' must be a time");
  check_refused(sweep(folder, "--only missing --out r"), 2, "--only");
}

TEST_CASE("processes that share a directory: no cell lost, none computed twice, the same bytes") {
  const auto folder = workplace("shared");
  const std::string grid = "--set sweep.run.seed='[0, 1, 2]' --set run.steps=300 ";
  REQUIRE(sweep(folder, grid + "--out alone").exit_code == 0);
  const auto expected = without_costs(folder / "alone");
  for (const int processes : {1, 2, 4}) {
    CAPTURE(processes);
    const auto run = shell("cd '" + folder.string() + "'; rm -rf r; for i in $(seq " + std::to_string(processes) +
                           "); do \"$precipice\" sweep small.toml " + grid +
                           "--jobs 1 --out r 2>/dev/null | grep computed & done; wait; ls r/running | wc -l");
    long computed = 0;
    for (std::size_t at = 0; (at = run.out.find(" cells, ", at)) != std::string::npos; ++at) {
      computed += std::stol(run.out.substr(at + 8));
    }
    CAPTURE(run.out);
    CHECK(computed == static_cast<long>(expected.size() - 1) / 2);
    CHECK(run.out.ends_with("\n0\n"));
    CHECK(without_costs(folder / "r") == expected);
  }
}

TEST_CASE("bad input to sweep: one line, the right exit code, nothing written") {
  const auto folder = workplace("bad");
  check_refused(sweep(folder, "--set precision.format=e8x --out r"), 2, "unknown format 'e8x'");
  check_refused(sweep(folder, "--set optimizer.learning_rate=-1 --out r"), 2, "must be a positive number");
  check_refused(sweep(folder, "--set run.sed=3 --out r"), 2, "did you mean 'run.seed'");
  check_refused(sweep(folder, "--set precision.p=0 --out r"), 2, "precision.p");
  check_refused(sweep(folder, "--set precision.exponent_bits=1 --out r"), 2, "precision.exponent_bits");
  check_refused(sweep(folder, "--set run.engine=carried --set precision.p=30 --out r"), 2, "not exact");
  check_refused(sweep(folder, "--shard 4/4 --out r"), 2, "--shard");
  check_refused(sweep(folder, "--jobs -1 --out r"), 2, "--jobs");
  check_refused(sweep(folder, "--job 1"), 2, "--jobs");
  check_refused(sweep(folder, "extra.toml"), 2, "extra.toml");
  check_refused(run_precipice({"sweep", "/nowhere/x.toml"}), 3, "/nowhere/x.toml");
  check_refused(sweep(folder, "--out small.toml/r"), 3,
                "cannot make the directory small.toml/r/running: Not a directory");
  check_refused(shell("PRECIPICE_FASHION_MNIST=/nowhere \"$precipice\" sweep --set task.name=fashion-mnist --out '" +
                      (folder / "r").string() + "'"),
                3, "/nowhere/");
  CHECK_FALSE(std::filesystem::exists(folder / "r"));
}

TEST_CASE("results of another configuration are refused and stay as they are") {
  const auto folder = workplace("other");
  REQUIRE(sweep(folder, "--set run.steps=50 --out r").exit_code == 0);
  const auto before = without_costs(folder / "r");
  check_refused(sweep(folder, "--set run.steps=60 --out r"), 2, "run.steps is 50 there and 60 here");
  CHECK(without_costs(folder / "r") == before);
}

TEST_CASE("a disk that takes no more: one line with the reason, exit 3, what is there stays whole") {
  const auto folder = workplace("full");
  // A limit on the size of files stands for the full disk: traces do not fit, smaller files do.
  const auto run = shell("cd '" + folder.string() +
                         "'; trap '' XFSZ; ulimit -f 8; \"$precipice\" sweep small.toml --out r --jobs 1");
  CAPTURE(run.err);
  CHECK(run.exit_code == 3);
  CHECK(run.err.find("precipice: cannot write r/traces/") != std::string::npos);
  CHECK(run.err.find("File too large") != std::string::npos);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "r")) {
    CHECK(entry.path().extension() != ".tmp");
  }
  CHECK(sweep(folder, "--out r").exit_code == 0);
}

TEST_CASE("without gnuplot a sweep warns in one line, writes the numbers and ends well") {
  const auto folder = workplace("plain");
  const auto run = shell("cd '" + folder.string() +
                         "'; mkdir empty; PATH=$PWD/empty \"$precipice\" sweep small.toml --set run.steps=30 --out r "
                         "2> err; echo $?; grep -c warning err");
  CHECK(run.out.find("\n0\n1\n") != std::string::npos);
  CHECK(std::filesystem::exists(folder / "r/phase.csv"));
  CHECK_FALSE(std::filesystem::exists(folder / "r/phase.svg"));
}

TEST_CASE("--dry-run lists the cells and computes nothing") {
  const auto folder = workplace("dry");
  const ProgramRun run = sweep(folder, "--dry-run --jobs 2");
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("native + carried-binary64") != std::string::npos);
  CHECK(run.out.find("9 cells, at most about") != std::string::npos);
  CHECK(run.out.find(" \n") == std::string::npos);
  const auto json = nlohmann::json::parse(sweep(folder, "--dry-run --json").out);
  CHECK(json["cells"].size() == 9);
  CHECK(json["cells"][0]["precision.p"].is_number_integer());
  CHECK_FALSE(std::filesystem::exists(folder / "results"));
}

TEST_CASE("results go to results/NAME, end with the diagram, and outcomes and phase read them") {
  const auto folder = workplace("named");
  const ProgramRun run = sweep(folder, "--set run.steps=200 --jobs 2");
  CAPTURE(run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("9 cells, 9 computed now, 0 failed") != std::string::npos);
  CHECK(run.out.find("phase diagram: results/small/phase.svg") != std::string::npos);
  const auto results = (folder / "results/small").string();
  const ProgramRun outcomes = run_precipice({"outcomes", results});
  CHECK(outcomes.exit_code == 0);
  CHECK(outcomes.out.starts_with("9 runs: "));
  CHECK(outcomes.out.find("inflation_growth") != std::string::npos);
  check_refused(run_precipice({"outcomes", results, "--move", "0"}), 2, "--move");
  check_refused(run_precipice({"outcomes", (folder / "nothing").string()}), 3, "manifest.json");
}

TEST_CASE("the saved experiment file computes the same results") {
  const auto folder = workplace("saved");
  REQUIRE(sweep(folder, "--set run.steps=50 --out a").exit_code == 0);
  REQUIRE(shell("cd '" + folder.string() + "' && \"$precipice\" sweep a/experiment.toml --out b").exit_code == 0);
  CHECK(without_costs(folder / "a") == without_costs(folder / "b"));
}
