#include "precipice/sweep/experiments.hpp"

#include <fmt/core.h>

#include <memory>

#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/sweep/grid.hpp"

namespace precipice::cli {
namespace {

const BuiltInExperiment& named(const std::string& name) {
  if (const BuiltInExperiment* const found = find_experiment(name)) return *found;
  throw ConfigError(fmt::format("no built-in experiment '{}'{} ('precipice experiments' lists them)", name,
                                did_you_mean_experiment(name)));
}

ExitCode list() {
  print(fmt::format("{:<22}{:>6}  {}\n", "name", "runs", "what it shows"));
  for (const BuiltInExperiment& experiment : built_in_experiments()) {
    print(
        fmt::format("{:<22}{:>6}  {}\n", experiment.name, expand(plan_of(experiment)).size(), summary_of(experiment)));
  }
  return ExitCode::fine;
}

ExitCode act(const std::string& name) {
  if (name.empty()) return list();
  print(named(name).text);
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "experiments",
      .summary = "the experiments that come with the program",
      .usage = "[NAME]",
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
  const auto name = std::make_shared<std::string>();
  CLI::App& command = commands.add(manual(), [name] { return act(*name); });
  command.add_option("NAME", *name, "print this one")->type_name("");
}

}  // namespace precipice::cli
