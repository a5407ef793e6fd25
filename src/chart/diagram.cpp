#include "precipice/chart/diagram.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ranges>

#include "chart/caption.hpp"
#include "chart/predicted_lines.hpp"
#include "chart/view.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::chart {
namespace {

// --- numbers of cells.csv -------------------------------------------------------------------------------------------

bool holds_numbers(const Results& results, std::size_t column) {
  return std::ranges::all_of(results.runs, [&](const FinishedRun& run) {
    return run.fields[column].empty() || number_of(run.fields[column]);
  });
}

/// Column of the number that is drawn, nothing for outcomes.
std::optional<std::size_t> value_column(const Results& results, const std::string& value) {
  if (value == "outcome") return {};
  const auto column = results.column(value);
  if (column && !results.axis(value) && holds_numbers(results, *column)) return column;
  std::vector<std::string_view> known{"outcome"};
  for (std::size_t i = 0; i < results.columns.size(); ++i) {
    if (!results.axis(results.columns[i]) && holds_numbers(results, i)) known.push_back(results.columns[i]);
  }
  throw ConfigError(
      fmt::format("no value '{}' to draw{} (accepted: {})", value, did_you_mean(value, known), fmt::join(known, ", ")));
}

std::optional<double> finite_number(const FinishedRun& run, std::size_t column) {
  const auto number = number_of(run.fields[column]);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

// --- cells ----------------------------------------------------------------------------------------------------------

std::vector<DiagramCell> cells_of(const View& view, const std::string& value) {
  const auto column = value_column(view.results(), value);
  const std::size_t width = view.x().values.size();
  std::vector<DiagramCell> cells(width * view.y().values.size());
  std::vector<std::vector<std::optional<double>>> numbers(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i].x = i % width;
    cells[i].y = i / width;
  }
  const auto frozen_at = view.results().column("frozen_at");
  for (const FinishedRun& run : view.results().runs) {
    const auto spot = view.spot_of(run);
    if (!spot) continue;
    const std::size_t i = spot->y * width + spot->x;
    cells[i].votes.add(run.outcome);
    if (frozen_at && !run.fields[*frozen_at].empty()) ++cells[i].froze;
    cells[i].mean_factor_vanishes = mean_factor_vanishes(view, run, *spot);
    if (column) numbers[i].push_back(finite_number(run, *column));
  }
  for (std::size_t i = 0; column && i < cells.size(); ++i) {
    cells[i].with_value = static_cast<int>(std::ranges::count_if(numbers[i], [](auto& n) { return n.has_value(); }));
    cells[i].value = lower_median(numbers[i], meaning_of_none(value));
  }
  return cells;
}

Control control_of(const View& view) {
  Control control;
  for (const FinishedRun& run : view.results().runs) {
    if (view.is_control(run)) control.votes.add(run.outcome);
  }
  return control;
}

// --- what is drawn --------------------------------------------------------------------------------------------------

Range whole_range(const Axis& axis) { return {-0.5, static_cast<double>(axis.values.size()) - 0.5}; }

/// p* a little beyond the last precision is worth some room.
void make_room(Range& range, const Axis& axis, const std::vector<double>& precisions) {
  constexpr double near = 6, space = 0.6, edge = 0.1;
  if (axis.key != p_key || !axis.is_numeric) return;
  const double last = *number_of(axis.values.back());
  for (const double p : precisions) {
    const double place = *axis.position(p);
    if (p <= last + near && place > range.high - edge) range.high = std::max(range.high, place + space);
  }
}

}  // namespace

NoNumber meaning_of_none(std::string_view column) {
  constexpr std::array<std::string_view, 10> steps{
      "first_absorption", "sc50",        "nfi_onset",        "aligned_onset",    "first_spike",
      "frozen_at",        "diverged_at", "test_accuracy_50", "test_accuracy_90", "test_accuracy_99"};
  return std::ranges::find(steps, column) != steps.end() ? NoNumber::is_late : NoNumber::is_unknown;
}

int Votes::runs() const { return std::accumulate(of.begin(), of.end(), 0); }

