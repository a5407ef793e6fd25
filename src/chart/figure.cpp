#include "precipice/chart/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "chart/layout.hpp"
#include "chart/view.hpp"
#include "precipice/chart/gnuplot.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::chart {
namespace {

constexpr std::array looks{
    OutcomeLook{Outcome::clean, "#FFF8DC", "clean"},
    OutcomeLook{Outcome::absorbs, "#FFD24D", "absorption (absorbs)"},
    OutcomeLook{Outcome::inflates, "#E8702A", "NFI (inflates)"},
    OutcomeLook{Outcome::slingshots, "#9B1748", "NFI and spikes (slingshots)"},
    OutcomeLook{Outcome::spikes_only, "#D58FD8", "spikes without NFI (spikes-only)"},
    OutcomeLook{Outcome::frozen, "#2A659C", "all gradients zero (frozen)"},
    OutcomeLook{Outcome::never_fits, "#B8B8B8", "never fits (never-fits)"},
    OutcomeLook{Outcome::diverges, "#000000", "diverges"},
    OutcomeLook{Outcome::failed, "#D00000", "failed"},
};

/// viridis: grows lighter all the way, also for the colour-blind.
constexpr auto palette =
    "set palette defined (0 '#440154', 1 '#472C7A', 2 '#3B518B', 3 '#2C718E', 4 '#21908D', 5 '#27AD81', 6 '#5CC863', "
    "7 '#AADC32', 8 '#FDE725')\n";

constexpr auto full_fill = "fs solid 1.0 border rgb '#FFFFFF'";
constexpr auto hatched_fill = "fs pattern 4 border rgb '#B0B0B0'";
constexpr auto not_run_colour = "#B0B0B0", none_colour = "#E4E4E4";

/// The script, piece by piece: blocks of data first, then what to plot of them and what the legend says.
class Script {
 public:
  explicit Script(const Diagram& diagram, FigureFormat format) : d_(diagram), layout_(layout_of(diagram, format)) {}

  std::string text() {
    if (d_.shows_outcome())
      add_outcomes();
    else
      add_numbers();
    add_places_without_run();
    add_lines();
    add_marks();
    return settings() + blocks_ + fmt::format("plot {}\n", fmt::join(plots_, ", \\\n     "));
  }

 private:
  // --- data

  /// Names a block of data lines.
  std::string block(const std::string& lines) {
    std::string name = fmt::format("$block{}", ++block_count_);
    blocks_ += fmt::format("{} << END\n{}END\n", name, lines);
    return name;
  }

  template <class Shown>
  std::string places(Shown shown) const {
    std::string lines;
    for (const DiagramCell& cell : d_.cells) {
      if (shown(cell)) lines += fmt::format("{} {}\n", cell.x, cell.y);
    }
    return lines;
  }

  void add_boxes(const std::string& lines, std::string_view colour, std::string_view fill, std::string_view name) {
    if (lines.empty()) return;
    plots_.push_back(fmt::format("{} using 1:2:(0.5):(0.5) with boxxyerror fc rgb '{}' {} lw 0.7 notitle", block(lines),
                                 colour, fill));
    plots_.push_back(fmt::format("keyentry with boxes fc rgb '{}' {} lw 0.7 title {}", colour,
                                 fill == full_fill ? "fs solid 1.0 border rgb '#808080'" : fill, literal(name)));
  }

  void add_outcomes() {
    for (const OutcomeLook& look : looks) {
      add_boxes(places([&](const DiagramCell& cell) { return cell.votes.majority() == look.outcome; }), look.colour,
                look.outcome == Outcome::failed ? "fs pattern 5 border rgb '#D00000'" : full_fill, look.name);
    }
  }

  void add_numbers() {
    std::string lines;
    for (const DiagramCell& cell : d_.cells) {
      if (cell.value) lines += fmt::format("{} {} {}\n", cell.x, cell.y, *cell.value);
    }
    if (!lines.empty()) {
      plots_.push_back(fmt::format("{} using 1:2:(0.5):(0.5):3 with boxxyerror fc palette lw 0.7 {} notitle",
                                   block(lines), full_fill));
    }
    add_boxes(places([](const DiagramCell& cell) { return cell.votes.runs() > 0 && !cell.value; }), none_colour,
              full_fill, meaning_of_none(d_.value) == NoNumber::is_late ? "did not happen" : "no number");
  }

