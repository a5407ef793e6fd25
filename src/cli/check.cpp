#include <fmt/format.h>

#include <memory>

#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/experiment_options.hpp"
#include "precipice/cli/interruption.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/sweep/integrity.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string directory;
  std::int64_t recompute = 0, seed = 0, jobs = 0;
  bool set_aside = false;
};

void list(std::string_view what, const std::vector<FileFault>& faults) {
  for (const FileFault& f : faults) print(fmt::format("{:<12}{}: {}\n", what, f.file.string(), f.fault));
}

void list(std::string_view what, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) print(fmt::format("{:<12}{}\n", what, key));
}

/// Moves what is damaged or foreign away; a cell goes with its table, or its table with the cell.
void set_aside(const Results& results, const Examination& found) {
  for (const auto* faults : {&found.damaged, &found.foreign}) {
    for (const FileFault& f : *faults) {
      if (!std::filesystem::exists(f.file)) continue;
      print(fmt::format("set aside   {} as {}\n", f.file.string(), results.set_aside(f.file).string()));
    }
  }
  // Without its table a cell is to be computed again.
  for (const FileFault& f : found.damaged) {
    const std::string name = f.file.filename().string();
    const auto cell = results.cell_file(name.substr(0, name.find('.')));
    if (!std::filesystem::exists(cell)) continue;
    print(fmt::format("set aside   {} as {}\n", cell.string(), results.set_aside(cell).string()));
  }
}

/// Whether the cells drawn by lot are what is there, bit for bit.
bool recomputed(const Results& results, const Options& options) {
  const std::vector<Cell> cells =
      drawn_by_lot(results, static_cast<std::size_t>(options.recompute), static_cast<std::uint64_t>(options.seed));
  const std::vector<FileFault> different =
      recompute(results, cells, {checked_jobs(options.jobs), &watch_for_interruption(), Progress::style_for_stderr()});
  list("differs", different);
  print(fmt::format("recomputed  {} of {} drawn with seed {}: {} bit for bit the same\n", cells.size(),
                    results.all_cells().size(), options.seed, cells.size() - different.size()));
  return different.empty();
}

ExitCode act(const Options& options) {
  if (options.recompute < 0) throw ConfigError("--recompute: must be a number of cells");
  if (options.seed < 0) throw ConfigError("--seed: must be 0 or more");
  static_cast<void>(checked_jobs(options.jobs));
  const Results results(options.directory);
  const Examination found = examine(results);
  list("damaged", found.damaged);
  list("foreign", found.foreign);
  list("failed", found.failed);
  list("missing", found.missing);
  print(fmt::format("{} cells by {}: {} finished, {} failed, {} missing; {} files damaged, {} foreign\n", found.cells,
                    maker(results), found.finished, found.failed.size(), found.missing.size(), found.damaged.size(),
                    found.foreign.size()));
  if (found.unverified > 0)
    print(fmt::format("{} cells are of schema 1, which has no digests: only their form was read\n", found.unverified));
  if (options.set_aside) set_aside(results, found);
  const bool is_same = options.recompute == 0 || recomputed(results, options);
  return found.is_whole() && is_same ? ExitCode::fine : ExitCode::check_failed;
}

const Manual& manual() {
  static const Manual value{
      .name = "check",
      .summary = "whether every file of a sweep is what was written; a sample computed again",
      .usage = "DIR [--recompute K] [--seed S] [--set-aside] [--jobs N]",
      .details = R"(Reads every cell of a results directory and its tables: whether its settings have its key, and
its content and tables their digests. Names what is damaged (torn, empty, changed), foreign, failed
or missing. --recompute trains K cells, drawn by lot, again and compares every recorded bit.

Nothing is written unless --set-aside moves damaged and foreign files to DIR/set-aside (never
deleted); 'precipice sweep' then computes what is missing. Exit code 1 if anything is damaged,
failed, missing or different.)",
      .example = R"(Example:
  precipice check results/digits
  precipice check results/digits --recompute 5     and five cells bit for bit)"};
  return value;
}

}  // namespace

void add_check(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  command.add_option("DIR", options->directory, "a directory of results")->type_name("")->required();
  command.add_option("--recompute", options->recompute, "so many cells, drawn by lot, are computed again")
      ->type_name("K");
  command.add_option("--seed", options->seed, "of the lot; default: 0")->type_name("S");
  command.add_flag("--set-aside", options->set_aside, "move damaged and foreign files to DIR/set-aside")
      ->disable_flag_override();
  command.add_option("--jobs", options->jobs, "cells at a time; default: all cores")->type_name("N");
}

}  // namespace precipice::cli
