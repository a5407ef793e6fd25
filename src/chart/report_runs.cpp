#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "chart/report_parts.hpp"
#include "precipice/chart/anatomy.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/parallel.hpp"
#include "precipice/training/data.hpp"

namespace precipice::chart {
namespace {

/// What is read of a run before its trace.
struct Run {
  std::string key;
  std::optional<std::size_t> control;
  std::string missing;  ///< why it has no anatomy; empty if it has one
  PredictedMargins margins;
  std::optional<std::vector<std::string>> settings;
};

/// The recorded median margins of a control.
using Margins = std::vector<std::pair<std::int64_t, double>>;

/// Why a run failed, from its file.
std::string failure(const std::filesystem::path& file) {
  try {
    return nlohmann::json::parse(read_whole_file(file)).value("error", "no reason is known");
  } catch (const nlohmann::json::exception&) {
    throw FileError(fmt::format("{}: it is damaged", file.string()));
  }
}

std::string what_is_missing(const precipice::Results& disk, const FinishedRun& run, const std::string& key) {
  std::error_code ignored;
  if (!std::filesystem::exists(disk.cell_file(key), ignored))
    return fmt::format("Its file cells/{}.json is missing.", key);
  if (run.outcome == Outcome::failed) return fmt::format("The run failed: {}", failure(disk.cell_file(key)));
  if (!std::filesystem::exists(disk.trace_file(key), ignored))
    return fmt::format("Its trace traces/{}.csv.gz is missing.", key);
  return "";
}

/// As anatomy_of has them.
PredictedMargins margins_of(const Experiment& experiment) {
  const auto shape = expected_shape(experiment.task);
  const auto samples = static_cast<std::int64_t>(shape.samples);
  const std::int64_t batch = experiment.run.batch == 0 ? samples : std::min(experiment.run.batch, samples);
  return predicted_margins(experiment, shape.classes, batch);
}

Run read_run(const Results& results, const precipice::Results& disk, std::size_t i) {
  Run run{.key = results.runs[i].fields.front(),
          .control = control_of(results, i),
          .missing = {},
          .margins = {},
          .settings = {}};
  run.missing = what_is_missing(disk, results.runs[i], run.key);
  std::error_code ignored;
  if (results.runs[i].outcome == Outcome::failed || !std::filesystem::exists(disk.cell_file(run.key), ignored))
    return run;
  const Experiment experiment = disk.read_experiment(run.key);
  run.margins = margins_of(experiment);
  run.settings = train_settings(experiment);
  return run;
}

std::vector<Run> read_runs(const Results& results, const precipice::Results& disk) {
  std::vector<Run> runs(results.runs.size());
  in_parallel(runs.size(), available_cores(), [&](std::size_t i) { runs[i] = read_run(results, disk, i); });
  return runs;
}

std::map<std::size_t, Margins> read_controls(const precipice::Results& disk, const std::vector<Run>& runs) {
  std::map<std::size_t, Margins> controls;
  for (const Run& run : runs) {
    if (!run.control || controls.contains(*run.control) || !runs[*run.control].missing.empty()) continue;
    Margins& margins = controls[*run.control];
    for (const Record& record : disk.read_trace(runs[*run.control].key).records) {
      margins.emplace_back(record.step, record.median_margin);
    }
  }
  return controls;
}

/// SC50 as theory and the control have it: the first record of the control whose median margin is that at which half of
/// the samples collapse in this run's loss.
std::optional<std::int64_t> predicted_sc50(const Run& run, const std::map<std::size_t, Margins>& controls) {
  if (!run.margins.half || !run.control || !controls.contains(*run.control)) return {};
  const Margins& margins = controls.at(*run.control);
  const auto found = std::ranges::find_if(margins, [&](const auto& at) { return at.second >= *run.margins.half; });
  return found == margins.end() ? std::nullopt : std::optional(found->first);
}

ReportJson margin_json(const std::optional<double>& margin) {
  return margin ? ReportJson(std::stod(fmt::format("{:.6g}", *margin))) : ReportJson();
}

ReportJson details_json(const Run& run, const std::map<std::size_t, Margins>& controls) {
  ReportJson json{{"control", run.control ? ReportJson(*run.control) : ReportJson()},
                  {"margins", {margin_json(run.margins.opens), margin_json(run.margins.closes)}},
                  {"sc50", step_json(predicted_sc50(run, controls))}};
  if (run.settings) json["set"] = *run.settings;
  if (!run.missing.empty()) json["missing"] = run.missing;
  return json;
}

}  // namespace

RunsJson runs_json(const Results& results, const precipice::Results& disk, std::size_t bytes) {
  constexpr std::size_t for_onsets = 110;  // eight steps of up to ten digits, and their name
  const std::vector<Run> runs = read_runs(results, disk);
  const auto controls = read_controls(disk, runs);
  RunsJson json;
  for (const Run& run : runs) json.details.push_back(details_json(run, controls));
  const auto traced = static_cast<std::size_t>(std::ranges::count(runs, "", &Run::missing));
  const std::size_t taken = json.details.dump().size();
  const std::size_t share = traced == 0 || bytes < taken ? 0 : (bytes - taken) / traced;
  std::vector<ReportJson> traces(runs.size());
  in_parallel(runs.size(), available_cores(), [&](std::size_t i) {
    if (!runs[i].missing.empty()) return;
    const Trace trace = disk.read_trace(runs[i].key);
    const Onsets onsets = diagnose(trace).onsets;
    json.details[i]["onsets"] = onsets_json(onsets);
    traces[i] = trace_json(trace.records, onsets, share > for_onsets ? share - for_onsets : 0);
  });
  for (ReportJson& trace : traces) json.traces.push_back(std::move(trace));
  return json;
}

}  // namespace precipice::chart
