#include "precipice/cli/experiment_options.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "precipice/format/error.hpp"
#include "precipice/sweep/bundles.hpp"
#include "precipice/sweep/experiments.hpp"
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

namespace {

/// The built-in experiment that is meant, nullptr for a file. A name has neither folder nor ending.
const BuiltInExperiment* named_experiment(const std::string& file) {
  if (file.empty()) return &default_experiment();
  if (file.find_first_of("/.") != std::string::npos) return nullptr;
  if (const BuiltInExperiment* const found = find_experiment(file)) return found;
  throw ConfigError(
      fmt::format("no built-in experiment '{}'{} ('precipice experiments' lists them; a file is named "
                  "with its ending, {}.toml)",
                  file, did_you_mean_experiment(file), file));
}

Plan plan_as_written(const std::string& file) {
  const BuiltInExperiment* const built_in = named_experiment(file);
  return built_in != nullptr ? plan_of(*built_in) : read_plan(file);
}

/// The one variant and the one value of each axis become settings.
void settle(Plan& plan, std::string_view reason) {
  if (plan.variants.size() > 1) {
    throw ConfigError(
        fmt::format("{} has {} variants, but {}: choose one with --set sweep.variant='{}', or use 'sweep'", plan.name,
                    plan.variants.size(), reason, plan.variants.front().name));
  }
  for (const Axis& axis : plan.axes) {
    if (axis.values.size() != 1) {
      throw ConfigError(fmt::format("{}: {} has {} values, but {}: choose one with --set {}=..., or use 'sweep'",
                                    axis.values.front().where, axis.key, axis.values.size(), reason, axis.key));
    }
    plan.base.insert_or_assign(axis.key, axis.values.front());
  }
  if (!plan.variants.empty()) plan.base = with(plan.variants.front(), plan.base);
  plan.variants.clear();
  plan.axes.clear();
  plan.also.clear();
}

bool chooses_variant(std::string_view assignment) { return assignment.starts_with("sweep.variant="); }

}  // namespace

Plan chosen_plan(const ExperimentOptions& options) {
  Plan plan = plan_as_written(options.file);
  for (const std::string& assignment : options.assignments) override_setting(plan, assignment);
  return plan;
}

Plan single_plan(const ExperimentOptions& options, std::string_view reason) {
  Plan plan = plan_as_written(options.file);
  if (named_experiment(options.file) != nullptr) {
    plan.axes.clear();
    if (std::ranges::none_of(options.assignments, chooses_variant)) plan.variants.clear();
  }
  for (const std::string& assignment : options.assignments) override_setting(plan, assignment);
  settle(plan, reason);
  return plan;
}

std::size_t checked_jobs(std::int64_t jobs) {
  if (jobs < 0 || jobs > 1024) throw ConfigError("--jobs: must be 1 to 1024, or 0 for all cores");
  return jobs == 0 ? available_cores() : static_cast<std::size_t>(jobs);
}

std::string settings_help() {
  std::string text = "Keys of an experiment file ([section] key = value):\n";
  for (const Setting& setting : all_settings()) text += fmt::format("  {:<35}{}\n", setting.name, setting.help);
  return text + "\n" + bundles_help();
}

}  // namespace precipice::cli
