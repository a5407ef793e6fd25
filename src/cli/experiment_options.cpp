#include "precipice/cli/experiment_options.hpp"

#include <utility>

#include "precipice/cli/layout.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/bundles.hpp"
#include "precipice/sweep/choice.hpp"
#include "precipice/sweep/parallel.hpp"

namespace precipice::cli {

void ExperimentOptions::add_to(CLI::App& command) {
  command.add_option("FILE", file, "experiment file (*.toml), or the name of a built-in one; default: digits")
      ->type_name("");
  command.add_option("--set", assignments, "override a key, again and again; the value is TOML or a bare word")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--out", out, "directory of the results")->type_name("DIR");
}

Plan chosen_plan(const ExperimentOptions& options) {
  Plan plan = plan_called(options.file);
  for (const std::string& assignment : options.assignments) override_setting(plan, assignment);
  return plan;
}

Plan single_plan(const ExperimentOptions& options, std::string_view reason) {
  return precipice::single_plan(options.file, options.assignments, reason);
}

std::size_t checked_jobs(std::int64_t jobs) {
  if (jobs < 0 || jobs > 1024) throw ConfigError("--jobs: must be 1 to 1024, or 0 for all cores");
  return jobs == 0 ? available_cores() : static_cast<std::size_t>(jobs);
}

std::string settings_help() {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Setting& setting : all_settings()) rows.emplace_back(setting.name, setting.help);
  return "Keys of an experiment file ([section] key = value):\n" + in_two_columns(rows, 2) + R"(
Bundles (loss.bundle = "..."; a key that is given as well overrides its bundle; formats stay
yours, and a framework's logits are numbers of its format: precision.logits):
)" + in_two_columns(described_bundles(), 2);
}

}  // namespace precipice::cli