  void add_places_without_run() {
    add_boxes(places([](const DiagramCell& cell) { return cell.votes.runs() == 0; }), not_run_colour, hatched_fill,
              "not run");
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

  std::string name_of(const PredictedLine& line) const {
    if (line.name == PredictedLine::Name::window_closes) return "predicted: NFI window closes";
    const auto& precisions = d_.control.collapse_precision;
    return precisions.size() == 1 ? fmt::format("predicted: p* = {:.1f}", precisions.front()) : "predicted: p*";
  }

  /// A white line under each keeps it visible on dark cells.
  void add_lines() {
    for (const PredictedLine& line : d_.lines) {
      if (!line.is_inside) continue;
      const std::string data = block(line_data(line));
      const auto style = line.name == PredictedLine::Name::collapse_precision ? "dt (9,4)" : "dt (9,3,2,3)";
      plots_.push_back(fmt::format("{} using 1:2 with lines lw 4 lc rgb '#FFFFFF' notitle", data));
      plots_.push_back(fmt::format("{} using 1:2 with lines lw 2 {} lc rgb '#000000' notitle", data, style));
      plots_.push_back(
          fmt::format("keyentry with lines lw 2 {} lc rgb '#000000' title {}", style, literal(name_of(line))));
    }
  }

  void add_points(const std::string& lines, std::string_view name, std::initializer_list<std::string_view> styles) {
    if (lines.empty()) return;
    const std::string data = block(lines);
    for (const std::string_view style : styles) {
      plots_.push_back(fmt::format("{} using 1:2 with points {} notitle", data, style));
    }
    plots_.push_back(fmt::format("keyentry with points {} title {}", *(styles.end() - 1), literal(name)));
  }

  void add_marks() {
    std::string crosses;
    for (const DiagramCell& cell : d_.cells) {
      if (cell.mean_factor_vanishes)
        crosses += fmt::format("{} {}\n", number(static_cast<double>(cell.x) - 0.3), cell.y);
    }
    add_points(crosses, "predicted: 1/B rounds to 0",
               {"pt 2 ps 0.55 lw 3 lc rgb '#FFFFFF'", "pt 2 ps 0.55 lw 1.2 lc rgb '#000000'"});
    if (!d_.shows_outcome()) return;
    std::string bars;
    for (const DiagramCell& cell : d_.cells) {
      if (cell.froze_later()) bars += fmt::format("{} {}\n", number(static_cast<double>(cell.x) + 0.17), cell.y);
    }
    add_points(bars, "froze later", {"pt 1 ps 0.7 lw 4 lc rgb '#FFFFFF'", "pt 1 ps 0.7 lw 1.6 lc rgb '#2A659C'"});
    add_points(places([](const DiagramCell& cell) { return cell.votes.of_majority() < cell.votes.runs(); }),
               "seeds disagree", {"pt 7 ps 0.55 lc rgb '#FFFFFF'", "pt 6 ps 0.55 lw 1.2 lc rgb '#000000'"});
  }

  // --- settings

  std::string settings() const {
    std::string text = layout_.terminal();
    text += "set encoding utf8\nset border 31 lw 0.8 lc rgb '#404040' front\nunset colorbox\nset tics nomirror out\n";
    text += fmt::format(
        "set lmargin at screen {}\nset rmargin at screen {}\nset tmargin at screen {}\nset bmargin at screen {}\n",
        number(layout_.left()), number(layout_.right()), number(layout_.top()), number(layout_.bottom()));
    text += fmt::format("set xrange [{}:{}]\nset yrange [{}:{}]\n", number(d_.x_range.low), number(d_.x_range.high),
                        number(d_.y_range.low), number(d_.y_range.high));
    text += tics("x", d_.x, layout_.x_stride());
    if (layout_.x_is_turned()) text += "set xtics rotate by 90 right\n";
    text += d_.y.key.empty() ? "unset ytics\n" : tics("y", d_.y, layout_.y_stride());
    text += labels();
    if (!d_.shows_outcome()) text += colours();
    text += fmt::format("set key at screen {}, screen {} left top Left reverse samplen 2 spacing 1.35 font {}\n",
                        number(layout_.key_left()), number(layout_.key_top()), font(11));
    return text;
  }

  static std::string tics(std::string_view name, const Axis& axis, std::size_t stride) {
    std::vector<std::string> marks;
    for (std::size_t i = 0; i < axis.values.size(); i += stride) {
      marks.push_back(fmt::format("{} {}", literal(axis.values[i]), i));
    }
    return fmt::format("set {}tics scale 0.4 ({})\n", name, fmt::join(marks, ", "));
  }

  /// Title, names of the axes and caption, placed by the layout.
  std::string labels() const {
    std::string text;
    for (const Text& line : layout_.texts()) {
      text += fmt::format("set label {} at screen {}, screen {} {} {} font {}\n", literal(line.words), number(line.x),
                          number(line.y),
                          line.is_upward    ? "center rotate by 90"
                          : line.is_centred ? "center"
                                            : "left",
                          line.is_grey ? "tc rgb '#404040'" : "", font(line.size));
    }
    return text;
  }

  std::string colours() const {
    std::vector<double> values;
    for (const DiagramCell& cell : d_.cells) {
      if (cell.value) values.push_back(*cell.value);
    }
    if (values.empty()) return "";
    auto [low, high] = std::ranges::minmax(values);
    constexpr double wide = 30;  // a range that a linear scale would squeeze at its lower end
    const bool is_logarithmic = low > 0 && high / low > wide;
    if (low == high) {
      const double space = low == 0 ? 1 : std::fabs(low) / 2;
      low -= space;
      high += space;
    }
    return fmt::format("{}{}set cbrange [{}:{}]\nset format cb '%g'\nset cbtics font {}\n", palette,
                       is_logarithmic ? "set logscale cb\n" : "", low, high, font(11)) +
           fmt::format("set colorbox user origin screen {}, screen {} size screen {}, screen {}\n",
                       number(layout_.key_left() + layout_.wide(8)), number(layout_.bar_bottom()),
                       number(layout_.wide(14)), number(layout_.high(layout_.bar_height())));
  }

  const Diagram& d_;
  Layout layout_;
  std::string blocks_;
  std::vector<std::string> plots_;
  int block_count_ = 0;
};

}  // namespace

std::span<const OutcomeLook> outcome_looks() { return looks; }

std::string gnuplot_script(const Diagram& diagram, FigureFormat format) { return Script(diagram, format).text(); }

FigureFormat figure_format(const std::filesystem::path& figure) {
  const std::string ending = figure.extension().string();
  if (ending == ".svg") return FigureFormat::svg;
  if (ending == ".png") return FigureFormat::png;
  if (ending == ".pdf") return FigureFormat::pdf;
  throw ConfigError(fmt::format("cannot draw '{}'; a figure ends in .svg, .png or .pdf", figure.string()));
}

bool is_finished_figure(std::string_view bytes, FigureFormat format) {
  const auto ends_with = [&](std::string_view mark) {
    const std::size_t place = bytes.rfind(mark);
    return place != std::string_view::npos && bytes.size() - place - mark.size() <= 8;
  };
  switch (format) {
    case FigureFormat::svg: return ends_with("</svg>");
    case FigureFormat::png: return ends_with("IEND");
    case FigureFormat::pdf: return ends_with("%%EOF");
  }
  return false;
}

bool draw_figure(const std::string& script, FigureFormat format, const std::filesystem::path& figure,
                 const std::string& gnuplot) {
  const auto picture = run_gnuplot(script, gnuplot);
  if (!picture) return false;
  if (!is_finished_figure(*picture, format)) {
    throw FileError(
        fmt::format("{} left {} unfinished ({} bytes); is a disk full?", gnuplot, figure.string(), picture->size()));
  }
  write_whole_file(figure, *picture);
  return true;
}

}  // namespace precipice::chart
