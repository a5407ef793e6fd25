#include "precipice/sweep/checkpoint.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "precipice/format/error.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/shape.hpp"

namespace precipice {
namespace {

bool reads_the_end(const Optimizer& optimizer) {
  return optimizer.schedule == ScheduleName::linear || optimizer.schedule == ScheduleName::cosine;
}

bool reads_the_end(const Experiment& e) {
  return reads_the_end(e.optimizer) || reads_the_end(e.optimizer_switch.after(e.optimizer));
}

std::vector<std::pair<std::string, Value>> past_of(const Experiment& e) {
  std::vector<std::pair<std::string, Value>> settings = identity(e);
  std::erase_if(settings, [](const auto& named) { return named.first == "run.steps"; });
  return settings;
}

/// "model.hidden is [16] here and [32, 32] in K-300.ckpt", of the first setting that differs among those asked for.
template <class Predicate>
std::optional<std::string> difference(const Checkpoint& checkpoint, const Experiment& experiment,
                                      const Predicate& is_asked_for) {
  const auto here = resolved(experiment), there = resolved(checkpoint.experiment());
  for (std::size_t i = 0; i < here.size(); ++i) {
    const auto& [name, value] = here[i];
    if (!is_asked_for(name) || value == there[i].second) continue;
    return fmt::format("{} is {} here and {} in {}", name, to_text(value), to_text(there[i].second),
                       checkpoint.settings.at(name).where);
  }
  return std::nullopt;
}

}  // namespace

bool have_same_past(const Experiment& a, const Experiment& b) {
  return past_of(a) == past_of(b) && (a.run.steps == b.run.steps || !reads_the_end(a));
}

Plan plan_from(const Checkpoint& checkpoint, const std::vector<std::string>& assignments) {
  const Experiment parent = checkpoint.experiment();
  Plan plan;
  plan.name = fmt::format("{}-{}", key_of(parent), checkpoint.step());
  plan.base = checkpoint.settings;
  for (const std::string& assignment : assignments) {
    if (assignment.starts_with("run.origin=")) throw ConfigError("--set run.origin: 'train --from' alone sets it");
    override_setting(plan, assignment);
  }
  if (!plan.axes.empty()) throw ConfigError("--set sweep.*: a run from a checkpoint is one run; leave axes away");
  const Experiment experiment = resolve(plan.base);
  if (experiment.run.steps < checkpoint.step()) {
    throw ConfigError(fmt::format("{}: run.steps is {}, but {} steps were made: must be at least as many",
                                  plan.base.at("run.steps").where, experiment.run.steps, checkpoint.step()));
  }
  if (!have_same_past(parent, experiment)) plan.base["run.origin"] = {to_text(origin_of(checkpoint)), "--from"};
  return plan;
}

void check_fits(const Checkpoint& checkpoint, const Experiment& experiment, const DataSet& data) {
  if (content_digest(data) != checkpoint.run.data) {
    const auto found = difference(checkpoint, experiment,
                                  [](const auto& name) { return name.starts_with("task.") || name == "run.seed"; });
    throw ConfigError(fmt::format("--from: {}; a run goes on with the data it had",
                                  found.value_or("the files of the data have changed since")));
  }
  const Shape shape(experiment.model, data.train.labels.size(), data.train.inputs.cols(), data.classes);
  if (layout_of(shape) != checkpoint.run.layout) {
    const auto found = difference(checkpoint, experiment, [](const auto& name) { return name.starts_with("model."); });
    throw ConfigError(fmt::format("--from: {}; a run goes on with the parameters it had: {}",
                                  found.value_or("the parameters are others"), checkpoint.run.layout));
  }
}

void check_has_beginning(const Experiment& experiment) {
  if (!experiment.run.origin) return;
  throw ConfigError(
      fmt::format("run.origin is {}, a state of another run: 'train --from' its checkpoint makes it again",
                  to_text(*experiment.run.origin)));
}

}  // namespace precipice
