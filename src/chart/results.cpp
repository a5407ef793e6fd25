#include "precipice/chart/results.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "precipice/arithmetic/native.hpp"
#include "precipice/chart/csv.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/sweep/bundles.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::chart {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

// --- the manifest ---------------------------------------------------------------------------------------------------

std::string text_of(const Json& value) {
  if (value.is_string()) return canonical_value(value.get<std::string>());
  return value.is_null() ? "" : canonical_value(value.dump());
}

Axis& axis_named(std::vector<Axis>& axes, const std::string& key) {
  const auto found = std::ranges::find(axes, key, &Axis::key);
  return found != axes.end() ? *found : axes.emplace_back(Axis{key, {}});
}

void add_value(Axis& axis, const std::string& value) {
  if (!axis.index_of(value)) axis.values.push_back(value);
}

void add_variant(Results& results, const Json& json) {
  Variant variant{json.at("name").get<std::string>(), {}, {}};
  for (const Json& claim : json.at("claims")) variant.claims.push_back(parse_claim(claim.get<std::string>()));
  for (const auto& [key, value] : json.at("settings").items())
    variant.settings[key] = {text_of(value), "manifest.json"};
  add_value(axis_named(results.axes, std::string(variant_axis)), variant.name);
  if (find_variant(results, variant.name) == nullptr) results.variants.push_back(std::move(variant));
}

/// The refinement of the newest grid that has one.
std::optional<Refinement> refinement_of(const Json& grids) {
  std::optional<Refinement> refinement;
  for (const Json& grid : grids) {
    if (grid.contains("refine")) refinement = refinement_from(nlohmann::ordered_json(grid.at("refine")));
  }
  return refinement;
}

void read_manifest(const Json& manifest, Results& results) {
  results.name = manifest.value("name", "");
  for (const auto& [key, value] : manifest.at("base").items()) results.settings[key] = text_of(value);
  for (const Json& grid : manifest.at("grids")) {
    for (const Json& variant : grid.value("variants", Json::array())) add_variant(results, variant);
    for (const Json& axis : grid.at("axes")) {
      Axis& known = axis_named(results.axes, axis.at("key").get<std::string>());
      for (const Json& value : axis.at("values")) add_value(known, text_of(value));
      if (known.values.empty()) throw std::runtime_error(fmt::format("axis '{}' has no values", known.key));
    }
  }
  results.refine = refinement_of(manifest.at("grids"));
  results.classes = manifest.at("data").at("classes").get<int>();
  results.samples = manifest.at("data").at("samples").get<std::int64_t>();
}

void read_manifest(const fs::path& path, Results& results) {
  const std::string text = read_whole_file(path);
  try {
    read_manifest(Json::parse(text), results);
  } catch (const std::exception& error) {
    throw FileError(fmt::format("{}: not the manifest of a sweep: {}", path.string(), error.what()));
  }
  if (results.classes < 2 || results.samples < 1) {
    throw FileError(fmt::format("{}: data.classes is {} and data.samples {}; at least 2 and 1 make sense",
                                path.string(), results.classes, results.samples));
  }
}

// --- the cells ------------------------------------------------------------------------------------------------------

std::size_t needed(const CsvTable& table, std::string_view column, const fs::path& path) {
  if (const auto index = table.find(column)) return *index;
  const std::vector<std::string_view> known(table.columns.begin(), table.columns.end());
  throw FileError(fmt::format("{}:1: no column '{}'{}", path.string(), column, did_you_mean(column, known)));
}

Outcome outcome_of(const std::string& word, int line, const fs::path& path) {
  const auto names = outcome_names();
  const auto found = std::ranges::find(names, word);
  if (found == names.end()) {
    throw FileError(fmt::format("{}:{}: unknown outcome '{}'{} (known: {})", path.string(), line, word,
                                did_you_mean(word, names), fmt::join(names, ", ")));
  }
  return static_cast<Outcome>(found - names.begin());
}

void read_cells(const fs::path& path, Results& results) {
  CsvTable table = parse_csv(read_whole_file(path), path.string());
  const std::size_t outcome = needed(table, "outcome", path);
  const std::size_t format = needed(table, "format", path);
  needed(table, "final_median_margin", path);
  std::vector<std::size_t> places;
  for (const Axis& axis : results.axes) places.push_back(needed(table, axis.key, path));
  for (CsvRow& row : table.rows) {
    FinishedRun run{row.line, {}, outcome_of(row.fields[outcome], row.line, path), row.fields[format], {}};
    for (std::size_t i = 0; i < places.size(); ++i) {
      run.point.push_back(canonical_value(row.fields[places[i]]));
      const bool may_be_refined = results.refine && results.refine->axis == results.axes[i].key;
      if (!run.point.back().empty() && !may_be_refined) add_value(results.axes[i], run.point.back());
    }
    run.fields = std::move(row.fields);
    results.runs.push_back(std::move(run));
  }
  results.columns = std::move(table.columns);
}

/// Numbers ascend; those of a logarithmic axis, or of one that is stretched far, stand between others by their
/// logarithms.
void order(Axis& axis, const std::optional<Refinement>& refine) {
  axis.is_numeric = std::ranges::all_of(axis.values, [](const std::string& text) {
    const auto number = number_of(text);
    return number && std::isfinite(*number);
  });
  if (axis.is_numeric) std::ranges::stable_sort(axis.values, {}, [](const std::string& v) { return *number_of(v); });
  if (!axis.is_numeric || axis.key == p_key || axis.key == exponent_key) return;
  constexpr double far = 30;
  const double first = *number_of(axis.values.front()), last = *number_of(axis.values.back());
  const bool is_refined = refine && refine->axis == axis.key;
  axis.is_logarithmic = first > 0 && (is_refined ? refine->is_logarithmic : last / first >= far);
}

