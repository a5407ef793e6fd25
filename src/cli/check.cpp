#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/experiment_options.hpp"
#include "precipice/cli/interruption.hpp"
#include "precipice/cli/layout.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/cli/progress_options.hpp"
#include "precipice/sweep/integrity.hpp"

namespace precipice::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string directory;
  std::int64_t recompute = 0, seed = 0, jobs = 0;
  bool set_aside = false, as_json = false;
  ProgressOptions progress;
};

/// What was computed again, drawn with a seed.
struct Sample {
  std::size_t cells = 0, of = 0;
  std::int64_t seed = 0;
  std::vector<FileFault> different;
};

/// All that there is to say.
struct Findings {
  std::string maker;
  Examination found;
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> set_aside;
  std::optional<Sample> sample;

  [[nodiscard]] bool is_good() const { return found.is_whole() && (!sample || sample->different.empty()); }
};

/// Moves what is damaged or foreign away; a cell goes with its table, or its table with the cell.
void set_aside(const Results& results, Findings& findings) {
  const auto move = [&](const std::filesystem::path& file) {
    if (std::filesystem::exists(file)) findings.set_aside.emplace_back(file, results.set_aside(file));
  };
  for (const FileFault& f : findings.found.damaged) move(f.file);
  for (const FileFault& f : findings.found.foreign) move(f.file);
  // Without its table a cell is to be computed again.
  for (const FileFault& f : findings.found.damaged) {
    const std::string name = f.file.filename().string();
    move(results.cell_file(name.substr(0, name.find('.'))));
  }
}

/// Cells drawn by lot, computed again.
Sample recomputed(const Results& results, const Options& options) {
  const std::vector<Cell> cells =
      drawn_by_lot(results, static_cast<std::size_t>(options.recompute), static_cast<std::uint64_t>(options.seed));
  return {cells.size(), results.all_cells().size(), options.seed,
          recompute(results, cells, {checked_jobs(options.jobs), &watch_for_interruption(), options.progress.style()})};
}

// --- in words -------------------------------------------------------------------------------------------------------

std::string listed(std::string_view what, const std::vector<FileFault>& faults) {
  std::string text;
  for (const FileFault& f : faults) text += fmt::format("{:<12}{}: {}\n", what, f.file.string(), f.fault);
  return text;
}

std::string listed(std::string_view what, const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += fmt::format("{:<12}{}\n", what, key);
  return text;
}

std::string to_text(const Findings& findings) {
  const Examination& found = findings.found;
  std::string text = listed("damaged", found.damaged) + listed("foreign", found.foreign) +
                     listed("failed", found.failed) + listed("missing", found.missing);
  text += fmt::format("{} by {}: {} finished, {} failed, {} missing; {} damaged, {} foreign\n",
                      counted(found.cells, "cell"), findings.maker, found.finished, found.failed.size(),
                      found.missing.size(), counted(found.damaged.size(), "file"), found.foreign.size());
  if (found.unverified > 0)
    text += fmt::format("{} cells are of schema 1, which has no digests: only their form was read\n", found.unverified);
  for (const auto& [from, to] : findings.set_aside)
    text += fmt::format("set aside   {} as {}\n", from.string(), to.string());
  if (!findings.sample) return text;
  const Sample& sample = *findings.sample;
  return text + listed("differs", sample.different) +
         fmt::format("recomputed  {} of {} drawn with seed {}: {} bit for bit the same\n", sample.cells, sample.of,
                     sample.seed, sample.cells - sample.different.size());
}

// --- for programs ---------------------------------------------------------------------------------------------------

Json json_of(const std::vector<FileFault>& faults) {
  Json json = Json::array();
  for (const FileFault& f : faults) json.push_back({{"file", f.file.string()}, {"fault", f.fault}});
  return json;
}

Json json_of(const Findings& findings) {
  const Examination& found = findings.found;
  Json json{{"is_good", findings.is_good()},
            {"made_by", findings.maker},
            {"cells", found.cells},
            {"finished", found.finished},
            {"unverified", found.unverified},
            {"failed", found.failed},
            {"missing", found.missing},
            {"damaged", json_of(found.damaged)},
            {"foreign", json_of(found.foreign)},
            {"set_aside", Json::array()},
            {"recomputed", nullptr}};
  for (const auto& [from, to] : findings.set_aside)
    json["set_aside"].push_back({{"from", from.string()}, {"to", to.string()}});
  if (findings.sample) {
    json["recomputed"] = {{"cells", findings.sample->cells},
                          {"seed", findings.sample->seed},
                          {"different", json_of(findings.sample->different)}};
  }
  return json;
}

ExitCode act(const Options& options) {
  if (options.recompute < 0) throw ConfigError("--recompute: must be a number of cells");
  if (options.seed < 0) throw ConfigError("--seed: must be 0 or more");
  static_cast<void>(checked_jobs(options.jobs));
  const Results results(options.directory);
  Findings findings{maker(results), examine(results), {}, {}};
  if (options.set_aside) set_aside(results, findings);
  if (options.recompute > 0) findings.sample = recomputed(results, options);
  print(options.as_json ? json_of(findings).dump(2) + "\n" : to_text(findings));
  return findings.is_good() ? ExitCode::fine : ExitCode::check_failed;
}

const Manual& manual() {
  static const Manual value{
      .name = "check",
      .summary = "whether every file of a sweep is what was written; a sample computed again",
      .usage = "DIR [--recompute K] [--seed S] [--set-aside] [--jobs N] [--json]",
      .details = R"(Reads every cell of a results directory and its tables: whether its settings have its key, and
its content and tables their digests. Names what is damaged (torn, empty, changed), foreign, failed
or missing. --recompute trains K cells, drawn by lot, again and compares every recorded bit.

Nothing is written unless --set-aside moves damaged and foreign files to DIR/set-aside (never
deleted); 'precipice sweep' then computes what is missing. Exit code 1 if anything is damaged,
failed, missing or different.)",
      .example = R"(Example:
  precipice check results/digits
  precipice check results/digits --recompute 5     and five cells bit for bit
  precipice check results/digits --json | jq '.missing | length')"};
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
  command.add_flag("--json", options->as_json, "write JSON instead of lines")->disable_flag_override();
  command.add_option("--jobs", options->jobs, "cells at a time; default: all cores")->type_name("N");
  options->progress.add_to(command);
}

}  // namespace precipice::cli
