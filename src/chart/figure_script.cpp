#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "chart/layout.hpp"
#include "chart/names.hpp"
#include "precipice/chart/figure.hpp"
#include "precipice/chart/gnuplot.hpp"

namespace precipice::chart {
namespace {

/// viridis: grows lighter all the way, also for the colour-blind.
constexpr auto palette =
    "set palette defined (0 '#440154', 1 '#472C7A', 2 '#3B518B', 3 '#2C718E', 4 '#21908D', 5 '#27AD81', 6 '#5CC863', "
    "7 '#AADC32', 8 '#FDE725')\n";

constexpr auto full_fill = "fs solid 1.0 border rgb '#FFFFFF'";
constexpr auto strip_fill = "fs solid 1.0 noborder";
constexpr auto hatched_fill = "fs pattern 4 border rgb '#B0B0B0'";
constexpr auto failed_fill = "fs pattern 5 border rgb '#D00000'";
constexpr auto not_run_colour = "#B0B0B0", none_colour = "#E4E4E4";

struct LegendEntry {
  std::string style, title;
};

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

/// The script, piece by piece: blocks of data first, then what to plot of them in each panel and what the legend says.
class Script {
 public:
  Script(const Diagram& diagram, FigureFormat format) : d_(diagram), plots_(diagram.panels.size()) {
    if (d_.shows_outcome())
      add_outcomes();
    else
      add_numbers();
    add_places_without_run();
    add_outlines();
    add_lines();
    add_marks();
    add_boundaries();
    LegendExtent extent{legend_.size(), 0};
    for (const LegendEntry& entry : legend_) extent.longest = std::max(extent.longest, entry.title.size());
    layout_.emplace(d_, format, extent);
  }

  [[nodiscard]] std::string text() const {
    std::string text = layout_->terminal() + common_settings() + blocks_ + "set multiplot\n";
    for (std::size_t i = 0; i < plots_.size(); ++i) text += panel(i);
    return text + last() + "unset multiplot\n";
  }

 private:
  [[nodiscard]] bool is_spread() const { return d_.seeds == Seeds::spread; }
  [[nodiscard]] std::string named(std::string_view name, std::string_view brief) const {
    return std::string(d_.size == FigureSize::screen ? name : brief);
  }

  // --- data

  /// Names a block of data lines.
  std::string block(const std::string& lines) {
    std::string name = fmt::format("$block{}", ++block_count_);
    blocks_ += fmt::format("{} << END\n{}END\n", name, lines);
    return name;
  }

  /// A piece of the legend, once for all panels.
  void add_entry(const std::string& style, const std::string& title) {
    if (std::ranges::find(legend_, title, &LegendEntry::title) == legend_.end()) legend_.push_back({style, title});
  }

  /// The middle and the four edges of a place, or of its k-th strip of n.
  static std::string edges(const DiagramCell& cell, std::size_t k = 0, std::size_t n = 1) {
    const auto left = static_cast<double>(cell.x) - 0.5, y = static_cast<double>(cell.y);
    const double low = left + static_cast<double>(k) / static_cast<double>(n);
    const double high = left + static_cast<double>(k + 1) / static_cast<double>(n);
    return fmt::format("{} {} {} {} {} {}", number((low + high) / 2), number(y), number(low), number(high),
                       number(y - 0.5), number(y + 0.5));
  }

  template <class Shown>
  static std::string places(const Panel& panel, Shown shown) {
    std::string lines;
    for (const DiagramCell& cell : panel.cells) {
      if (shown(cell)) lines += edges(cell) + "\n";
    }
    return lines;
  }

  void add_boxes(std::size_t i, const std::string& lines, std::string_view colour, std::string_view fill,
                 const std::string& name) {
    if (lines.empty()) return;
    plots_[i].push_back(
        fmt::format("{} using 1:2:3:4:5:6 with boxxyerror fc rgb '{}' {} lw 0.7 notitle", block(lines), colour, fill));
    const bool is_plain = fill == full_fill || fill == strip_fill;
    add_entry(
        fmt::format("with boxes fc rgb '{}' {} lw 0.7", colour, is_plain ? "fs solid 1.0 border rgb '#808080'" : fill),
        name);
  }

