#include "precipice/sweep/experiments.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "precipice/format/nearest_name.hpp"

namespace precipice {

const BuiltInExperiment* find_experiment(std::string_view name) {
  const auto all = built_in_experiments();
  const auto found = std::ranges::find(all, name, &BuiltInExperiment::name);
  return found == all.end() ? nullptr : &*found;
}

std::string did_you_mean_experiment(std::string_view typed) {
  std::vector<std::string_view> known;
  for (const BuiltInExperiment& experiment : built_in_experiments()) known.push_back(experiment.name);
  return did_you_mean(typed, known);
}

std::string_view summary_of(const BuiltInExperiment& experiment) {
  const std::size_t begin = experiment.text.find_first_not_of("# ");
  return experiment.text.substr(begin, experiment.text.find('\n') - begin);
}

Plan plan_of(const BuiltInExperiment& experiment) {
  return parse_plan(experiment.text, fmt::format("built-in {}", experiment.name), std::string(experiment.name));
}

const BuiltInExperiment& default_experiment() { return *find_experiment("digits"); }

}  // namespace precipice
