#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/experiment_options.hpp"
#include "precipice/cli/interruption.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/cli/progress_options.hpp"
#include "precipice/sweep/integrity.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string directory;
  std::int64_t jobs = 0;
  ProgressOptions progress;
  bool as_json = false;
};

ExitCode act(const Options& options) {
  const Results results(options.directory);
  const std::vector<Cell> cells = results.all_cells();
  const std::vector<FileFault> different =
      recompute(results, cells, {checked_jobs(options.jobs), &watch_for_interruption(), options.progress.style()});
  if (options.as_json) {
    nlohmann::ordered_json json{
        {"cells", cells.size()}, {"made_by", maker(results)}, {"different", nlohmann::ordered_json::array()}};
    for (const FileFault& f : different) json["different"].push_back({{"file", f.file.string()}, {"fault", f.fault}});
    print(json.dump(2) + "\n");
    return different.empty() ? ExitCode::fine : ExitCode::check_failed;
  }
  for (const FileFault& f : different) print(fmt::format("{}: {}\n", f.file.string(), f.fault));
  print(fmt::format("{} of {} cells reproduced bit for bit\nthere: {}\nhere:  precipice {}, {}\n",
                    cells.size() - different.size(), cells.size(), maker(results), PRECIPICE_VERSION,
                    PRECIPICE_COMPILER));
  return different.empty() ? ExitCode::fine : ExitCode::check_failed;
}

const Manual& manual() {
  static const Manual value{
      .name = "reproduce",
      .summary = "train every cell of a sweep again, from its manifest alone, and compare every bit",
      .usage = "DIR [--jobs N] [--json] [--quiet]",
      .details = R"(Takes the grids from DIR/manifest.json, trains all of their cells and compares final states,
records and outcomes with what DIR holds. Writes nothing. Exit code 1 if anything differs or is not
there. 'precipice check --recompute K' does so with a sample.)",
      .example = R"(Example:
  precipice reproduce results/digits)"};
  return value;
}

}  // namespace

void add_reproduce(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  command.add_option("DIR", options->directory, "a directory of results")->type_name("")->required();
  command.add_option("--jobs", options->jobs, "cells at a time; default: all cores")->type_name("N");
  options->progress.add_to(command);
  command.add_flag("--json", options->as_json, "write JSON instead of lines")->disable_flag_override();
}

}  // namespace precipice::cli
