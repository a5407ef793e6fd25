#include "precipice/sweep/experiments.hpp"

#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/sweep/grid.hpp"

namespace precipice::cli {
namespace {

using Json = nlohmann::ordered_json;

const BuiltInExperiment& named(const std::string& name) {
  if (const BuiltInExperiment* const found = find_experiment(name)) return *found;
  throw ConfigError(fmt::format("no built-in experiment '{}'{} ('precipice experiments' lists them)", name,
                                did_you_mean_experiment(name)));
}

ExitCode list() {
  std::string table = fmt::format("{:<22}{:>6}  {}\n", "name", "runs", "what it shows");
  for (const BuiltInExperiment& experiment : built_in_experiments()) {
    table +=
        fmt::format("{:<22}{:>6}  {}\n", experiment.name, expand(plan_of(experiment)).size(), summary_of(experiment));
  }
  print(table);
  return ExitCode::fine;
}

ExitCode list_as_json() {
  Json all = Json::array();
  for (const BuiltInExperiment& experiment : built_in_experiments()) {
    all.push_back(
        {{"name", experiment.name}, {"runs", expand(plan_of(experiment)).size()}, {"summary", summary_of(experiment)}});
  }
  print(all.dump(2) + "\n");
  return ExitCode::fine;
}

struct Options {
  std::string name;
  bool as_json = false;
};

ExitCode act(const Options& options) {
  if (options.name.empty()) return options.as_json ? list_as_json() : list();
  if (options.as_json) throw ConfigError("--json: is for the list; an experiment's file is TOML");
  print(named(options.name).text);
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "experiments",
      .summary = "the experiments that come with the program",
      .usage = "[NAME] [--json]",
      .details = R"(Lists them with their number of runs; with NAME prints that experiment's commented file, to read,
or to keep and change. 'sweep NAME' runs all of it, 'train NAME' one run: its first settings, without
axes, or one variant with --set sweep.variant=...)",
      .example = R"(Example:
  precipice experiments
  precipice sweep interventions --dry-run          what it computes, and how long that takes
  precipice train interventions --set sweep.variant='zero-sum projection'
  precipice experiments interventions > mine.toml  then: precipice sweep mine.toml)"};
  return value;
}

}  // namespace

void add_experiments(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options] { return act(*options); });
  command.add_option("NAME", options->name, "print this one")->type_name("");
  command.add_flag("--json", options->as_json, "write the list as JSON")->disable_flag_override();
}

}  // namespace precipice::cli
