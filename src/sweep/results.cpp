#include "precipice/sweep/results.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "json.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/word.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/training/gzip_file.hpp"

namespace precipice {
namespace {

Json optional_json(const std::optional<std::int64_t>& step) { return step ? Json(*step) : Json(nullptr); }

Json onsets_json(const Onsets& o) {
  return {{"fitted", optional_json(o.fitted)},
          {"first_absorption", optional_json(o.first_absorption)},
          {"sc50", optional_json(o.sc50)},
          {"nfi_onset", optional_json(o.nfi)},
          {"aligned_onset", optional_json(o.aligned)},
          {"first_spike", optional_json(o.first_spike)},
          {"spikes", o.spikes},
          {"frozen_at", optional_json(o.frozen_at)},
          {"diverged_at", optional_json(o.diverged_at)},
          {"test_accuracy_50", optional_json(o.test_accuracy_50)},
          {"test_accuracy_90", optional_json(o.test_accuracy_90)},
          {"test_accuracy_99", optional_json(o.test_accuracy_99)}};
}

Json final_json(const CellResult& result) {
  Json json = Json::object();
  for (const RecordColumn& column : record_columns) json[std::string(column.name)] = to_json(result.last.*column.value);
  json["peak_mu_norm"] = to_json(result.peak.mu_norm);
  json["peak_collapsed_share"] = to_json(result.peak.collapsed_share);
  json["peak_zero_sum_residual"] = to_json(result.peak.zero_sum_residual);
  return json;
}

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

Json cost_json(const Cost& cost) {
  return {{"engine", cost.engine}, {"compiler", PRECIPICE_COMPILER}, {"jobs", cost.jobs},
          {"host", host_name()},   {"started", cost.started},        {"seconds", cost.seconds}};
}

/// A JSON scalar as a CSV field; null is empty.
std::string field(const Json& json) {
  if (json.is_null()) return {};
  if (json.is_number_float()) return csv_number(json.get<double>());
  if (json.is_string()) return csv_field(json.get<std::string>());
  return json.dump();
}

/// Column of cells.csv behind the axes, and where a cell's file has it.
struct CsvColumn {
  const char* name;
  const char* group;  ///< "" for the top level
  const char* key;
};
constexpr CsvColumn csv_columns[]{
    {"outcome", "", "outcome"},
    {"first_absorption", "onsets", "first_absorption"},
    {"sc50", "onsets", "sc50"},
    {"nfi_onset", "onsets", "nfi_onset"},
    {"aligned_onset", "onsets", "aligned_onset"},
    {"first_spike", "onsets", "first_spike"},
    {"spikes", "onsets", "spikes"},
    {"frozen_at", "onsets", "frozen_at"},
    {"diverged_at", "onsets", "diverged_at"},
    {"test_accuracy_50", "onsets", "test_accuracy_50"},
    {"test_accuracy_90", "onsets", "test_accuracy_90"},
    {"test_accuracy_99", "onsets", "test_accuracy_99"},
    {"steps", "", "steps"},
    {"final_loss", "final", "loss"},
    {"final_test_accuracy", "final", "test_accuracy"},
    {"final_median_margin", "final", "median_margin"},
    {"final_mu_norm", "final", "feature_mean_norm"},
    {"peak_mu_norm", "final", "peak_mu_norm"},
    {"final_cosine", "final", "mean_cosine"},
    {"final_collapsed_share", "final", "collapsed_share"},
    {"peak_collapsed_share", "final", "peak_collapsed_share"},
    {"peak_zero_sum_residual", "final", "peak_zero_sum_residual"},
    {"state_digest", "", "state_digest"},
    {"seconds", "cost", "seconds"},
};

std::string csv_line(const std::vector<std::string>& fields) { return fmt::format("{}\n", fmt::join(fields, ",")); }

std::string csv_header(const Plan& plan) {
  std::vector<std::string> fields{"key"};
  if (!plan.variants.empty()) fields.emplace_back("variant");
  for (const Axis& axis : plan.axes) fields.push_back(csv_field(axis.key));
  fields.emplace_back("format");
  for (const CsvColumn& column : csv_columns) fields.emplace_back(column.name);
  return csv_line(fields);
}

std::string csv_row(const Plan& plan, const Cell& cell, const Json& file) {
  std::vector<std::string> fields{cell.key};
  if (!plan.variants.empty()) fields.push_back(csv_field(cell.variant));
  for (const auto& value : cell.coordinates) fields.push_back(value ? csv_field(to_text(*value)) : std::string{});
  fields.push_back(to_text(cell.experiment.precision.emulated()));
  for (const CsvColumn& column : csv_columns) {
    const Json& group = *column.group == '\0' ? file : file.at(column.group);
    fields.push_back(group.contains(column.key) ? field(group.at(column.key)) : std::string{});
  }
  return csv_line(fields);
}

/// A row for each binade that has parameters: log2 is floor(log2 |change|), -inf where nothing moved.
std::string histograms_table(const std::vector<UpdateHistogram>& histograms) {
  std::string text = "step,log2,parameters\n";
  for (const UpdateHistogram& h : histograms) {
    const auto row = [&](const auto& log2, std::uint64_t parameters) {
      if (parameters > 0) text += fmt::format("{},{},{}\n", h.step, log2, parameters);
    };
    row("-inf", h.unmoved);
    for (const UpdateHistogram::Binade& binade : h.binades) row(binade.exponent, binade.parameters);
    row("nan", h.not_finite);
  }
  return text;
}

/// A row for each counted step and emulated role.
std::string counts_table(const std::vector<OperationCounts>& all) {
  std::vector<std::string> fields{"step", "role"};
  for (const CountColumn& column : count_columns) fields.emplace_back(column.name);
  std::string text = csv_line(fields);
  for (const OperationCounts& of : all) {
    fields = {fmt::format("{}", of.step), std::string(to_text(of.role))};
    for (const CountColumn& column : count_columns) fields.push_back(fmt::format("{}", of.counts.*column.value));
    text += csv_line(fields);
  }
  return text;
}

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

double number_from(std::string_view text) {
  double value = not_known;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// How many of the record's columns a trace has: those of earlier results lack some at the end.
std::size_t columns_of(std::string_view header, const std::string& place) {
  const std::vector<std::string_view> names = split(header, ',');
  const bool are_known =
      names.size() <= record_columns.size() + 1 && names[0] == "step" &&
      std::equal(names.begin() + 1, names.end(), record_columns.begin(),
                 [](std::string_view name, const RecordColumn& column) { return name == column.name; });
  if (!are_known) throw FileError(fmt::format("{} is no trace of this program: its columns are {}", place, header));
  return names.size() - 1;
}

Record record_from(std::string_view line, std::size_t columns, const std::string& place) {
  const std::vector<std::string_view> fields = split(line, ',');
  if (fields.size() != columns + 1)
    throw FileError(fmt::format("{} is damaged: a row has {} fields", place, fields.size()));
  Record record;
  record.step = static_cast<std::int64_t>(number_from(fields[0]));
  for (std::size_t i = 0; i < record_columns.size(); ++i) {
    record.*record_columns[i].value = i < columns ? number_from(fields[i + 1]) : not_known;
  }
  return record;
}

}  // namespace

Peaks peaks_of(const Trace& trace) {
  Peaks peaks;
  for (const Record& record : trace.records) {
    peaks.mu_norm = std::max(peaks.mu_norm, record.feature_mean_norm);
    peaks.collapsed_share = std::max(peaks.collapsed_share, record.collapsed_share);
    peaks.zero_sum_residual = std::max(peaks.zero_sum_residual, record.zero_sum_residual);
  }
  return peaks;
}

std::filesystem::path Results::cell_file(const std::string& key) const {
  return directory_ / "cells" / (key + ".json");
}

std::filesystem::path Results::trace_file(const std::string& key) const {
  return directory_ / "traces" / (key + ".csv.gz");
}

std::filesystem::path Results::histograms_file(const std::string& key) const {
  return directory_ / "histograms" / (key + ".csv.gz");
}

std::filesystem::path Results::counts_file(const std::string& key) const {
  return directory_ / "counts" / (key + ".csv.gz");
}

std::filesystem::path Results::checkpoint_file(const std::string& key, std::int64_t step) const {
  return directory_ / "checkpoints" / fmt::format("{}-{}.ckpt", key, step);
}

bool Results::has(const std::string& key) const {
  if (!std::filesystem::exists(cell_file(key))) return false;
  const Json file = read_json(cell_file(key));
  return file.contains("outcome") && file.at("outcome") != to_text(Outcome::failed);
}

void Results::write_trace(const std::string& key, const Trace& trace) const {
  std::vector<std::string> fields{"step"};
  for (const RecordColumn& column : record_columns) fields.emplace_back(column.name);
  std::string text = csv_line(fields);
  for (const Record& record : trace.records) {
    fields.assign(1, fmt::format("{}", record.step));
    for (const RecordColumn& column : record_columns) fields.push_back(csv_number(record.*column.value));
    text += csv_line(fields);
  }
  write_whole_file(trace_file(key), gzip(text));
  if (!trace.counts.empty()) write_whole_file(counts_file(key), gzip(counts_table(trace.counts)));
  if (!trace.histograms.empty()) write_whole_file(histograms_file(key), gzip(histograms_table(trace.histograms)));
}

void Results::write_cell(const Cell& cell, const CellResult& result) const {
  Json json{{"key", cell.key},
            {"parameters", identity_json(cell.experiment)},
            {"outcome", to_text(result.diagnosis.outcome)},
            {"onsets", onsets_json(result.diagnosis.onsets)},
            {"steps", result.steps},
            {"final", final_json(result)},
            {"state_digest", result.state_digest}};
  if (!result.data_checksum.empty()) json["data_checksum"] = result.data_checksum;
  if (!result.error.empty()) json["error"] = result.error;
  json["cost"] = cost_json(result.cost);
  write_whole_file(cell_file(cell.key), json.dump(2) + "\n");
}

std::size_t Results::collect(const std::vector<Cell>& cells) const {
  const Json manifest = read_json(directory_ / "manifest.json");
  std::string table;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Json& grid : manifest.at("grids")) {
    const Plan plan = plan_from(manifest.at("base"), grid);
    if (table.empty()) table = csv_header(plan);
    for (const Cell& cell : expand(plan)) {
      if (!seen.emplace(cell.variant, cell.key).second || !std::filesystem::exists(cell_file(cell.key))) continue;
      table += csv_row(plan, cell, read_json(cell_file(cell.key)));
    }
  }
  write_whole_file(directory_ / "cells.csv", table);
  std::size_t failed = 0;
  for (const Cell& cell : cells) {
    if (std::filesystem::exists(cell_file(cell.key)) && !has(cell.key)) ++failed;
  }
  return failed;
}

std::vector<std::string> Results::finished_keys() const {
  const Json manifest = read_json(directory_ / "manifest.json");
  std::vector<std::string> keys;
  std::set<std::string> seen;
  for (const Json& grid : manifest.at("grids")) {
    for (const Cell& cell : expand(plan_from(manifest.at("base"), grid))) {
      if (seen.insert(cell.key).second && has(cell.key)) keys.push_back(cell.key);
    }
  }
  return keys;
}

Experiment Results::read_experiment(const std::string& key) const {
  const std::string place = cell_file(key).string();
  const Json cell = read_json(place);
  WrittenSettings settings;
  try {
    for (const auto& [name, value] : cell.at("parameters").items()) settings[name] = {value_from(value), place};
    return apply(settings);
  } catch (const nlohmann::json::exception&) {
    throw FileError(fmt::format("{} is no cell of a sweep", place));
  }
}

Trace Results::read_trace(const std::string& key) const {
  const Json cell = read_json(cell_file(key));
  const std::string place = trace_file(key).string(), text = read_gzip_file(trace_file(key));
  Trace trace;
  trace.steps = cell.at("steps").get<std::int64_t>();
  const Json& onsets = cell.at("onsets");
  if (!onsets.at("frozen_at").is_null()) trace.frozen_at = onsets.at("frozen_at").get<std::int64_t>();
  if (!onsets.at("diverged_at").is_null()) trace.diverged_at = onsets.at("diverged_at").get<std::int64_t>();
  const std::size_t behind_header = std::min(text.find('\n'), text.size());
  const std::size_t columns = columns_of(std::string_view(text).substr(0, behind_header), place);
  std::size_t start = behind_header + 1;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    trace.records.push_back(record_from(std::string_view(text).substr(start, end - start), columns, place));
    start = end + 1;
  }
  return trace;
}

}  // namespace precipice
