#include "precipice/chart/diagram.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ranges>

#include "chart/caption.hpp"
#include "chart/measured_boundaries.hpp"
#include "chart/predicted_lines.hpp"
#include "chart/view.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"

namespace precipice::chart {
namespace {

// --- numbers of cells.csv -------------------------------------------------------------------------------------------

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

/// Ascending; what has no number comes last.
bool is_before(const std::optional<double>& a, const std::optional<double>& b) { return a && (!b || *a < *b); }

// --- cells ----------------------------------------------------------------------------------------------------------

std::vector<DiagramCell> cells_of(const View& view, const std::string& value) {
  const auto column = value_column(view.results(), value);
  const std::size_t width = view.x().values.size();
  std::vector<DiagramCell> cells(width * view.y().values.size());
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
    if (column) cells[i].numbers.push_back(finite_number(run, *column));
  }
  for (DiagramCell& cell : cells) {
    std::ranges::sort(cell.numbers, is_before);
    cell.value = lower_median(cell.numbers, meaning_of_none(value));
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

/// What one panel shows; its lines may need more room than the values of the axes take.
Panel panel_of(const View& view, Diagram& diagram, const PhaseRequest& request) {
  Panel panel;
  if (view.by() != nullptr) panel.at = view.held().at(view.by()->key);
  panel.cells = cells_of(view, diagram.value);
  panel.control = control_of(view);
  if (auto line = collapse_line(view, panel.control)) {
    make_room(diagram.x_range, diagram.x, panel.control.collapse_precision);
    make_room(diagram.y_range, diagram.y, panel.control.collapse_precision);
    panel.lines.push_back(std::move(*line));
  }
  panel.boundaries = measured_boundaries(view, request);
  return panel;
}

void mark_inside(const Diagram& diagram, PredictedLine& line) {
  line.is_inside = std::ranges::any_of(line.points, [&](const LinePoint& point) {
    return point.x >= diagram.x_range.low && point.x <= diagram.x_range.high && point.y >= diagram.y_range.low &&
           point.y <= diagram.y_range.high;
  });
}

/// A range that a linear scale would squeeze at its lower end.
bool is_wide(const Diagram& diagram) {
  constexpr double wide = 30;
  std::optional<double> low, high;
  for (const Panel& panel : diagram.panels) {
    for (const DiagramCell& cell : panel.cells) {
      if (!cell.value) continue;
      low = std::min(*cell.value, low.value_or(*cell.value));
      high = std::max(*cell.value, high.value_or(*cell.value));
    }
  }
  return low && *low > 0 && *high / *low > wide;
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

int DiagramCell::with_value() const {
  return static_cast<int>(std::ranges::count_if(numbers, [](const auto& number) { return number.has_value(); }));
}

std::optional<double> lower_median(std::vector<std::optional<double>> numbers, NoNumber missing) {
  if (missing == NoNumber::is_unknown) std::erase(numbers, std::nullopt);
  if (numbers.empty()) return {};
  std::ranges::sort(numbers, is_before);
  return numbers[(numbers.size() - 1) / 2];
}

Diagram phase_diagram(const Results& results, const PhaseRequest& request) {
  const View view(results, request);
  const std::vector<View> views = view.panels();
  Diagram diagram;
  diagram.name = results.name;
  diagram.x = view.x();
  diagram.y = view.y();
  diagram.by = view.by() != nullptr ? view.by()->key : "";
  diagram.value = request.value.empty() ? "outcome" : request.value;
  diagram.seeds = request.seeds;
  diagram.size = request.size;
  diagram.x_range = whole_range(diagram.x);
  diagram.y_range = whole_range(diagram.y);
  for (const View& one : views) diagram.panels.push_back(panel_of(one, diagram, request));
  for (std::size_t i = 0; i < views.size(); ++i) {
    std::vector<PredictedLine>& lines = diagram.panels[i].lines;
    if (auto line = closing_line(views[i], diagram)) lines.push_back(std::move(*line));
    for (PredictedLine& line : lines) mark_inside(diagram, line);
  }
  diagram.scale = request.scale != Scale::automatic ? request.scale
                  : is_wide(diagram)                ? Scale::logarithmic
                                                    : Scale::linear;
  diagram.caption = caption_of(views, diagram);
  return diagram;
}

}  // namespace precipice::chart
