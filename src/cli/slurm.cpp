#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/shell.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/experiment_options.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/sweep/checkpoint.hpp"
#include "precipice/sweep/duration.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/runner.hpp"

namespace precipice::cli {
namespace {

struct Options {
  ExperimentOptions experiment;
  std::int64_t shards = 0, jobs = 1;
  std::string time = "1h", partition, file;
};

constexpr std::int64_t most_shards = 1000;  // Slurm's usual MaxArraySize is 1001
constexpr double least_time = 60;

/// Before the limit, seconds: to write states and tables and to be gone.
double grace(double limit) { return std::min(std::max(60.0, limit / 50), limit / 2); }

/// As sbatch reads it: "0-01:00:00".
std::string slurm_time(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  return fmt::format("{}-{:02}:{:02}:{:02}", whole / 86400, whole / 3600 % 24, whole / 60 % 60, whole % 60);
}

/// This program by its path, so that the job finds it.
std::string program() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "precipice" : path.string();
}

/// The sweep's words but its shard.
std::string sweep_words(const Options& options, const std::filesystem::path& directory, double limit) {
  std::string words = "sweep";
  const auto add = [&](std::string_view option, const std::string& value) {
    words += fmt::format(" {}{}{}", option, option.empty() ? "" : " ", shell_word(value));
  };
  const std::string& file = options.experiment.file;
  if (!file.empty()) add("", std::filesystem::exists(file) ? std::filesystem::absolute(file).string() : file);
  for (const std::string& assignment : options.experiment.assignments) add("--set", assignment);
  add("--out", directory.string());
  add("--jobs", std::to_string(options.jobs));
  add("--budget", fmt::format("{:.0f}s", limit - grace(limit)));
  return words;
}

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [name, value] : values) {
    const std::string mark = "@" + name + "@";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size()) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

constexpr std::string_view script = R"(#!/bin/bash
# The sweep '@NAME@' in @SHARDS@ parts, written by precipice @VERSION@.
# Submit with   bash @FILE@     an array, and a job behind it that collects, draws and checks
# or            sbatch @FILE@   the array alone
#SBATCH --job-name=@NAME@
#SBATCH --array=0-@LAST@
#SBATCH --time=@TIME@
#SBATCH --cpus-per-task=@JOBS@
@PARTITION@#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output="@LOGS@/%A_%a.log"
set -u
precipice=@PROGRAM@
directory=@DIRECTORY@

submit() {
  mkdir -p "$directory/slurm"
  local array
  array=$(sbatch --parsable "$0") || exit
  sbatch --array=0 --dependency="afterany:${array%%;*}" "$0" collect
}

# This task once more. A cluster whose RequeueExit has 75 does so by itself.
again() {
  scontrol show config | grep -Eq '^RequeueExit +=.*\<75\>' ||
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
  exit 75
}

shard() {
  "$precipice" @SWEEP@ --shard "$SLURM_ARRAY_TASK_ID/@SHARDS@"
  local code=$?
  [[ $code -ne 75 ]] || again # the time limit is near: the next call goes on
  [[ $code -le 128 || ${SLURM_RESTART_COUNT:-0} -ge 20 ]] || again # killed by a signal
  exit "$code"
}

collect() {
  "$precipice" collect "$directory" || exit
  "$precipice" phase "$directory"
  "$precipice" check "$directory"
}

if [[ -z ${SLURM_JOB_ID:-} ]]; then
  submit
elif [[ ${1:-} == collect ]]; then
  collect
else
  shard
fi
)";

std::filesystem::path directory_of(const Options& options, const Plan& plan) {
  const std::string& out = options.experiment.out;
  return std::filesystem::absolute(out.empty() ? std::filesystem::path("results") / plan.name
                                               : std::filesystem::path(out));
}

