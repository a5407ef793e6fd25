#include "verification/boundary_tables.hpp"

#include <fmt/core.h>

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "precipice/diagnosis/prediction.hpp"
#include "verification/boundary_counts.hpp"
#include "verification/boundary_reasons.hpp"
#include "verification/boundary_runs.hpp"

// Where the closed form has the boundary of inflation, and where it was.

namespace precipice::verification {
namespace {

using predicted::Verdict;

/// Runs of one (p, E) that show something, in the order of the widths: "0 1 3".
std::string runs_text(const std::vector<BoundaryCell>& cells, std::size_t plane, int p,
                      const std::function<bool(const BoundaryCell&)>& shows) {
  std::map<int, std::size_t> shown;
  for (const BoundaryCell& cell : cells) {
    if (cell.plane == plane && cell.precision == p) shown[cell.exponent_bits] += shows(cell) ? 1 : 0;
  }
  std::string text;
  for (const auto& [bits, runs] : shown) text += fmt::format("{}{}", text.empty() ? "" : " ", runs);
  return text;
}

/// The same as it is predicted; "?" where a run is at the edge.
std::string predicted_text(const std::vector<BoundaryCell>& cells, std::size_t plane, int p) {
  std::map<int, std::size_t> expected;
  std::set<int> edges;
  for (const BoundaryCell& cell : cells) {
    if (cell.plane != plane || cell.precision != p) continue;
    const Verdict verdict = cell.predicted.inflation.verdict;
    expected[cell.exponent_bits] += verdict == Verdict::yes ? 1 : 0;
    if (verdict == Verdict::edge) edges.insert(cell.exponent_bits);
  }
  std::string text;
  for (const auto& [bits, runs] : expected) {
    text += text.empty() ? "" : " ";
    text += edges.contains(bits) ? "?" : std::to_string(runs);
  }
  return text;
}

/// Real E at which the window of n terms in one piece closes. A scale that is no less than B undoes 1/B.
std::optional<double> closes_at(const BoundaryPlane& plane, int p, double terms) {
  const predicted::RegionSetting s = region_setting(plane, p, plane.exponent_bits.front());
  const MeanPlace mean = s.scale >= static_cast<double>(s.batch) ? MeanPlace::outside : s.mean;
  return predicted::closing_exponent_bits(p, s.rounding, s.order, terms, mean, s.batch, s.format);
}

/// A lone rival is one term, all alike are those of the middle label.
std::optional<double> closes_for_lone(const BoundaryPlane& plane, int p) { return closes_at(plane, p, 1); }
std::optional<double> closes_for_alike(const BoundaryPlane& plane, int p) {
  const predicted::RegionSetting s = region_setting(plane, p, plane.exponent_bits.front());
  return closes_at(plane, p, *predicted::median_terms_in_one_piece(s.order, s.classes));
}

std::string real_text(const std::optional<double>& x) { return x ? fmt::format("{:.2f}", *x) : "-"; }

}  // namespace

chart::Table boundary_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells, std::size_t plane) {
  const BoundaryPlane& of = agenda.planes[plane];
  chart::Table table{{"p", "lone", "alike", "predicted", "inflate", "align", "freeze", "absorb"}, {}};
  for (const int p : of.precisions) {
    std::vector<std::string> row{std::to_string(p), real_text(closes_for_lone(of, p)),
                                 real_text(closes_for_alike(of, p)), predicted_text(cells, plane, p)};
    const auto add = [&](const std::function<bool(const BoundaryCell&)>& shows) {
      row.push_back(runs_text(cells, plane, p, shows));
    };
    add([](const BoundaryCell& c) { return is_measured(c, Phenomenon::inflation); });
    add([](const BoundaryCell& c) { return c.diagnosis.onsets.aligned.has_value(); });
    add([](const BoundaryCell& c) { return is_measured(c, Phenomenon::freezing); });
    add([](const BoundaryCell& c) { return is_measured(c, Phenomenon::absorption); });
    table.rows.push_back(std::move(row));
  }
  return table;
}

chart::Table closed_form_table(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells) {
  enum Side : std::uint8_t { closed, between, open, sides };
  std::vector<std::array<Measured, sides>> by_plane(agenda.planes.size());
  for (const BoundaryCell& cell : cells) {
    const BoundaryPlane& plane = agenda.planes[cell.plane];
    const auto lone = closes_for_lone(plane, cell.precision), alike = closes_for_alike(plane, cell.precision);
    if (!lone || !alike) continue;  // the rounding has no window
    const Side side = cell.exponent_bits <= *lone ? closed : cell.exponent_bits <= *alike ? between : open;
    by_plane[cell.plane][side].add(is_measured(cell, Phenomenon::inflation));
  }
  chart::Table table{{"plane", "closed", "inflate", "between", "inflate", "open", "inflate"}, {}};
  for (std::size_t i = 0; i < by_plane.size(); ++i) {
    if (by_plane[i] == std::array<Measured, sides>{}) continue;
    std::vector<std::string> row{agenda.planes[i].name};
    for (const Measured& m : by_plane[i]) {
      row.push_back(std::to_string(m.all));
      row.push_back(percent(m.shown, m.all));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace precipice::verification
