#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "chart/names.hpp"
#include "chart/report_parts.hpp"
#include "precipice/chart/diagram.hpp"
#include "precipice/chart/figure.hpp"

namespace precipice::chart {
namespace {

constexpr std::string_view left_out = "seconds";  // the one column that may differ between runs of the same thing
constexpr std::array<std::string_view, 4> words{"key", "format", "state_digest", "variant"};

/// axis, outcome, step (at which something began), number, text.
std::string_view kind_of(const Results& results, std::size_t column) {
  const std::string& name = results.columns[column];
  if (results.axis(name)) return "axis";
  if (name == "outcome") return "outcome";
  if (std::ranges::find(words, name) != words.end()) return "text";
  if (!holds_numbers(results, column)) return "text";
  return meaning_of_none(name) == NoNumber::is_late ? "step" : "number";
}

/// Six digits of a number; whole numbers in full.
ReportJson shortened(const std::string& text) {
  const double value = *number_of(text);
  constexpr double exact = 9e15;
  if (!std::isfinite(value)) return text;
  if (value == std::floor(value) && std::abs(value) < exact) return static_cast<std::int64_t>(value);
  return *number_of(fmt::format("{:.6g}", value));
}

ReportJson field_json(const Results& results, const FinishedRun& run, std::size_t column, std::string_view kind) {
  const std::string& text = run.fields[column];
  if (kind == "outcome") return static_cast<int>(run.outcome);
  if (text.empty()) return {};
  if (kind == "axis") {
    const std::size_t axis = *results.axis(results.columns[column]);
    const auto index = results.axes[axis].index_of(run.point[axis]);
    return index ? ReportJson(*index) : ReportJson(run.point[axis]);  // between the values of the grid
  }
  return kind == "text" ? ReportJson(text) : shortened(text);
}

ReportJson axes_json(const Results& results) {
  ReportJson json = ReportJson::array();
  for (const Axis& axis : results.axes) {
    json.push_back({{"key", axis.key},
                    {"name", axis_name(axis.key, FigureSize::screen)},
                    {"brief", axis_name(axis.key, FigureSize::column)},
                    {"values", axis.values},
                    {"numeric", axis.is_numeric}});
  }
  return json;
}

/// In the order of the enumeration, which decides between equals; `place` is that in the legend.
ReportJson outcomes_json() {
  const auto looks = outcome_looks();
  ReportJson json = ReportJson::array();
  for (const std::string_view word : outcome_names()) {
    const auto look = std::ranges::find(looks, word, [](const OutcomeLook& l) { return to_text(l.outcome); });
    json.push_back({{"word", word}, {"name", look->name}, {"colour", look->colour}, {"place", look - looks.begin()}});
  }
  return json;
}

}  // namespace

ReportJson table_json(const Results& results) {
  std::vector<std::size_t> shown;
  std::vector<std::string_view> kinds;
  ReportJson columns = ReportJson::array(), rows = ReportJson::array();
  for (std::size_t i = 0; i < results.columns.size(); ++i) {
    if (results.columns[i] == left_out) continue;
    shown.push_back(i);
    kinds.push_back(kind_of(results, i));
    columns.push_back(
        {{"name", results.columns[i]}, {"kind", kinds.back()}, {"title", labelled(value_name(results.columns[i]))}});
  }
  for (const FinishedRun& run : results.runs) {
    ReportJson row = ReportJson::array();
    for (std::size_t i = 0; i < shown.size(); ++i) row.push_back(field_json(results, run, shown[i], kinds[i]));
    rows.push_back(std::move(row));
  }
  return {{"axes", axes_json(results)}, {"outcomes", outcomes_json()}, {"columns", columns}, {"rows", rows}};
}

}  // namespace precipice::chart
