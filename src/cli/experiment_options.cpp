#include "precipice/cli/experiment_options.hpp"

#include <fmt/format.h>

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

std::string settings_help() {
  std::string text = "Keys of an experiment file ([section] key = value):\n";
  for (const Setting& setting : all_settings()) text += fmt::format("  {:<26}{}\n", setting.name, setting.help);
  return text;
}

}  // namespace precipice::cli