/// The two neighbouring values whose straight line an axis follows at index i or i + 1, in its own measure.
struct Stretch {
  double first, slope;
};

/// What an axis is straight in.
double measure(const Axis& axis, double value) { return axis.is_logarithmic ? Native<double>::log(value) : value; }

Stretch stretch(const Axis& axis, std::size_t i) {
  const double first = measure(axis, *number_of(axis.values[i]));
  return {first, axis.values.size() < 2 ? 1 : measure(axis, *number_of(axis.values[i + 1])) - first};
}

std::size_t last_stretch(const Axis& axis) { return axis.values.size() < 2 ? 0 : axis.values.size() - 2; }

}  // namespace

std::optional<double> Axis::position(double value) const {
  if (!is_numeric || values.empty()) return {};
  std::size_t i = 0;
  while (i < last_stretch(*this) && value > *number_of(values[i + 1])) ++i;
  const Stretch s = stretch(*this, i);
  return static_cast<double>(i) + (measure(*this, value) - s.first) / s.slope;
}

std::optional<double> Axis::value_at(double position) const {
  if (!is_numeric || values.empty()) return {};
  std::size_t i = 0;
  while (i < last_stretch(*this) && position > static_cast<double>(i + 1)) ++i;
  const Stretch s = stretch(*this, i);
  const double place = s.first + (position - static_cast<double>(i)) * s.slope;
  return is_logarithmic ? Native<double>::exp(place) : place;
}

std::optional<std::size_t> Axis::index_of(std::string_view value) const {
  const auto found = std::ranges::find(values, value);
  if (found == values.end()) return {};
  return static_cast<std::size_t>(found - values.begin());
}

std::optional<std::size_t> Results::axis(std::string_view key) const {
  const auto found = std::ranges::find(axes, key, &Axis::key);
  if (found == axes.end()) return {};
  return static_cast<std::size_t>(found - axes.begin());
}

std::optional<std::size_t> Results::column(std::string_view column_name) const {
  const auto found = std::ranges::find(columns, column_name);
  if (found == columns.end()) return {};
  return static_cast<std::size_t>(found - columns.begin());
}

std::string_view Results::setting(std::string_view key, const FinishedRun& run) const {
  if (const auto i = axis(key); i && !run.point[*i].empty()) return run.point[*i];
  if (const auto found = settings.find(key); found != settings.end()) return found->second;
  return is_bundled(key) ? value_under(setting(bundle_key, run), key) : std::string_view();
}

bool holds_numbers(const Results& results, std::size_t column) {
  return std::ranges::all_of(results.runs, [&](const FinishedRun& run) {
    return run.fields[column].empty() || number_of(run.fields[column]);
  });
}

std::size_t axis_called(const Results& results, std::string_view key) {
  if (const auto index = results.axis(key)) return *index;
  std::vector<std::string_view> known;
  for (const Axis& axis : results.axes) known.push_back(axis.key);
  throw ConfigError(fmt::format("unknown axis '{}'{} (axes of {}: {})", key, did_you_mean(key, known),
                                results.directory.string(), fmt::join(known, ", ")));
}

std::string value_on(const Axis& axis, const std::string& typed) {
  std::string value = canonical_value(typed);
  if (axis.index_of(value)) return value;
  throw ConfigError(
      fmt::format("axis '{}' has no value '{}' (values: {})", axis.key, typed, fmt::join(axis.values, ", ")));
}

const Variant* find_variant(const Results& results, std::string_view name) {
  const auto found = std::ranges::find(results.variants, name, &Variant::name);
  return found == results.variants.end() ? nullptr : &*found;
}

bool differs_on_one_axis(const Results& results, const FinishedRun& run, const FinishedRun& other, std::size_t axis,
                         std::string_view value, const Variant* variant) {
  for (std::size_t i = 0; i < results.axes.size(); ++i) {
    const bool is_free = variant != nullptr && fixes(*variant, results.axes[i].key);
    if (i == axis ? run.point[i] != value : !is_free && run.point[i] != other.point[i]) return false;
  }
  return true;
}

Results read_results(const fs::path& directory) {
  std::error_code ignored;
  if (!fs::is_directory(directory, ignored)) {
    throw FileError(fmt::format("{}: no such directory; 'precipice sweep' makes one", directory.string()));
  }
  Results results;
  results.directory = directory;
  read_manifest(directory / "manifest.json", results);
  read_cells(directory / "cells.csv", results);
  for (Axis& axis : results.axes) order(axis, results.refine);
  return results;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::string canonical_value(std::string_view text) {
  const bool is_whole = !text.empty() && text.find_first_not_of("-0123456789") == std::string_view::npos;
  if (is_whole) return std::string(text);  // a seed may be too wide for binary64
  if (const auto number = number_of(text)) return fmt::format("{}", *number);
  if (!text.starts_with('[')) return std::string(text);
  std::string list;
  for (const char c : text) list += c == ' ' ? "" : c == ',' ? ", " : std::string(1, c);
  return list;
}

}  // namespace precipice::chart
