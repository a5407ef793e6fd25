#include "precipice/sweep/results.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "cell_file.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/reservation.hpp"
#include "precipice/training/gzip_file.hpp"
#include "precipice/training/sha256.hpp"
#include "trace_file.hpp"

namespace precipice {
namespace {

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
    {"inflation_rate", "final", "inflation_rate"},
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

/// The grids of the manifest, as plans.
std::vector<Plan> plans_of(const Results& results) {
  const std::filesystem::path file = results.directory() / "manifest.json";
  const Json manifest = read_json(file);
  if (!manifest.is_object() || !manifest.contains("grids") || !manifest.contains("base"))
    throw FileError(fmt::format("{} is no manifest of a sweep", file.string()));
  if (schema_of(manifest) > results_schema) {
    throw FileError(fmt::format("{} is of schema {}, by version {}, and this reads up to {}", file.string(),
                                schema_of(manifest), manifest.value("version", "?"), results_schema));
  }
  std::vector<Plan> plans;
  for (const Json& grid : manifest.at("grids")) plans.push_back(plan_from(manifest.at("base"), grid));
  return plans;
}

KnownOnsets onsets_in(const Results& results) {
  return [&results](const std::string& key) { return results.find_onsets(key); };
}

/// Writes a table beside a cell, compressed; returns its SHA-256. An empty one is not written.
std::string write_table(const std::filesystem::path& file, const std::string& table) {
  if (table.empty()) return {};
  write_whole_file(file, gzip(table));
  return sha256(table);
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

std::filesystem::path Results::unfinished_file(const std::string& key) const {
  return directory_ / "unfinished" / (key + ".ckpt");
}

std::filesystem::path Results::running_file(const std::string& name) const { return directory_ / "running" / name; }

Held Results::held(const std::string& key) const {
  const auto found = find_cell(cell_file(key), key);
  if (!found) return {};
  if (found->fault) return {Held::State::damaged, *found->fault};
  return {has_failed(found->json) ? Held::State::failed : Held::State::finished};
}

void Results::write(const Cell& cell, const CellResult& result, const Trace& trace) const {
  TableDigests tables;
  if (result.error.empty()) {
    tables.trace = write_table(trace_file(cell.key), trace_table(trace));
    if (!trace.histograms.empty())
      tables.histograms = write_table(histograms_file(cell.key), histograms_table(trace.histograms));
    if (!trace.counts.empty()) tables.counts = write_table(counts_file(cell.key), counts_table(trace.counts));
  }
  write_whole_file(cell_file(cell.key), cell_json(cell, result, tables).dump(2) + "\n");
}

std::filesystem::path Results::set_aside(const std::filesystem::path& file) const {
  const std::filesystem::path folder = directory_ / "set-aside";
  std::filesystem::create_directories(folder);
  const Reservation names = Reservation::take(running_file("set-aside"));
  std::filesystem::path target = folder / file.filename();
  for (int i = 2; std::filesystem::exists(target); ++i) {
    target = folder / fmt::format("{}.{}", file.filename().string(), i);
  }
  std::filesystem::rename(file, target);
  return target;
}

Collected Results::collect() const {
  static_cast<void>(read_json(directory_ / "manifest.json"));  // nothing is made where there is none
  const Reservation table_is_ours = Reservation::take(running_file("cells.csv"));
  std::string table;
  Collected collected;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Plan& plan : plans_of(*this)) {
    if (table.empty()) table = csv_header(plan);
    for (const Cell& cell : expand(plan, onsets_in(*this))) {
      if (!seen.emplace(cell.variant, cell.key).second) continue;
      const auto file = find_cell(cell_file(cell.key), cell.key);
      if (!file) continue;
      if (file->fault) {
        collected.damaged.push_back(cell_file(cell.key));
        continue;
      }
      table += csv_row(plan, cell, file->json);
      ++collected.rows;
    }
  }
  write_whole_file(directory_ / "cells.csv", table);
  return collected;
}

std::optional<Onsets> Results::find_onsets(const std::string& key) const {
  const auto found = find_cell(cell_file(key), key);
  if (!found || found->fault || has_failed(found->json)) return {};
  return onsets_from(found->json);
}

std::vector<Cell> Results::all_cells() const {
  std::vector<Cell> cells;
  std::set<std::string> seen;
  for (const Plan& plan : plans_of(*this)) {
    for (Cell& cell : expand(plan, onsets_in(*this))) {
      if (seen.insert(cell.key).second) cells.push_back(std::move(cell));
    }
  }
  return cells;
}

std::vector<std::string> Results::finished_keys() const {
  std::vector<std::string> keys;
  for (const Cell& cell : all_cells()) {
    const Held found = held(cell.key);
    if (found.state == Held::State::damaged)
      throw FileError(
          fmt::format("{}: {}; 'precipice sweep' computes it again", cell_file(cell.key).string(), found.fault));
    if (found.state == Held::State::finished) keys.push_back(cell.key);
  }
  return keys;
}

Experiment Results::read_experiment(const std::string& key) const {
  const std::string place = cell_file(key).string();
  const Json cell = read_cell(place, key);
  WrittenSettings settings;
  try {
    for (const auto& [name, value] : cell.at("parameters").items()) settings[name] = {value_from(value), place};
    return apply(settings);
  } catch (const nlohmann::json::exception&) {
    throw FileError(fmt::format("{} is no cell of a sweep", place));
  }
}

Trace Results::read_trace(const std::string& key) const {
  const Json cell = read_cell(cell_file(key), key);
  const std::string place = trace_file(key).string(), text = read_gzip_file(trace_file(key));
  const std::string digest = table_digests(cell).trace;
  if (!digest.empty() && digest != sha256(text))
    throw FileError(fmt::format("{}: it is not the table whose digest its cell names", place));
  Trace trace;
  trace.steps = cell.at("steps").get<std::int64_t>();
  const Json& onsets = cell.at("onsets");
  if (!onsets.at("frozen_at").is_null()) trace.frozen_at = onsets.at("frozen_at").get<std::int64_t>();
  if (!onsets.at("diverged_at").is_null()) trace.diverged_at = onsets.at("diverged_at").get<std::int64_t>();
  trace.records = records_from(text, place);
  return trace;
}

std::string cell_document(const Cell& cell, const CellResult& result) {
  Json json = cell_json(cell, result, {});
  json.erase("digest");
  return json.dump(2) + "\n";
}

}  // namespace precipice
