#include "precipice/chart/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "chart/verdict.hpp"
#include "chart/view.hpp"
#include "precipice/chart/diagram.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::chart {
namespace {

constexpr std::array<std::string_view, 8> usual_columns{
    "first_absorption", "sc50",   "nfi_onset",    "aligned_onset",
    "first_spike",      "spikes", "peak_mu_norm", "final_test_accuracy"};

/// Those of the keys; without any, all that vary, but for seeds.
std::vector<std::size_t> axes_of(const Results& results, const std::vector<std::string>& wanted) {
  std::vector<std::size_t> axes;
  axes.reserve(wanted.size());
  for (const std::string& key : wanted) axes.push_back(axis_called(results, key));
  if (!wanted.empty()) return axes;
  for (std::size_t i = 0; i < results.axes.size(); ++i) {
    if (results.axes[i].values.size() > 1 && results.axes[i].key != seed_key) axes.push_back(i);
  }
  return axes;
}

std::size_t column_called(const Results& results, const std::string& name) {
  if (const auto column = results.column(name)) return *column;
  const std::vector<std::string_view> known(results.columns.begin(), results.columns.end());
  throw ConfigError(fmt::format("no column '{}' in {}{} (known: {})", name, (results.directory / "cells.csv").string(),
                                did_you_mean(name, known), fmt::join(known, ", ")));
}

/// Those of the names; without any, the usual ones that there are.
std::vector<std::size_t> columns_of(const Results& results, const std::vector<std::string>& wanted) {
  std::vector<std::size_t> columns;
  columns.reserve(wanted.size());
  for (const std::string& name : wanted) columns.push_back(column_called(results, name));
  if (!wanted.empty()) return columns;
  for (const std::string_view name : usual_columns) {
    if (const auto column = results.column(name)) columns.push_back(*column);
  }
  return columns;
}

/// Runs with the same values on the axes, in the order of the first of each.
struct Group {
  std::vector<std::string> values;
  std::vector<const FinishedRun*> runs;
};

std::vector<Group> groups_of(const Results& results, const std::vector<std::size_t>& axes) {
  std::vector<Group> groups;
  for (const FinishedRun& run : results.runs) {
    std::vector<std::string> values;
    values.reserve(axes.size());
    for (const std::size_t axis : axes) values.push_back(run.point[axis]);
    const auto found = std::ranges::find(groups, values, &Group::values);
    if (found != groups.end()) {
      found->runs.push_back(&run);
    } else {
      groups.push_back({std::move(values), {&run}});
    }
  }
  return groups;
}

/// How many runs have each outcome that some have.
std::vector<std::pair<std::string_view, std::size_t>> outcomes_of(const Group& group) {
  std::vector<std::pair<std::string_view, std::size_t>> outcomes;
  for (const std::string_view word : outcome_names()) {
    const auto count =
        std::ranges::count_if(group.runs, [&](const FinishedRun* run) { return to_text(run->outcome) == word; });
    if (count > 0) outcomes.emplace_back(word, static_cast<std::size_t>(count));
  }
  return outcomes;
}

std::string outcomes_text(const Group& group) {
  std::vector<std::string> parts;
  for (const auto& [word, count] : outcomes_of(group)) parts.push_back(fmt::format("{} {}", word, count));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string claims_text(const Judgement& judgement, const Group& group) {
  std::vector<std::string> parts;
  for (const auto& [claim, borne_out] : judgement.claims) {
    parts.push_back(borne_out ? fmt::format("{} {}/{}", to_text(claim), *borne_out, group.runs.size())
                              : fmt::format("{} ?", to_text(claim)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// Whole numbers as they are, others with four digits.
std::string number_text(double x) {
  constexpr double most = 1e15;  // beyond it digits tell nothing
  return x == std::floor(x) && std::fabs(x) < most ? fmt::format("{:.0f}", x) : fmt::format("{:.4g}", x);
}

/// What a column says of a group: its numbers, and texts that are none, each once.
struct Summary {
  std::vector<std::string> words;
  std::size_t runs = 0;  ///< that have a number
  double median = 0, least = 0, largest = 0;
};

Summary summary_of(const Group& group, std::size_t column) {
  Summary summary;
  std::vector<std::optional<double>> numbers;
  for (const FinishedRun* run : group.runs) {
    const std::string& field = run->fields[column];
    if (const auto number = number_of(field)) {
      numbers.emplace_back(*number);
    } else if (!field.empty() && std::ranges::find(summary.words, field) == summary.words.end()) {
      summary.words.push_back(field);
    }
  }
  summary.runs = numbers.size();
  if (numbers.empty()) return summary;
  const auto [least, largest] = std::ranges::minmax(numbers);
  summary.median = *lower_median(numbers, NoNumber::is_unknown);
  summary.least = *least;
  summary.largest = *largest;
  return summary;
}

std::string summary_text(const Group& group, std::size_t column, NoNumber meaning) {
  const Summary s = summary_of(group, column);
  if (!s.words.empty()) return fmt::format("{}", fmt::join(s.words, ", "));
  if (s.runs == 0) return meaning == NoNumber::is_late ? "never" : "-";
  std::string text = number_text(s.median);
  if (s.least != s.largest) text += fmt::format(" [{}, {}]", number_text(s.least), number_text(s.largest));
  return s.runs == group.runs.size() ? text : fmt::format("{} of {}: {}", s.runs, group.runs.size(), text);
}

using Json = nlohmann::ordered_json;

/// Whole numbers without a point.
Json number_json(double x) {
  constexpr double most = 0x1p53;
  return x == std::floor(x) && std::fabs(x) <= most ? Json(static_cast<std::int64_t>(x)) : Json(x);
}

Json summary_json(const Group& group, std::size_t column) {
  const Summary s = summary_of(group, column);
  if (!s.words.empty()) return s.words.size() == 1 ? Json(s.words.front()) : Json(s.words);
  if (s.runs == 0) return {};
  return {{"runs", s.runs},
          {"median", number_json(s.median)},
          {"least", number_json(s.least)},
          {"largest", number_json(s.largest)}};
}

Json claims_json(const Judgement& judgement) {
  Json claims = Json::object();
  for (const auto& [claim, borne_out] : judgement.claims)
    claims[std::string(to_text(claim))] = borne_out ? Json(*borne_out) : Json();
  return claims;
}

/// Fields of a row padded to the widths of their columns, and what goes around them.
std::string line(const std::vector<std::string>& fields, const std::vector<std::size_t>& widths, std::string_view begin,
                 std::string_view between, std::string_view end) {
  std::string text(begin);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    text += fmt::format("{}{:<{}}", i == 0 ? "" : between, fields[i], widths[i]);
  }
  text += end;
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

std::vector<std::size_t> widths_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    widths.push_back(table.header[i].size());
    for (const auto& row : table.rows) widths[i] = std::max(widths[i], row[i].size());
  }
  return widths;
}

}  // namespace

Table table_of(const Results& results, const TableRequest& request) {
  const std::vector<std::size_t> axes = axes_of(results, request.by), columns = columns_of(results, request.columns);
  const bool judges = claims_anything(results);
  Table table;
  for (const std::size_t axis : axes) table.header.push_back(results.axes[axis].key);
  table.header.insert(table.header.end(), {"runs", "outcome"});
  for (const std::size_t column : columns) table.header.push_back(results.columns[column]);
  if (judges) table.header.insert(table.header.end(), {"claims", "verdict"});
  for (const Group& group : groups_of(results, axes)) {
    std::vector<std::string> row = group.values;
    row.push_back(fmt::format("{}", group.runs.size()));
    row.push_back(outcomes_text(group));
    for (const std::size_t column : columns) {
      row.push_back(summary_text(group, column, meaning_of_none(results.columns[column])));
    }
    if (judges) {
      const Judgement judgement = judge(results, group.runs);
      row.insert(row.end(), {claims_text(judgement, group), judgement.verdict});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string to_text(const Table& table) {
  const std::vector<std::size_t> widths = widths_of(table);
  std::string text = line(table.header, widths, "", "  ", "");
  for (const auto& row : table.rows) text += line(row, widths, "", "  ", "");
  return text;
}

std::string to_markdown(const Table& table) {
  const std::vector<std::size_t> widths = widths_of(table);
  std::vector<std::string> rules;
  rules.reserve(widths.size());
  for (const std::size_t width : widths) rules.emplace_back(width, '-');
  std::string text = line(table.header, widths, "| ", " | ", " |") + line(rules, widths, "| ", " | ", " |");
  for (const auto& row : table.rows) text += line(row, widths, "| ", " | ", " |");
  return text;
}

std::string to_csv(const Table& table) {
  const auto csv_line = [](const std::vector<std::string>& fields) {
    std::vector<std::string> quoted;
    quoted.reserve(fields.size());
    for (const std::string& field : fields) quoted.push_back(csv_field(field));
    return fmt::format("{}\n", fmt::join(quoted, ","));
  };
  std::string text = csv_line(table.header);
  for (const auto& row : table.rows) text += csv_line(row);
  return text;
}

std::string table_json(const Results& results, const TableRequest& request) {
  const std::vector<std::size_t> axes = axes_of(results, request.by), columns = columns_of(results, request.columns);
  const bool judges = claims_anything(results);
  Json rows = Json::array();
  for (const Group& group : groups_of(results, axes)) {
    Json row = Json::object();
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const auto number = number_of(group.values[i]);
      row[results.axes[axes[i]].key] = number ? number_json(*number) : Json(group.values[i]);
    }
    row["runs"] = group.runs.size();
    for (const auto& [word, count] : outcomes_of(group)) row["outcome"][std::string(word)] = count;
    for (const std::size_t column : columns) row[results.columns[column]] = summary_json(group, column);
    if (judges) {
      const Judgement judgement = judge(results, group.runs);
      row["claims"] = claims_json(judgement);
      row["verdict"] = judgement.verdict.empty() ? Json() : Json(judgement.verdict);
    }
    rows.push_back(std::move(row));
  }
  return rows.dump(2) + "\n";
}

}  // namespace precipice::chart
