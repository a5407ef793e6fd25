#include "cell_file.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <utility>

#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/training/sha256.hpp"

namespace precipice {
namespace {

Json onsets_json(const Onsets& onsets) {
  Json json = Json::object();
  for (const auto& [name, member] : onset_steps) {
    const auto& step = onsets.*member;
    json[std::string(name)] = step ? Json(*step) : Json(nullptr);
    if (member == &Onsets::first_spike) json["spikes"] = onsets.spikes;
  }
  return json;
}

Json final_json(const CellResult& result) {
  Json json = Json::object();
  for (const RecordColumn& column : record_columns) json[std::string(column.name)] = to_json(result.last.*column.value);
  json["peak_mu_norm"] = to_json(result.peak.mu_norm);
  json["peak_collapsed_share"] = to_json(result.peak.collapsed_share);
  json["peak_zero_sum_residual"] = to_json(result.peak.zero_sum_residual);
  const auto& rate = result.diagnosis.inflation_rate;
  json["inflation_rate"] = rate ? to_json(*rate) : Json(nullptr);
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

/// The digests of those tables that there are.
Json tables_json(const TableDigests& tables) {
  Json json{{"trace", tables.trace}};
  if (!tables.histograms.empty()) json["histograms"] = tables.histograms;
  if (!tables.counts.empty()) json["counts"] = tables.counts;
  return json;
}

std::string text_at(const Json& json, const char* key) {
  return json.contains(key) && json.at(key).is_string() ? json.at(key).get<std::string>() : std::string();
}

std::optional<std::string> fault_of(const Json& file, const std::string& key) {
  const bool is_cell = file.is_object() && file.contains("parameters") && file.contains("outcome") &&
                       file.contains("onsets") && file.contains("steps");
  if (!is_cell) return "it is no cell of a sweep";
  if (text_at(file, "key") != key) return fmt::format("it is the cell {}", text_at(file, "key"));
  const std::int64_t schema = schema_of(file);
  if (schema > results_schema) {
    return fmt::format("it is of schema {}, and precipice {} reads up to {}", schema, PRECIPICE_VERSION,
                       results_schema);
  }
  if (schema > 1 && content_digest(file) != text_at(file, "digest")) return "its content is not what its digest says";
  return {};
}

}  // namespace

std::int64_t schema_of(const Json& file) { return file.contains("schema") ? file.at("schema").get<std::int64_t>() : 1; }

Json cell_json(const Cell& cell, const CellResult& result, const TableDigests& tables) {
  Json json{{"schema", results_schema},
            {"key", cell.key},
            {"parameters", identity_json(cell.experiment)},
            {"outcome", to_text(result.diagnosis.outcome)},
            {"onsets", onsets_json(result.diagnosis.onsets)},
            {"steps", result.steps},
            {"final", final_json(result)},
            {"state_digest", result.state_digest}};
  if (!result.data_checksum.empty()) json["data_checksum"] = result.data_checksum;
  if (!tables.trace.empty()) json["tables"] = tables_json(tables);
  if (!result.error.empty()) json["error"] = result.error;
  json["digest"] = content_digest(json);
  json["cost"] = cost_json(result.cost);
  return json;
}

std::string content_digest(const Json& cell) {
  Json content = cell;
  content.erase("digest");
  content.erase("cost");
  return sha256(content.dump());
}

CellFile cell_file_from(const std::string& text, const std::string& key) {
  if (text.empty()) return {{}, "it is empty"};
  try {
    Json json = Json::parse(text);
    auto fault = fault_of(json, key);
    return {std::move(json), std::move(fault)};
  } catch (const nlohmann::json::exception&) {
    return {{}, "it is torn: not JSON"};
  }
}

std::optional<CellFile> find_cell(const std::filesystem::path& file, const std::string& key) {
  if (!std::filesystem::exists(file)) return {};
  return cell_file_from(read_whole_file(file), key);
}

Json read_cell(const std::filesystem::path& file, const std::string& key) {
  CellFile found = cell_file_from(read_whole_file(file), key);
  if (found.fault) throw FileError(fmt::format("{}: {}", file.string(), *found.fault));
  return std::move(found.json);
}

TableDigests table_digests(const Json& cell) {
  if (!cell.contains("tables")) return {};
  const Json& tables = cell.at("tables");
  return {text_at(tables, "trace"), text_at(tables, "histograms"), text_at(tables, "counts")};
}

Onsets onsets_from(const Json& cell) {
  const Json& json = cell.at("onsets");
  Onsets onsets;
  for (const auto& [name, member] : onset_steps) {
    if (json.contains(name) && json.at(name).is_number_integer()) onsets.*member = json.at(name).get<std::int64_t>();
  }
  onsets.spikes = json.value("spikes", std::int64_t{0});
  return onsets;
}

bool has_failed(const Json& cell) { return cell.at("outcome") == to_text(Outcome::failed); }

}  // namespace precipice
