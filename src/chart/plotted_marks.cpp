#include <fmt/core.h>

#include "chart/names.hpp"
#include "chart/plot_pieces.hpp"
#include "precipice/chart/gnuplot.hpp"

namespace precipice::chart {
namespace {

/// A kind of mark: gnuplot's point types, filled and in outline.
int point_type(Boundary boundary) {
  switch (boundary) {
    case Boundary::absorption: return 7;  // circle
    case Boundary::nfi: return 9;         // triangle
    case Boundary::freezing: return 5;    // square
    case Boundary::spike: break;
  }
  return 13;  // diamond
}

class Marks {
 public:
  Marks(const Diagram& diagram, PlotPieces& pieces) : d_(diagram), pieces_(pieces) {}

  void add() {
    add_lines();
    add_marks();
    add_boundaries();
  }

 private:
  static std::string line_data(const PredictedLine& line) {
    std::string lines;
    for (const LinePoint& point : line.points) {
      const double x = line.shape == PredictedLine::Shape::along_x ? 0.5 : 0;
      const double y = line.shape == PredictedLine::Shape::along_y ? 0.5 : 0;
      lines += fmt::format("{} {}\n", number(point.x - x), number(point.y - y));
      if (x > 0 || y > 0) lines += fmt::format("{} {}\n", number(point.x + x), number(point.y + y));
    }
    return lines;
  }

  [[nodiscard]] std::string name_of(const PredictedLine& line) const {
    if (line.name == PredictedLine::Name::window_closes) {
      return named(d_, "predicted: NFI window closes", "NFI window closes");
    }
    const auto& precisions = d_.panels.front().control.collapse_precision;
    const bool is_one = d_.panels.size() == 1 && precisions.size() == 1;
    return is_one ? fmt::format("predicted: p* = {:.1f}", precisions.front()) : "predicted: p*";
  }

  /// A white line under each keeps it visible on dark cells.
  void add_lines() {
    for (const auto name : {PredictedLine::Name::collapse_precision, PredictedLine::Name::window_closes}) {
      for (std::size_t i = 0; i < d_.panels.size(); ++i) {
        for (const PredictedLine& line : d_.panels[i].lines) {
          if (line.name == name && line.is_inside) add_line(i, line);
        }
      }
    }
  }

  void add_line(std::size_t i, const PredictedLine& line) {
    const std::string data = pieces_.block(line_data(line));
    const auto* const dashes = line.name == PredictedLine::Name::collapse_precision ? "dt (9,4)" : "dt (9,3,2,3)";
    pieces_.plot(i, fmt::format("{} using 1:2 with lines lw 4 lc rgb '#FFFFFF' notitle", data));
    pieces_.plot(i, fmt::format("{} using 1:2 with lines lw 2 {} lc rgb '#000000' notitle", data, dashes));
    pieces_.add_entry(fmt::format("with lines lw 2 {} lc rgb '#000000'", dashes), name_of(line));
  }

  /// Marks at the places that are shown, this far to the right of their middle.
  template <class Shown>
  void add_points(double right, const std::string& name, std::string_view under, std::string_view style, Shown shown) {
    for (std::size_t i = 0; i < d_.panels.size(); ++i) {
      std::string lines;
      for (const DiagramCell& cell : d_.panels[i].cells) {
        if (shown(cell)) lines += fmt::format("{} {}\n", number(static_cast<double>(cell.x) + right), cell.y);
      }
      if (lines.empty()) continue;
      const std::string data = pieces_.block(lines);
      pieces_.plot(i, fmt::format("{} using 1:2 with points {} notitle", data, under));
      pieces_.plot(i, fmt::format("{} using 1:2 with points {} notitle", data, style));
      pieces_.add_entry(fmt::format("with points {}", style), name);
    }
  }

  void add_marks() {
    add_points(-0.3, named(d_, "predicted: 1/B rounds to 0", "1/B rounds to 0"),
               "pt 2 ps 0.55*m lw 3*m lc rgb '#FFFFFF'", "pt 2 ps 0.55*m lw 1.2*m lc rgb '#000000'",
               [](const DiagramCell& cell) { return cell.mean_factor_vanishes; });
    if (!d_.shows_outcome()) return;
    add_points(0.17, "froze later", "pt 1 ps 0.7*m lw 4*m lc rgb '#FFFFFF'", "pt 1 ps 0.7*m lw 1.6*m lc rgb '#2A659C'",
               [](const DiagramCell& cell) { return cell.froze_later(); });
    if (d_.seeds == Seeds::spread) return;
    add_points(0, "seeds disagree", "pt 7 ps 0.55*m lc rgb '#FFFFFF'", "pt 6 ps 0.55*m lw 1.2*m lc rgb '#000000'",
               [](const DiagramCell& cell) { return cell.votes.of_majority() < cell.votes.runs(); });
  }

  /// Marks with bars, several kinds side by side.
  void add_boundaries() {
    for (std::size_t i = 0; i < d_.panels.size(); ++i) {
      const auto& boundaries = d_.panels[i].boundaries;
      for (std::size_t k = 0; k < boundaries.size(); ++k) {
        constexpr double apart = 0.18;
        add_boundary(i, boundaries[k],
                     (static_cast<double>(k) - static_cast<double>(boundaries.size() - 1) / 2) * apart);
      }
    }
  }

  void add_boundary(std::size_t i, const MeasuredBoundary& boundary, double aside) {
    if (boundary.points.empty()) return;
    std::string lines;
    for (const BoundaryPoint& p : boundary.points) {
      const double x = p.middle.x + (boundary.is_along_x ? 0 : aside);
      const double y = p.middle.y + (boundary.is_along_x ? aside : 0);
      lines += fmt::format("{} {} {} {}\n", number(x), number(y), number(p.low_place), number(p.high_place));
    }
    const std::string data = pieces_.block(lines);
    const auto* const bars = boundary.is_along_x ? "xerrorbars" : "yerrorbars";
    const int type = point_type(boundary.boundary);
    pieces_.plot(
        i, fmt::format("{} using 1:2:3:4 with {} pt {} ps 1.1*m lw 4*m lc rgb '#FFFFFF' notitle", data, bars, type));
    const std::string style = fmt::format("pt {} ps 0.75*m lw 1.5*m lc rgb '#000000'", type);
    pieces_.plot(i, fmt::format("{} using 1:2:3:4 with {} {} notitle", data, bars, style));
    pieces_.add_entry(fmt::format("with points {}", style),
                      fmt::format("{}: {}", named(d_, "measured", "meas."), boundary_name(boundary.boundary)));
  }

  const Diagram& d_;
  PlotPieces& pieces_;
};

}  // namespace

void add_marks(const Diagram& diagram, PlotPieces& pieces) { Marks(diagram, pieces).add(); }

}  // namespace precipice::chart