  /// Places of this majority, or the strips of seeds with this outcome.
  [[nodiscard]] std::string of_outcome(const Panel& panel, Outcome outcome) const {
    if (!is_spread()) {
      return places(panel, [&](const DiagramCell& cell) { return cell.votes.majority() == outcome; });
    }
    std::string lines;
    for (const DiagramCell& cell : panel.cells) {
      const auto runs = static_cast<std::size_t>(cell.votes.runs());
      std::size_t k = 0;
      for (const OutcomeLook& look : outcome_looks()) {
        const auto count = static_cast<std::size_t>(cell.votes.of[static_cast<std::size_t>(look.outcome)]);
        for (std::size_t j = 0; look.outcome == outcome && j < count; ++j) lines += edges(cell, k + j, runs) + "\n";
        k += count;
      }
    }
    return lines;
  }

  void add_outcomes() {
    for (const OutcomeLook& look : outcome_looks()) {
      const auto* const fill = look.outcome == Outcome::failed ? failed_fill : is_spread() ? strip_fill : full_fill;
      for (std::size_t i = 0; i < plots_.size(); ++i) {
        add_boxes(i, of_outcome(d_.panels[i], look.outcome), look.colour, fill, named(look.name, look.brief));
      }
    }
  }

  void add_numbers() {
    for (std::size_t i = 0; i < plots_.size(); ++i) {
      std::string coloured, none, not_positive;
      for (const DiagramCell& cell : d_.panels[i].cells) {
        const std::vector<std::optional<double>> one{cell.value};
        const auto& numbers = is_spread() ? cell.numbers : one;
        for (std::size_t k = 0; cell.votes.runs() > 0 && k < numbers.size(); ++k) {
          const std::string place = edges(cell, k, numbers.size());
          if (d_.has_colour(numbers[k])) {
            coloured += fmt::format("{} {}\n", place, *numbers[k]);
          } else {
            (numbers[k] ? not_positive : none) += place + "\n";
          }
        }
      }
      const auto* const fill = is_spread() ? strip_fill : full_fill;
      if (!coloured.empty()) {
        plots_[i].push_back(
            fmt::format("{} using 1:2:3:4:5:6:7 with boxxyerror fc palette lw 0.7 {} notitle", block(coloured), fill));
      }
      add_boxes(i, not_positive, "#FFFFFF", "fs pattern 2 border rgb '#B0B0B0'", "zero or less");
      add_boxes(i, none, none_colour, fill,
                meaning_of_none(d_.value) == NoNumber::is_late ? "did not happen" : "no number");
    }
  }

  void add_places_without_run() {
    for (std::size_t i = 0; i < plots_.size(); ++i) {
      add_boxes(i, places(d_.panels[i], [](const DiagramCell& cell) { return cell.votes.runs() == 0; }), not_run_colour,
                hatched_fill, "not run");
    }
  }

  /// Around places that are divided into strips.
  void add_outlines() {
    for (std::size_t i = 0; is_spread() && i < plots_.size(); ++i) {
      const std::string lines = places(d_.panels[i], [](const DiagramCell& cell) { return cell.votes.runs() > 0; });
      if (lines.empty()) continue;
      plots_[i].push_back(
          fmt::format("{} using 1:2:3:4:5:6 with boxxyerror lc rgb '#FFFFFF' lw 2 fs empty notitle", block(lines)));
    }
  }

  // --- predicted lines and marks

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
      return named("predicted: NFI window closes", "NFI window closes");
    }
    const auto& precisions = d_.panels.front().control.collapse_precision;
    const bool is_one = d_.panels.size() == 1 && precisions.size() == 1;
    return is_one ? fmt::format("predicted: p* = {:.1f}", precisions.front()) : "predicted: p*";
  }

  /// A white line under each keeps it visible on dark cells.
  void add_lines() {
    for (const auto name : {PredictedLine::Name::collapse_precision, PredictedLine::Name::window_closes}) {
      for (std::size_t i = 0; i < plots_.size(); ++i) {
        for (const PredictedLine& line : d_.panels[i].lines) {
          if (line.name == name && line.is_inside) add_line(i, line);
        }
      }
    }
  }

  void add_line(std::size_t i, const PredictedLine& line) {
    const std::string data = block(line_data(line));
    const auto* const dashes = line.name == PredictedLine::Name::collapse_precision ? "dt (9,4)" : "dt (9,3,2,3)";
    plots_[i].push_back(fmt::format("{} using 1:2 with lines lw 4 lc rgb '#FFFFFF' notitle", data));
    plots_[i].push_back(fmt::format("{} using 1:2 with lines lw 2 {} lc rgb '#000000' notitle", data, dashes));
    add_entry(fmt::format("with lines lw 2 {} lc rgb '#000000'", dashes), name_of(line));
  }