/// For a line of sbatch's, where % begins a pattern.
std::string logs_of(const std::filesystem::path& directory) {
  std::string path = (directory / "slurm").string();
  if (path.find_first_of("%\"\\\n") == std::string::npos) return path;
  throw ConfigError(fmt::format("--out: {} must be without %, quotes, backslashes and line breaks", path));
}

std::string text_of(const Options& options, const Plan& plan, double limit) {
  const std::filesystem::path directory = directory_of(options, plan);
  return replaced(
      std::string(script),
      {{"NAME", plan.name},
       {"VERSION", PRECIPICE_VERSION},
       {"SHARDS", std::to_string(options.shards)},
       {"LAST", std::to_string(options.shards - 1)},
       {"FILE", options.file.empty() ? "FILE" : shell_word(options.file)},
       {"TIME", slurm_time(limit)},
       {"JOBS", std::to_string(options.jobs)},
       {"PARTITION", options.partition.empty() ? "" : fmt::format("#SBATCH --partition={}\n", options.partition)},
       {"LOGS", logs_of(directory)},
       {"PROGRAM", shell_word(program())},
       {"DIRECTORY", shell_word(directory.string())},
       {"SWEEP", sweep_words(options, directory, limit)}});
}

bool is_plain(std::string_view word) {
  return std::ranges::all_of(
      word, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == ',' || c == '.'; });
}

ExitCode act(const Options& options) {
  if (options.shards < 1 || options.shards > most_shards)
    throw ConfigError(fmt::format("--shards: must be 1 to {}; a shard holds many cells", most_shards));
  if (options.jobs < 1 || options.jobs > 1024) throw ConfigError("--jobs: must be 1 to 1024, the cores of a task");
  if (!is_plain(options.partition)) throw ConfigError("--partition: must be names of partitions, such as short,long");
  const double limit = parse_duration("--time", options.time);
  if (limit < least_time) throw ConfigError("--time: must be a minute or more");
  const Plan plan = chosen_plan(options.experiment);
  for (const Cell& cell : expand(plan)) check_has_beginning(cell.experiment);
  const std::string text = text_of(options, plan, limit);
  if (options.file.empty()) {
    print(text);
  } else {
    write_whole_file(options.file, text);
    std::filesystem::create_directories(directory_of(options, plan) / "slurm");  // Slurm makes no folder
    print(fmt::format("{}\nsubmit with: bash {}\n", options.file, shell_word(options.file)));
  }
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "slurm",
      .summary = "write a script that runs a sweep as a Slurm array",
      .usage = "[FILE.toml or NAME] --shards N [--time TIME] [--partition P] [--jobs CORES] [-o SCRIPT]",
      .details = R"(Each task of the array computes one shard in a directory that all of them share. Before the time
limit is reached it stops, keeps the states of its cells and is queued again (exit code 75); so is
a task that was killed. A job behind the array writes cells.csv, draws the phase diagram and checks
every file. Nothing is submitted here: look at the script, then run it with bash.

Without Slurm the shards are those of any other scheduler; with GNU parallel, for instance:
  seq 0 3 | parallel precipice sweep grid.toml --out results/grid --shard {}/4 --jobs 1)",
      .example = R"(Example:
  precipice slurm grid.toml --shards 16 --time 4h --jobs 4 -o grid.slurm
  bash grid.slurm)"};
  return value;
}

}  // namespace

void add_slurm(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  options->experiment.add_to(command);
  command.add_option("--shards", options->shards, "tasks of the array")->type_name("N")->required();
  command.add_option("--time", options->time, "limit of a task (90s, 30m, 4h, 2d); default: 1h")->type_name("TIME");
  command.add_option("--partition", options->partition, "Slurm's partition; default: the cluster's")->type_name("P");
  command.add_option("--jobs", options->jobs, "cores of a task; default: 1")->type_name("CORES");
  command.add_option("-o,--output", options->file, "the script; default: standard output")->type_name("SCRIPT");
}

}  // namespace precipice::cli
