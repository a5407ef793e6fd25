#include <algorithm>
#include <cmath>

#include "chart/names.hpp"
#include "chart/report_parts.hpp"
#include "chart/view.hpp"
#include "precipice/chart/diagram.hpp"

namespace precipice::chart {
namespace {

/// A value held on an axis.
using Held = std::vector<std::pair<std::string, std::string>>;

/// Rounded for the page: a hundredth of a cell is less than a pixel.
double place(double x) { return std::round(x * 1000) / 1000; }

ReportJson line_json(const PredictedLine& line, bool p_is_y) {
  static constexpr const char* shapes[]{"curve", "along_x", "along_y"};
  const bool is_collapse = line.name == PredictedLine::Name::collapse_precision;
  ReportJson points = ReportJson::array();
  for (const LinePoint& point : line.points) {
    ReportJson json{place(point.x), place(point.y)};
    if (is_collapse) json.push_back(place(*number_of(p_is_y ? point.y_text : point.x_text)));
    points.push_back(std::move(json));
  }
  return {{"name", is_collapse ? "collapse" : "closes"},
          {"shape", shapes[static_cast<std::size_t>(line.shape)]},
          {"inside", line.is_inside},
          {"points", std::move(points)}};
}

ReportJson measured_json(const MeasuredBoundary& boundary) {
  ReportJson points = ReportJson::array();
  for (const BoundaryPoint& p : boundary.points) {
    points.push_back({place(p.middle.x), place(p.middle.y), place(p.low_place), place(p.high_place)});
  }
  return {{"name", to_text(boundary.boundary)},
          {"title", boundary_name(boundary.boundary)},
          {"along_x", boundary.is_along_x},
          {"points", std::move(points)}};
}

/// Everything the page takes from a phase diagram: lines, marks of a vanishing 1/B, how far p* reaches, and
/// measured boundaries.
ReportJson slice_json(const Results& results, const PhaseRequest& request) {
  const Diagram diagram = phase_diagram(results, request);
  const Panel& panel = diagram.panels.front();
  ReportJson lines = ReportJson::array(), dead = ReportJson::array();
  for (const PredictedLine& line : panel.lines) lines.push_back(line_json(line, diagram.y.key == p_key));
  for (const DiagramCell& cell : panel.cells) {
    if (cell.mean_factor_vanishes) dead.push_back({cell.x, cell.y});
  }
  ReportJson measured = ReportJson::array();
  for (const MeasuredBoundary& boundary : panel.boundaries) measured.push_back(measured_json(boundary));
  const bool is_along_x = !panel.boundaries.empty() && panel.boundaries.front().is_along_x;
  const auto& margin = panel.control.margin;
  return {{"lines", std::move(lines)},
          {"dead", std::move(dead)},
          {"measured", std::move(measured)},
          {"measured_along", is_along_x ? diagram.x.key : diagram.y.key},
          {"high", {place(diagram.x_range.high), place(diagram.y_range.high)}},
          {"margin", margin ? ReportJson(place(*margin)) : ReportJson()}};
}

/// Every combination of the values of axes that are not drawn, the last axis fastest.
std::vector<Held> combinations(const Results& results, const std::vector<std::string>& drawn) {
  std::vector<Held> all{{}};
  for (const Axis& axis : results.axes) {
    if (axis.key == seed_key || std::ranges::find(drawn, axis.key) != drawn.end()) continue;
    std::vector<Held> longer;
    for (const Held& held : all) {
      for (const std::string& value : axis.values) {
        if (longer.size() == slices_drawn) break;
        longer.push_back(held);
        longer.back().emplace_back(axis.key, value);
      }
    }
    all = std::move(longer);
  }
  return all;
}

ReportJson held_json(const Results& results, const Held& held) {
  ReportJson json = ReportJson::object();
  for (const auto& [key, value] : held) json[key] = *results.axes[*results.axis(key)].index_of(value);
  return json;
}

}  // namespace

ReportJson diagram_json(const Results& results) {
  if (results.axes.empty()) return {};
  const View view(results, {});
  std::vector<std::string> drawn{view.x().key};
  if (!view.y().key.empty()) drawn.push_back(view.y().key);
  ReportJson slices = ReportJson::array();
  for (const Held& held : combinations(results, drawn)) {
    ReportJson slice{{"held", held_json(results, held)}};
    slice.update(slice_json(results, {.directory = results.directory,
                                      .x = view.x().key,
                                      .y = view.y().key,
                                      .value = {},
                                      .held = held,
                                      .output = {}}));
    slices.push_back(std::move(slice));
  }
  return {{"axes", drawn}, {"slices", std::move(slices)}};
}

}  // namespace precipice::chart
