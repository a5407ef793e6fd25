#include "cli/beginning.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "cli/report.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/word.hpp"

namespace precipice::cli {
namespace {

std::int64_t parse_step(std::string_view text) {
  std::int64_t step = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
  if (error != std::errc{} || end != text.data() + text.size() || step < 0) {
    throw ConfigError(fmt::format("--checkpoint-at: '{}' is no step: must be steps such as 300 or 300,400", text));
  }
  return step;
}

std::set<std::int64_t> parse_steps(std::string_view text) {
  std::set<std::int64_t> steps;
  for (const std::string_view step : split(text, ',')) steps.insert(parse_step(step));
  return steps;
}

/// "precision.format e8m7 -> e11m52" for each setting that decides bits here or there.
std::vector<std::string> changes(const Experiment& before, const Experiment& after) {
  std::vector<std::string> result;
  const auto was = resolved(before), is = resolved(after);
  for (std::size_t i = 0; i < was.size(); ++i) {
    const Setting& setting = find_setting(was[i].first);
    const bool counts = setting.applies(before) || setting.applies(after);
    if (!counts || was[i].second == is[i].second || setting.name == "run.origin") continue;
    result.push_back(fmt::format("{} {} -> {}", setting.name, to_text(was[i].second), to_text(is[i].second)));
  }
  return result;
}

/// Why a run has no step left to make.
std::string why_it_is_over(const Trace& trace) {
  if (trace.diverged_at) return fmt::format("it had diverged at step {}; --set may fork it", *trace.diverged_at);
  if (trace.frozen_at) {
    return fmt::format("it has been frozen since step {}; other settings may move it", *trace.frozen_at);
  }
  return "it was at its end; --set run.steps=N makes more steps";
}

}  // namespace

void CheckpointOptions::add_to(CLI::App& command) {
  command.add_option("--from", from, "begin from a checkpoint; with --set the run is a fork")->type_name("CHECKPOINT");
  command.add_option("--checkpoint-at", at, "keep the state after so many steps, in DIR/checkpoints")
      ->type_name("STEP,...");
  command.add_option("--checkpoint-every", every, "keep it every N steps")->type_name("N");
}

Beginning read_beginning(const ExperimentOptions& experiment, const CheckpointOptions& options) {
  if (options.from.empty()) return {};
  if (!experiment.file.empty()) {
    throw ConfigError(fmt::format("--from {} brings its own experiment: change it with --set, and leave {} away",
                                  options.from, experiment.file));
  }
  return {options.from, read_checkpoint(options.from)};
}

Plan train_plan(const ExperimentOptions& options, Beginning& beginning) {
  if (!beginning.is_checkpoint()) return single_plan(options, "train makes one run");
  Plan plan = plan_from(beginning.checkpoint, options.assignments);
  beginning.is_fork = resolve(plan.base).run.origin != beginning.checkpoint.experiment().run.origin;
  return plan;
}

StepsWanted wanted_steps(const CheckpointOptions& options, const std::string& out, std::int64_t begin,
                         std::int64_t steps) {
  StepsWanted wanted{{}, options.every, begin};
  if (options.every < 0) throw ConfigError(fmt::format("--checkpoint-every: {} must be at least 1", options.every));
  if (!options.at.empty()) wanted.at = parse_steps(options.at);
  if (!wanted.at.empty() && (*wanted.at.begin() < begin || *wanted.at.rbegin() > steps)) {
    const std::int64_t wrong = *wanted.at.begin() < begin ? *wanted.at.begin() : *wanted.at.rbegin();
    throw ConfigError(
        fmt::format("--checkpoint-at: {} is no step of this run, which goes from {} to {}", wrong, begin, steps));
  }
  if (out.empty() && (wanted.every > 0 || !wanted.at.empty())) {
    throw ConfigError("--checkpoint-at and --checkpoint-every need --out DIR, where the checkpoints go");
  }
  return wanted;
}

std::string describe_beginning(const Beginning& beginning, const Cell& cell, const Trace& trace) {
  if (!beginning.is_checkpoint() || !trace.heritage) return {};
  const std::int64_t step = beginning.step();
  const bool is_over = trace.steps == step;
  const std::string end = is_over ? fmt::format(", where {}", why_it_is_over(trace)) : "";
  if (!beginning.is_fork)
    return report_line("continued", fmt::format("from step {} of {}{}", step, beginning.file, end));

  const Heritage& heritage = *trace.heritage;
  const Experiment before = beginning.checkpoint.experiment();
  std::string text = report_line("forked", fmt::format("at step {} from {}{}", step, key_of(before), end));
  text += report_line("changed", fmt::format("{}", fmt::join(changes(before, cell.experiment), ", ")));
  if (heritage.rounded > 0) {
    text += report_line("rounded", fmt::format("{} of {} numbers of the state", heritage.rounded, heritage.numbers));
  }
  if (!heritage.left_behind.empty())
    text += report_line("left behind", fmt::format("{}", fmt::join(heritage.left_behind, ", ")));
  if (!heritage.begun_anew.empty())
    text += report_line("begun anew", fmt::format("{}", fmt::join(heritage.begun_anew, ", ")));
  return text;
}

std::string describe_since_fork(const Cell& cell, const Trace& trace) {
  if (!cell.experiment.run.origin) return {};
  const std::int64_t begin = cell.experiment.run.origin->step;
  Trace since = trace;
  std::erase_if(since.records, [&](const Record& record) { return record.step < begin; });
  const Diagnosis diagnosis = diagnose(since);
  const Onsets& onsets = diagnosis.onsets;
  return report_line(fmt::format("since step {}", begin),
                     fmt::format("{}: first absorption {}, NFI onset {}, first spike {}", to_text(diagnosis.outcome),
                                 step_or_never(onsets.first_absorption), step_or_never(onsets.nfi),
                                 step_or_never(onsets.first_spike)));
}

}  // namespace precipice::cli