  /// Marks at the places that are shown, this far to the right of their middle.
  template <class Shown>
  void add_points(double right, const std::string& name, std::string_view under, std::string_view style, Shown shown) {
    for (std::size_t i = 0; i < plots_.size(); ++i) {
      std::string lines;
      for (const DiagramCell& cell : d_.panels[i].cells) {
        if (shown(cell)) lines += fmt::format("{} {}\n", number(static_cast<double>(cell.x) + right), cell.y);
      }
      if (lines.empty()) continue;
      const std::string data = block(lines);
      plots_[i].push_back(fmt::format("{} using 1:2 with points {} notitle", data, under));
      plots_[i].push_back(fmt::format("{} using 1:2 with points {} notitle", data, style));
      add_entry(fmt::format("with points {}", style), name);
    }
  }

  void add_marks() {
    add_points(-0.3, named("predicted: 1/B rounds to 0", "1/B rounds to 0"), "pt 2 ps 0.55*m lw 3*m lc rgb '#FFFFFF'",
               "pt 2 ps 0.55*m lw 1.2*m lc rgb '#000000'",
               [](const DiagramCell& cell) { return cell.mean_factor_vanishes; });
    if (!d_.shows_outcome()) return;
    add_points(0.17, "froze later", "pt 1 ps 0.7*m lw 4*m lc rgb '#FFFFFF'", "pt 1 ps 0.7*m lw 1.6*m lc rgb '#2A659C'",
               [](const DiagramCell& cell) { return cell.froze_later(); });
    if (is_spread()) return;
    add_points(0, "seeds disagree", "pt 7 ps 0.55*m lc rgb '#FFFFFF'", "pt 6 ps 0.55*m lw 1.2*m lc rgb '#000000'",
               [](const DiagramCell& cell) { return cell.votes.of_majority() < cell.votes.runs(); });
  }

