#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cell_file.hpp"
#include "json.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/reservation.hpp"
#include "precipice/sweep/results.hpp"

namespace precipice {
namespace {

std::string manifest_file(const Results& results) { return (results.directory() / "manifest.json").string(); }

[[noreturn]] void refuse(const Results& results, const std::string& difference) {
  throw ConfigError(fmt::format("{} holds results of another configuration: {}; choose another directory with --out",
                                results.directory().string(), difference));
}

/// What the rows of the table are named by.
std::vector<std::string> axis_keys(const Json& grid) {
  std::vector<std::string> keys;
  if (grid.contains("variants")) keys.emplace_back("variant");
  for (const Json& axis : grid.at("axes")) keys.push_back(axis.at("key").get<std::string>());
  return keys;
}

std::string shown(const Json& object, const std::string& key) {
  return object.contains(key) ? object.at(key).dump() : std::string("not set");
}

void compare_bases(const Results& results, const Json& there, const Json& here) {
  for (const Json* const object : {&there, &here}) {
    for (const auto& [key, value] : object->items()) {
      if (shown(there, key) != shown(here, key)) {
        refuse(results, fmt::format("{} is {} there and {} here", key, shown(there, key), shown(here, key)));
      }
    }
  }
}

void compare(const Results& results, const Json& manifest, const Plan& plan) {
  if (schema_of(manifest) > results_schema) {
    refuse(results, fmt::format("they are of schema {}, by version {}, and this reads up to {}", schema_of(manifest),
                                manifest.at("version").get<std::string>(), results_schema));
  }
  if (manifest.at("version") != PRECIPICE_VERSION) {
    refuse(results, fmt::format("they are by version {}, this is {}", manifest.at("version").get<std::string>(),
                                PRECIPICE_VERSION));
  }
  if (axis_keys(manifest.at("grids").at(0)) != axis_keys(grid_json(plan))) {
    refuse(results, fmt::format("its axes are {}, not {}", fmt::join(axis_keys(manifest.at("grids").at(0)), ", "),
                                fmt::join(axis_keys(grid_json(plan)), ", ")));
  }
  compare_bases(results, manifest.at("base"), base_json(plan));
}

Json data_json(const DataSummary& data) {
  Json json{{"classes", data.classes}, {"samples", data.samples}};
  for (const auto& [source, checksum] : data.checksums) json[source] = checksum;
  return json;
}

/// Adds the checksums of data that the manifest does not have yet; refuses those that it has otherwise.
void add_checksums(const Results& results, Json& there, const DataSummary& data) {
  for (const auto& [source, checksum] : data.checksums) {
    if (there.contains(source) && there.at(source) != checksum) {
      refuse(results, fmt::format("the SHA-256 of its {} is {}, not {}", source, shown(there, source), checksum));
    }
    there[source] = checksum;
  }
}

/// TOML for a value: JSON's numbers, texts and lists are TOML's.
std::string toml_value(const Value& value) {
  if (const auto* const list = std::get_if<std::vector<std::int64_t>>(&value)) return to_text(*list);
  return to_json(value).dump();
}

std::string toml_axes(const std::vector<Axis>& axes) {
  std::string text;
  for (const Axis& axis : axes) {
    std::vector<std::string> values;
    for (const Written& written : axis.values) values.push_back(toml_value(written.value));
    text += fmt::format("\"{}\" = [{}]\n", axis.key, fmt::join(values, ", "));
  }
  return text;
}

std::string toml_refinement(const Refinement& refinement) {
  std::vector<std::string> words;
  for (const Boundary boundary : refinement.boundaries) words.push_back(fmt::format("\"{}\"", to_text(boundary)));
  return fmt::format("\n[sweep.refine]\naxis = \"{}\"\nboundaries = [{}]\nresolution = {}\nscale = \"{}\"\n",
                     refinement.axis, fmt::join(words, ", "), toml_value(refinement.resolution),
                     refinement.is_logarithmic ? "log" : "linear");
}

std::string toml_variant(const Variant& variant) {
  std::string text = fmt::format("\n[[sweep.variant]]\nname = {}\n", to_json(Value(variant.name)).dump());
  std::vector<std::string> claims;
  for (const Claim claim : variant.claims) claims.push_back(fmt::format("\"{}\"", to_text(claim)));
  if (!claims.empty()) text += fmt::format("claims = [{}]\n", fmt::join(claims, ", "));
  for (const auto& [key, written] : variant.settings)
    text += fmt::format("\"{}\" = {}\n", key, toml_value(written.value));
  return text;
}

}  // namespace

std::string to_toml(const Plan& plan) {
  std::string text = fmt::format("name = \"{}\"\n", plan.name), section;
  for (const auto& [key, value] : base_settings(plan)) {
    const bool is_swept = std::ranges::find(plan.axes, key, &Axis::key) != plan.axes.end();
    if (is_swept && !plan.base.contains(key)) continue;  // else it holds for the single points
    const std::string own = key.substr(0, key.find('.'));
    if (own != section) text += fmt::format("\n[{}]\n", section = own);
    const std::string rest = key.substr(own.size() + 1);
    const bool is_dotted = rest.find('.') != std::string::npos;  // beside loss = "..." loss.exp is no key of its own
    text += fmt::format("{} = {}\n", is_dotted ? fmt::format("\"{}\"", rest) : rest, toml_value(value));
  }
  if (!plan.axes.empty() || !plan.also.empty() || !plan.variants.empty())
    text += fmt::format("\n[sweep]\n{}", toml_axes(plan.axes));
  if (plan.refine) text += toml_refinement(*plan.refine);
  for (const Variant& variant : plan.variants) text += toml_variant(variant);
  for (const auto& point : plan.also) text += fmt::format("\n[[sweep.also]]\n{}", toml_axes(point));
  return text;
}

void Results::check_compatible(const Plan& plan) const {
  if (!std::filesystem::exists(manifest_file(*this))) return;
  const Json manifest = read_json(manifest_file(*this));
  try {
    compare(*this, manifest, plan);
  } catch (const nlohmann::json::exception&) {
    throw FileError(
        fmt::format("{} is no manifest of precipice; choose another directory with --out", manifest_file(*this)));
  }
}

void Results::open(const Plan& plan, const DataSummary& data) const {
  for (const char* const folder : {"", "cells", "traces", "histograms", "counts", "checkpoints"})
    remove_abandoned_drafts(directory_ / folder);
  remove_abandoned_reservations(directory_ / "running");
  const Reservation manifest_is_ours = Reservation::take(running_file("manifest.json"));
  Json manifest{{"program", "precipice"},         {"schema", results_schema}, {"version", PRECIPICE_VERSION},
                {"compiler", PRECIPICE_COMPILER}, {"name", plan.name},        {"base", base_json(plan)},
                {"grids", Json::array()},         {"data", data_json(data)}};
  if (std::filesystem::exists(manifest_file(*this))) {
    manifest = read_json(manifest_file(*this));
    add_checksums(*this, manifest.at("data"), data);
  }
  write_whole_file(directory_ / "experiment.toml", to_toml(plan));
  Json& grids = manifest.at("grids");
  const Json grid = grid_json(plan);
  if (std::ranges::find(grids, grid) != grids.end()) return;
  grids.push_back(grid);
  write_whole_file(manifest_file(*this), manifest.dump(2) + "\n");
}

}  // namespace precipice
