#include "precipice/cli/experiment_options.hpp"

#include <fmt/format.h>

#include "precipice/format/error.hpp"
#include "precipice/sweep/parallel.hpp"

namespace precipice::cli {

void ExperimentOptions::add_to(CLI::App& command) {
  command.add_option("FILE", file, "experiment file; without it the built-in experiment")->type_name("");
  command.add_option("--set", assignments, "override a key, again and again; the value is TOML or a bare word")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--out", out, "directory of the results")->type_name("DIR");
}

Plan chosen_plan(const ExperimentOptions& options) {
  Plan plan = options.file.empty() ? parse_plan(built_in_plan(), "built-in", "digits") : read_plan(options.file);
  for (const std::string& assignment : options.assignments) override_setting(plan, assignment);
  return plan;
}

Plan single_plan(const ExperimentOptions& options, std::string_view reason) {
  ExperimentOptions without_assignments = options;
  without_assignments.assignments.clear();
  Plan plan = chosen_plan(without_assignments);
  if (options.file.empty()) plan.axes.clear();
  for (const std::string& assignment : options.assignments) override_setting(plan, assignment);
  for (const Axis& axis : plan.axes) {
    if (axis.values.size() != 1) {
      throw ConfigError(fmt::format("{}: {} has {} values, but {}: choose one with --set {}=..., or use 'sweep'",
                                    axis.values.front().where, axis.key, axis.values.size(), reason, axis.key));
    }
    plan.base.insert_or_assign(axis.key, axis.values.front());
  }
  plan.axes.clear();
  plan.also.clear();
  return plan;
}

std::size_t checked_jobs(std::int64_t jobs) {
  if (jobs < 0 || jobs > 1024) throw ConfigError("--jobs: must be 1 to 1024, or 0 for all cores");
  return jobs == 0 ? available_cores() : static_cast<std::size_t>(jobs);
}

std::string settings_help() {
  std::string text = "Keys of an experiment file ([section] key = value):\n";
  for (const Setting& setting : all_settings()) text += fmt::format("  {:<35}{}\n", setting.name, setting.help);
  return text;
}

}  // namespace precipice::cli