  /// Marks with bars, several kinds side by side.
  void add_boundaries() {
    for (std::size_t i = 0; i < plots_.size(); ++i) {
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
    const std::string data = block(lines);
    const auto* const bars = boundary.is_along_x ? "xerrorbars" : "yerrorbars";
    const int type = point_type(boundary.boundary);
    plots_[i].push_back(
        fmt::format("{} using 1:2:3:4 with {} pt {} ps 1.1*m lw 4*m lc rgb '#FFFFFF' notitle", data, bars, type));
    const std::string style = fmt::format("pt {} ps 0.75*m lw 1.5*m lc rgb '#000000'", type);
    plots_[i].push_back(fmt::format("{} using 1:2:3:4 with {} {} notitle", data, bars, style));
    add_entry(fmt::format("with points {}", style),
              fmt::format("{}: {}", named("measured", "meas."), boundary_name(boundary.boundary)));
  }

  // --- settings

  [[nodiscard]] std::string common_settings() const {
    std::string text = "set encoding utf8\nset border 31 lw 0.8 lc rgb '#404040' front\nunset colorbox\nunset key\n";
    text += fmt::format("set errorbars 0.6\nset tics nomirror out\nm = {}\n", number(layout_->mark_size()));
    text += fmt::format("set xrange [{}:{}]\nset yrange [{}:{}]\n", number(d_.x_range.low), number(d_.x_range.high),
                        number(d_.y_range.low), number(d_.y_range.high));
    return d_.shows_outcome() ? text : text + colours();
  }

  static std::string margins(double left, double right, double top, double bottom) {
    return fmt::format(
        "set lmargin at screen {}\nset rmargin at screen {}\nset tmargin at screen {}\nset bmargin at screen {}\n",
        number(left), number(right), number(top), number(bottom));
  }

  [[nodiscard]] std::string panel(std::size_t i) const {
    const Box& box = layout_->panel(i);
    std::string text =
        margins(layout_->x(box.left), layout_->x(box.right()), layout_->y(box.top), layout_->y(box.bottom()));
    text += tics("x", d_.x, layout_->x_stride(), layout_->has_x_labels(i));
    if (layout_->x_is_turned()) text += "set xtics rotate by 90 right\n";
    text += d_.y.key.empty() ? "unset ytics\n" : tics("y", d_.y, layout_->y_stride(), layout_->has_y_labels(i));
    return text + fmt::format("plot {}\n", fmt::join(plots_[i], ", \\\n     "));
  }

  static std::string tics(std::string_view name, const Axis& axis, std::size_t stride, bool has_labels) {
    std::vector<std::string> marks;
    for (std::size_t i = 0; i < axis.values.size(); i += stride) {
      marks.push_back(fmt::format("{} {}", has_labels ? literal(axis.values[i]) : "''", i));
    }
    return fmt::format("set {}tics scale 0.4 ({})\n", name, fmt::join(marks, ", "));
  }

  /// What belongs to no panel: all text, the legend and the scale of colours, in a plot of the whole canvas that has
  /// nothing in it.
  [[nodiscard]] std::string last() const {
    std::string text = margins(0, 1, 1, 0) + "unset border\nunset xtics\nunset ytics\n" + labels();
    const Box& legend = layout_->legend();
    text += fmt::format(
        "set key at screen {}, screen {} left top Left reverse vertical maxrows {} samplen 2 spacing 1.35 font {}\n",
        number(layout_->x(legend.left)), number(layout_->y(legend.top)),
        std::max<std::size_t>(1, layout_->legend_rows()), font(11));
    std::vector<std::string> plots{fmt::format("{} with lines lc rgb '#FFFFFF' notitle", number(d_.y_range.low - 1))};
    if (!d_.shows_outcome() && has_colours()) {
      text += color_box();
      plots.push_back(fmt::format("'+' using 1:({}):({}) with points palette notitle", number(d_.y_range.low - 1),
                                  colour_range().high));
    }
    for (const LegendEntry& entry : legend_)
      plots.push_back(fmt::format("keyentry {} title {}", entry.style, literal(entry.title)));
    return text + fmt::format("plot {}\n", fmt::join(plots, ", \\\n     "));
  }

  /// Title, names of the axes and caption, placed by the layout.
  [[nodiscard]] std::string labels() const {
    std::string text;
    for (const Text& line : layout_->texts()) {
      text += fmt::format("set label {} at screen {}, screen {} {} {} font {}\n", literal(line.words), number(line.x),
                          number(line.y),
                          line.is_upward    ? "center rotate by 90"
                          : line.is_centred ? "center"
                                            : "left",
                          line.is_grey ? "tc rgb '#404040'" : "", font(line.size));
    }
    return text;
  }

  template <class Use>
  void for_each_colour(Use use) const {
    for (const Panel& panel : d_.panels) {
      for (const DiagramCell& cell : panel.cells) {
        if (!is_spread() && d_.has_colour(cell.value)) use(*cell.value);
        for (std::size_t k = 0; is_spread() && k < cell.numbers.size(); ++k) {
          if (d_.has_colour(cell.numbers[k])) use(*cell.numbers[k]);
        }
      }
    }
  }

  [[nodiscard]] bool has_colours() const {
    bool has = false;
    for_each_colour([&](double) { has = true; });
    return has;
  }

  /// Of the numbers that are drawn; with some space around them if they are all the same.
  [[nodiscard]] Range colour_range() const {
    std::vector<double> values;
    for_each_colour([&](double value) { values.push_back(value); });
    auto [low, high] = std::ranges::minmax(values);
    if (low == high) {
      const double space = low == 0 ? 1 : std::fabs(low) / 2;
      low -= space;
      high += space;
    }
    return {low, high};
  }

  [[nodiscard]] std::string colours() const {
    if (!has_colours()) return "";
    const Range range = colour_range();
    return fmt::format("{}{}set cbrange [{}:{}]\nset format cb '%g'\nset cbtics font {}\n", palette,
                       d_.scale == Scale::logarithmic ? "set logscale cb\n" : "", range.low, range.high, font(11));
  }

  [[nodiscard]] std::string color_box() const {
    const Box& bar = layout_->bar();
    return fmt::format("set colorbox {} user origin screen {}, screen {} size screen {}, screen {}\n",
                       bar.width > bar.height ? "horizontal" : "vertical", number(layout_->x(bar.left)),
                       number(layout_->y(bar.bottom())), number(layout_->x(bar.width)),
                       number(layout_->high(bar.height)));
  }

  const Diagram& d_;
  std::string blocks_;
  std::vector<std::vector<std::string>> plots_;  ///< of each panel
  std::vector<LegendEntry> legend_;
  int block_count_ = 0;
  std::optional<Layout> layout_;
};

}  // namespace

std::string gnuplot_script(const Diagram& diagram, FigureFormat format) { return Script(diagram, format).text(); }

}  // namespace precipice::chart
