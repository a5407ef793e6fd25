#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "precipice/chart/phase.hpp"
#include "precipice/chart/table.hpp"
#include "precipice/cli/choices.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/experiment_options.hpp"
#include "precipice/cli/interruption.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/cli/progress_options.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/cost_model.hpp"
#include "precipice/sweep/duration.hpp"
#include "precipice/sweep/runner.hpp"
#include "precipice/training/engines.hpp"

namespace precipice::cli {
namespace {

struct Options {
  ExperimentOptions experiment;
  std::int64_t jobs = 0;
  std::string shard = "0/1", budget, max_cell_time, only;
  bool dry_run = false, as_json = false;
  ProgressOptions progress;
};

using Json = nlohmann::ordered_json;

std::string coordinates_text(const Plan& plan, const Cell& cell) {
  std::string text;
  if (!cell.variant.empty()) text += fmt::format("variant = {}  ", cell.variant);
  for (std::size_t i = 0; i < plan.axes.size(); ++i) {
    if (cell.coordinates[i]) text += fmt::format("{} = {}  ", plan.axes[i].key, to_text(*cell.coordinates[i]));
  }
  return text;
}

/// Estimated seconds of the cells on `jobs` threads.
double estimated_seconds(const std::vector<Cell>& cells, std::size_t jobs) {
  std::vector<const Cell*> all;
  all.reserve(cells.size());
  for (const Cell& cell : cells) all.push_back(&cell);
  const CostModel costs(all, CostModel::well);
  double total = 0, longest = 0;
  for (const Cell& cell : cells) {
    const double seconds = costs.seconds(cell.experiment);
    total += seconds;
    longest = std::max(longest, seconds);
  }
  return std::max(longest, total / static_cast<double>(jobs));
}

/// As experiment files have it: numbers are numbers.
Json json_of(const Value& value) {
  return std::visit([](const auto& x) { return Json(x); }, value);
}

Json json_of(const Plan& plan, const std::vector<Cell>& cells, std::size_t jobs) {
  Json json{{"name", plan.name},
            {"cells", Json::array()},
            {"jobs", jobs},
            {"estimated_seconds", estimated_seconds(cells, jobs)}};
  for (const Cell& cell : cells) {
    Json one{{"key", cell.key}, {"format", to_text(cell.experiment.precision.emulated())}};
    if (!cell.variant.empty()) one["variant"] = cell.variant;
    for (std::size_t i = 0; i < plan.axes.size(); ++i) {
      if (cell.coordinates[i]) one[plan.axes[i].key] = json_of(*cell.coordinates[i]);
    }
    json["cells"].push_back(std::move(one));
  }
  return json;
}

ExitCode list_cells(const Plan& plan, std::size_t jobs, bool as_json) {
  const std::vector<Cell> cells = expand(plan);
  static_cast<void>(validated_data(cells));
  if (as_json) {
    print(json_of(plan, cells, jobs).dump(2) + "\n");
    return ExitCode::fine;
  }
  for (const Cell& cell : cells) {
    const Experiment& e = cell.experiment;
    const std::string line =
        fmt::format("{}  {:<8}  {:<26}  {}", cell.key, to_text(e.precision.emulated()),
                    to_text(choose_engines(e.precision, e.run.engine)), coordinates_text(plan, cell));
    print(line.substr(0, line.find_last_not_of(' ') + 1) + "\n");
  }
  flush_output();
  print(fmt::format("{} cells, at most about {} on {} {} (cells that freeze or diverge end early)\n", cells.size(),
                    duration_text(estimated_seconds(cells, jobs)), jobs, jobs == 1 ? "core" : "cores"));
  return ExitCode::fine;
}

/// Nothing without axes.
std::optional<chart::PhaseFiles> draw(const Plan& plan, const std::filesystem::path& directory) {
  if (plan.axes.empty()) return {};
  chart::PhaseRequest request;
  request.directory = directory;
  return chart::draw_phase(request);
}

/// The diagram, or one line that says why there is none.
void show(const chart::PhaseFiles& files) {
  if (files.figure) {
    print(fmt::format("phase diagram: {}\n", files.figure->string()));
  } else {
    fmt::print(stderr, "precipice: warning: no figure, since gnuplot is not installed; its numbers are in {}\n",
               files.table.string());
  }
}

SweepOptions sweep_options(const Options& options) {
  SweepOptions sweep;
  sweep.jobs = checked_jobs(options.jobs);
  sweep.shard = parse_shard(options.shard);
  if (!options.budget.empty()) sweep.budget = parse_duration("--budget", options.budget);
  if (!options.max_cell_time.empty()) sweep.max_cell_time = parse_duration("--max-cell-time", options.max_cell_time);
  if (!options.only.empty()) sweep.only_failed = choose("--only", options.only, Choices<bool>{{"failed", true}});
  sweep.style = options.progress.style();
  sweep.warn = [](const std::string& text) { fmt::print(stderr, "precipice: warning: {}\n", text); };
  return sweep;
}

std::string summary(const SweepReport& report) {
  std::string text =
      fmt::format("{} cells, {} computed now, {} failed, ", report.cells, report.computed, report.failed);
  if (report.elsewhere > 0) text += fmt::format("{} being computed by other processes, ", report.elsewhere);
  if (report.left > 0) text += fmt::format("{} left for want of time, ", report.left);
  return text + duration_text(report.seconds) + "\n";
}

Json json_of(const SweepReport& report, const std::filesystem::path& directory,
             const std::optional<chart::PhaseFiles>& files) {
  Json json{{"cells", report.cells},
            {"computed", report.computed},
            {"failed", report.failed},
            {"elsewhere", report.elsewhere},
            {"left", report.left},
            {"seconds", report.seconds},
            {"results", (directory / "cells.csv").string()},
            {"figure", nullptr}};
  if (files && files->figure) json["figure"] = files->figure->string();
  return json;
}

ExitCode exit_code(const SweepReport& report) {
  if (report.left > 0) return ExitCode::out_of_time;
  return report.failed > 0 ? ExitCode::check_failed : ExitCode::fine;
}

ExitCode act(const Options& options) {
  const Plan plan = chosen_plan(options.experiment);
  SweepOptions sweep = sweep_options(options);
  if (options.dry_run) return list_cells(plan, sweep.jobs, options.as_json);
  const std::filesystem::path directory = options.experiment.out.empty()
                                              ? std::filesystem::path("results") / plan.name
                                              : std::filesystem::path(options.experiment.out);
  const auto [once, twice] = watch_for_interruptions();
  sweep.stop = &once;
  sweep.stop_now = &twice;
  const SweepReport report = run_sweep(plan, directory, sweep);
  if (options.as_json) {
    print(json_of(report, directory, draw(plan, directory)).dump(2) + "\n");
    return exit_code(report);
  }
  print(summary(report));
  print(fmt::format("results: {}\n", (directory / "cells.csv").string()));
  if (!plan.variants.empty()) {
    print("\n");
    print_table(to_text(chart::table_of(chart::read_results(directory), {})));
  }
  if (const auto files = draw(plan, directory)) show(*files);
  return exit_code(report);
}

const Manual& manual() {
  static const Manual value{
      .name = "sweep",
      .summary = "train every cell of a grid and draw the phase diagram",
      .usage =
          "[FILE.toml or NAME] [--set KEY=VALUE]... [--out DIR] [--jobs N] [--shard i/n] [--budget TIME] [--json] "
          "[--quiet] ...",
      .details = R"(Trains one network per point of the grid that [sweep] spans (any key with a list or a range
{ from = 2, to = 24 } is an axis; [[sweep.variant]] names settings to compare, [[sweep.also]] adds
points beside the grid), says of each whether it absorbs, inflates, slingshots, freezes ..., and
draws the map; of variants it prints the table. NAME is a built-in experiment ('precipice
experiments'); default: digits, the loss in every format of p = 2..24 x E = 3, 4, 5, 6, 8, and
binary64 as control. A second call continues where the first ended, whatever ended it; a directory
may be extended by other axis values. Any number of processes may fill one directory at the same
time: a cell is computed by one of them. Shards share out the cells before anything is computed.

[sweep.refine] bisects boundaries along one axis instead of filling it, seed by seed:
  axis = "precision.p"  boundaries = ["nfi"] (absorption, nfi, freezing, spike)  resolution = 1
Between neighbours that differ another cell is computed, until they are as close as that; with
scale = "log" the resolution is a ratio. The cells are the same on any number of shards.

Ctrl-C (or SIGTERM) finishes the running cells, a second Ctrl-C stops at once; so does --budget when
its TIME (90s, 15m, 2h, 1h30m) is spent. Cells that are stopped go on from there in the next call.
Exit code 75 if time was up, 130 after Ctrl-C. Damaged files of cells are moved to DIR/set-aside and
computed again.

)" + settings_help(),
      .example = R"(Example:
  precipice sweep --dry-run                  what would be computed, and how long it takes
  precipice sweep                            results/digits/phase.svg
  precipice sweep --set precision.p='[4, 8, 11]' --set run.steps=6000 --out results/short
  precipice sweep grid.toml --shard 0/4      one of four parts, each on its own machine
  precipice sweep grid.toml --budget 2h --max-cell-time 10m
  precipice sweep grid.toml --only failed    those that took longer or failed otherwise)"};
  return value;
}

}  // namespace

void add_sweep(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  options->experiment.add_to(command);
  command.add_option("--jobs", options->jobs, "cells at a time; default: all cores")->type_name("N");
  command.add_option("--shard", options->shard, "part i of n of the cells, 0 <= i < n")->type_name("i/n");
  command.add_option("--budget", options->budget, "stop when it is spent; the next call goes on")->type_name("TIME");
  command.add_option("--max-cell-time", options->max_cell_time, "a cell that takes longer fails")->type_name("TIME");
  command.add_option("--only", options->only, "`failed`: compute those again, and nothing else")->type_name("WORD");
  options->progress.add_to(command);
  command.add_flag("--json", options->as_json, "write JSON instead of text, with --dry-run the cells")
      ->disable_flag_override();
  command.add_flag("--dry-run", options->dry_run, "list the cells and the estimated time; compute nothing")
      ->disable_flag_override();
}

}  // namespace precipice::cli
