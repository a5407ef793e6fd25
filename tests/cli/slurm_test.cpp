#include <doctest/doctest.h>

#include "precipice/sweep/files.hpp"
#include "support/results_directory.hpp"
#include "support/run_program.hpp"

using namespace precipice;
using namespace precipice::tests;

// What a cluster makes of the script: tests/slurm/slurm_test.py.

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("slurm writes a script that bash understands and submits nothing") {
  const auto folder = fresh_directory("slurm");
  std::filesystem::create_directories(folder);
  const auto run =
      shell("cd '" + folder.string() +
            "' && \"$precipice\" slurm slingshot --shards 16 --time 1h30m --partition short,long "
            "--jobs 4 --set \"optimizer.name='adam'\" --out 'my results' -o 'a script' && bash -n 'a script'");
  CAPTURE(run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.out == "a script\nsubmit with: bash 'a script'\n");
  const std::string text = read_whole_file(folder / "a script");
  CHECK(contains(text, "#SBATCH --array=0-15\n#SBATCH --time=0-01:30:00\n#SBATCH --cpus-per-task=4\n"));
  CHECK(contains(text, "#SBATCH --partition=short,long\n"));
  CHECK(contains(text, "sweep slingshot --set 'optimizer.name='\\''adam'\\''' --out '" + folder.string() +
                           "/my results' --jobs 4 --budget 5292s --shard \"$SLURM_ARRAY_TASK_ID/16\""));
  CHECK(contains(text, "--output=\"" + folder.string() + "/my results/slurm/%A_%a.log\"\n"));
  CHECK_FALSE(contains(text, "@"));
  CHECK(std::filesystem::is_directory(folder / "my results/slurm"));
}

TEST_CASE("bad input to slurm: one line, exit code 2 or 3, nothing written") {
  const auto refused = [](std::vector<std::string> arguments, int code, std::string_view part) {
    arguments.insert(arguments.begin(), "slurm");
    const auto run = run_precipice(arguments);
    CAPTURE(run.err);
    CHECK(run.exit_code == code);
    CHECK(run.error_lines() == 1);
    CHECK(contains(run.err, part));
    CHECK(run.out.empty());
  };
  refused({}, 2, "--shards");
  refused({"--shards", "0"}, 2, "--shards: must be 1 to 1000");
  refused({"--shards", "1001"}, 2, "--shards: must be 1 to 1000");
  refused({"--shards", "4", "--time", "30s"}, 2, "--time: must be a minute or more");
  refused({"--shards", "4", "--time", "soon"}, 2, "--time: 'soon' must be a time");
  refused({"--shards", "4", "--jobs", "0"}, 2, "--jobs");
  refused({"--shards", "4", "--partition", "a b"}, 2, "--partition");
  refused({"--shards", "4", "--out", "50%"}, 2, "must be without %");
  refused({"nowhere.toml", "--shards", "4"}, 3, "nowhere.toml");
  refused({"--shards", "4", "--set", "run.sed=1"}, 2, "did you mean 'run.seed'");
}