std::optional<Outcome> Votes::majority() const {
  if (runs() == 0) return {};
  return static_cast<Outcome>(std::ranges::max_element(of) - of.begin());
}

int Votes::of_majority() const { return *std::ranges::max_element(of); }

std::optional<double> lower_median(std::vector<std::optional<double>> numbers, NoNumber missing) {
  if (missing == NoNumber::is_unknown) std::erase(numbers, std::nullopt);
  if (numbers.empty()) return {};
  std::ranges::sort(numbers, [](auto& a, auto& b) { return a && (!b || *a < *b); });
  return numbers[(numbers.size() - 1) / 2];
}

Diagram phase_diagram(const Results& results, const PhaseRequest& request) {
  const View view(results, request);
  Diagram diagram;
  diagram.name = results.name;
  diagram.x = view.x();
  diagram.y = view.y();
  diagram.value = request.value.empty() ? "outcome" : request.value;
  diagram.cells = cells_of(view, diagram.value);
  diagram.control = control_of(view);
  diagram.x_range = whole_range(diagram.x);
  diagram.y_range = whole_range(diagram.y);
  if (auto line = collapse_line(view, diagram.control)) {
    make_room(diagram.x_range, diagram.x, diagram.control.collapse_precision);
    make_room(diagram.y_range, diagram.y, diagram.control.collapse_precision);
    diagram.lines.push_back(std::move(*line));
  }
  if (auto line = closing_line(view, diagram)) diagram.lines.push_back(std::move(*line));
  for (PredictedLine& line : diagram.lines) {
    line.is_inside = std::ranges::any_of(line.points, [&](const LinePoint& point) {
      return point.x >= diagram.x_range.low && point.x <= diagram.x_range.high && point.y >= diagram.y_range.low &&
             point.y <= diagram.y_range.high;
    });
  }
  diagram.caption = caption_of(view, diagram);
  return diagram;
}

std::string to_csv(const Diagram& diagram) {
  std::string text = fmt::format("kind,{},{},{},seeds,agreeing\n", csv_field(diagram.x.key),
                                 diagram.y.key.empty() ? "y" : csv_field(diagram.y.key), csv_field(diagram.value));
  const auto word = [](const Votes& votes) { return votes.runs() > 0 ? to_text(*votes.majority()) : ""; };
  const auto x_of = [&](const DiagramCell& cell) { return csv_field(diagram.x.values[cell.x]); };
  const auto y_of = [&](const DiagramCell& cell) { return csv_field(diagram.y.values[cell.y]); };
  for (const DiagramCell& cell : diagram.cells) {
    const int runs = cell.votes.runs();
    if (diagram.shows_outcome()) {
      text += fmt::format("cell,{},{},{},{},{}\n", x_of(cell), y_of(cell), word(cell.votes), runs,
                          cell.votes.of_majority());
    } else {
      text += fmt::format("cell,{},{},{},{},{}\n", x_of(cell), y_of(cell),
                          cell.value ? fmt::format("{}", *cell.value) : "", runs, cell.with_value);
    }
  }
  for (const DiagramCell& cell : diagram.cells) {
    if (!diagram.shows_outcome() || !cell.froze_later()) continue;
    text += fmt::format("froze-later,{},{},,{},{}\n", x_of(cell), y_of(cell), cell.votes.runs(), cell.froze);
  }
  const Votes& control = diagram.control.votes;
  if (diagram.shows_outcome() && control.runs() > 0) {
    text += fmt::format("control,,,{},{},{}\n", word(control), control.runs(), control.of_majority());
  }
  for (const PredictedLine& line : diagram.lines) {
    const bool is_collapse = line.name == PredictedLine::Name::collapse_precision;
    for (const LinePoint& point : line.points) {
      text += fmt::format("predicted-{},{},{},,,\n", is_collapse ? "collapse-precision" : "window-closes",
                          csv_field(point.x_text), csv_field(point.y_text));
    }
  }
  for (const DiagramCell& cell : diagram.cells) {
    if (cell.mean_factor_vanishes) text += fmt::format("predicted-mean-factor-zero,{},{},,,\n", x_of(cell), y_of(cell));
  }
  return text;
}

}  // namespace precipice::chart
