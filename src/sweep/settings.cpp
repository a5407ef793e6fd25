#include "precipice/sweep/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/sha256.hpp"

namespace precipice {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

void apply_one(const Setting& setting, Experiment& experiment, const Written& written) {
  try {
    setting.apply(experiment, written.value);
  } catch (const ConfigError& error) {
    const std::string_view problem = error.what();
    const bool is_clause = problem.starts_with("must ") || problem.starts_with("is ");
    throw ConfigError(fmt::format("{}: {}{} {}", written.where, setting.name, is_clause ? "" : ":", problem));
  }
}

std::string place_of(const WrittenSettings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string(name) : fmt::format("{}: {}", found->second.where, name);
}

/// Warm-up and switch lie within the run.
void check_steps(const Experiment& e, const WrittenSettings& settings) {
  const OptimizerSwitch& change = e.optimizer_switch;
  const auto check_warm_up = [&](const Optimizer& optimizer, std::string_view name) {
    if (optimizer.warm_up <= e.run.steps) return;
    throw ConfigError(fmt::format("{} is {}, more than the {} steps of the run; 0: no warm-up",
                                  place_of(settings, name), optimizer.warm_up, e.run.steps));
  };
  check_warm_up(e.optimizer, "optimizer.warm_up");
  if (change.step != 0) check_warm_up(change.after(e.optimizer), "optimizer.switch.warm_up");
  if (change.step >= e.run.steps) {
    throw ConfigError(fmt::format("{} is {}, but must be below the {} steps of the run; 0: no switch",
                                  place_of(settings, "optimizer.switch.step"), change.step, e.run.steps));
  }
  if (!change.changes.empty() && !settings.contains("optimizer.switch.step")) {
    const auto first = settings.lower_bound("optimizer.switch.");
    throw ConfigError(
        fmt::format("{}: there is no optimizer.switch.step from which on it holds", place_of(settings, first->first)));
  }
}

/// Instruments look at records.
void check_instruments(const Experiment& e, const WrittenSettings& settings) {
  for (const auto& [name, every] :
       {std::pair("run.count_every", e.run.count_every), std::pair("run.hessian_every", e.run.hessian_every)}) {
    if (every % e.run.record_every == 0) continue;
    throw ConfigError(fmt::format("{} is {}, but must be a multiple of run.record_every, {}; 0: never",
                                  place_of(settings, name), every, e.run.record_every));
  }
}

/// A format that is written where the plan leaves no choice, and roles that do not fit together.
void check_precision(const Experiment& e, const WrittenSettings& settings) {
  const Precision& p = e.precision;
  if (const auto own = own_format(p.plan)) {
    const auto refuse = [&](std::string_view key, const std::string& value) {
      throw ConfigError(fmt::format("{} is {}, but plan {} has {}; plan mixed and single roles take any format",
                                    place_of(settings, key), value, to_text(p.plan), to_text(*own)));
    };
    for (const std::string_view key : {"precision.p", "precision.exponent_bits"}) {
      const auto found = settings.find(key);
      if (found != settings.end()) refuse(key, to_text(found->second.value));
    }
    // The default may stand in a resolved file.
    if (p.format != *own && p.format != Precision().format) refuse("precision.format", to_text(p.format));
  }
  if (const auto problem = problem_of(p)) {
    throw ConfigError(
        fmt::format("{} {}", place_of(settings, fmt::format("precision.{}", problem->key)), problem->problem));
  }
}

void check_together(const Experiment& e, const WrittenSettings& settings) {
  check_precision(e, settings);
  try {
    static_cast<void>(choose_engines(e.precision, e.run.engine));
  } catch (const ConfigError& error) {
    throw ConfigError(fmt::format("{}: {}", place_of(settings, "run.engine"), error.what()));
  }
  if (const auto misfit = misfit_of(e.model, expected_shape(e.task).classes)) {
    throw ConfigError(fmt::format("{} {}", place_of(settings, misfit->setting), misfit->problem));
  }
  if (find_setting("task.samples").applies(e) && e.run.batch > e.task.samples) {
    throw ConfigError(fmt::format("{} is {}, more than the {} training samples; 0 takes all of them",
                                  place_of(settings, "run.batch"), e.run.batch, e.task.samples));
  }
  check_steps(e, settings);
  check_instruments(e, settings);
}

}  // namespace

std::string to_text(const Value& value) {
  return std::visit(
      Overloaded{[](const std::string& s) { return s; },
                 [](const std::vector<std::int64_t>& list) { return fmt::format("[{}]", fmt::join(list, ", ")); },
                 [](const std::vector<std::string>& list) { return fmt::format("[{}]", fmt::join(list, ", ")); },
                 [](const auto& number) { return fmt::format("{}", number); }},
      value);
}

std::string_view key_ending_in(std::string_view name) {
  for (const Setting& setting : all_settings()) {
    if (setting.name.substr(setting.name.find('.') + 1) == name) return setting.name;
  }
  return {};
}

const Setting& find_setting(std::string_view name) {
  std::vector<std::string_view> known;
  for (const Setting& setting : all_settings()) {
    if (setting.name == name) return setting;
    known.push_back(setting.name);
  }
  const std::string_view whole = key_ending_in(name);
  throw ConfigError(
      fmt::format("unknown key '{}'{}", name,
                  whole.empty() ? did_you_mean(name, known) : fmt::format("; did you mean '{}'?", whole)));
}

void forget_widths(WrittenSettings& settings) {
  settings.erase("precision.p");
  settings.erase("precision.exponent_bits");
}

Experiment apply(const WrittenSettings& settings) {
  Experiment experiment;
  for (const Setting& setting : all_settings()) {
    const auto found = settings.find(setting.name);
    if (found != settings.end()) apply_one(setting, experiment, found->second);
  }
  return experiment;
}

Experiment resolve(const WrittenSettings& settings) {
  Experiment experiment = apply(settings);
  check_together(experiment, settings);
  return experiment;
}

std::vector<std::pair<std::string, Value>> resolved(const Experiment& experiment) {
  std::vector<std::pair<std::string, Value>> result;
  for (const Setting& setting : all_settings()) {
    if (setting.read && setting.changes_bits) result.emplace_back(setting.name, setting.read(experiment));
  }
  return result;
}

std::vector<std::pair<std::string, Value>> identity(const Experiment& experiment) {
  std::vector<std::pair<std::string, Value>> result = resolved(experiment);
  std::erase_if(result, [&](const auto& named) { return !find_setting(named.first).applies(experiment); });
  return result;
}

std::string key_of(const Experiment& experiment) {
  std::string text;
  for (const auto& [name, value] : identity(experiment)) text += fmt::format("{} = {}\n", name, to_text(value));
  return sha256(text).substr(0, 16);
}

}  // namespace precipice
