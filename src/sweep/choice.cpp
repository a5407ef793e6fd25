#include "precipice/sweep/choice.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/experiments.hpp"

namespace precipice {
namespace {

bool is_format(const std::string& word) {
  try {
    static_cast<void>(parse_format(word));
    return true;
  } catch (const ConfigError&) {
    return false;
  }
}

/// The built-in experiment that is meant, nullptr for a file. A name has neither folder nor ending.
const BuiltInExperiment* named_experiment(const std::string& file) {
  if (file.empty()) return &default_experiment();
  if (const std::size_t equals = file.find('='); equals != std::string::npos && !std::filesystem::exists(file)) {
    throw ConfigError(fmt::format("no experiment file {}; a setting is given by --set {}", file, file));
  }
  if (file.find_first_of("/.") != std::string::npos) return nullptr;
  if (const BuiltInExperiment* const found = find_experiment(file)) return found;
  if (is_format(file)) {
    throw ConfigError(
        fmt::format("'{}' is a format, no experiment; it is chosen by --set precision.format={}", file, file));
  }
  throw ConfigError(
      fmt::format("no built-in experiment '{}'{} ('precipice experiments' lists them; a file is named "
                  "with its ending, {}.toml)",
                  file, did_you_mean_experiment(file), file));
}

bool chooses_variant(std::string_view assignment) { return assignment.starts_with("sweep.variant="); }

}  // namespace

Plan plan_called(const std::string& file) {
  const BuiltInExperiment* const built_in = named_experiment(file);
  return built_in != nullptr ? plan_of(*built_in) : read_plan(file);
}

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

Plan single_plan(const std::string& file, std::span<const std::string> assignments, std::string_view reason) {
  Plan plan = plan_called(file);
  if (named_experiment(file) != nullptr) {
    plan.axes.clear();
    if (std::ranges::none_of(assignments, chooses_variant)) plan.variants.clear();
  }
  for (const std::string& assignment : assignments) override_setting(plan, assignment);
  settle(plan, reason);
  return plan;
}

}  // namespace precipice
