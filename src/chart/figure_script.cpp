#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "chart/names.hpp"
#include "chart/plot_pieces.hpp"
#include "precipice/chart/figure.hpp"
#include "precipice/chart/gnuplot.hpp"

namespace precipice::chart {
namespace {

/// viridis: grows lighter all the way, also for the colour-blind.
constexpr auto palette =
    "set palette defined (0 '#440154', 1 '#472C7A', 2 '#3B518B', 3 '#2C718E', 4 '#21908D', 5 '#27AD81', 6 '#5CC863', "
    "7 '#AADC32', 8 '#FDE725')\n";

/// The pieces, laid out.
class Script {
 public:
  Script(const Diagram& diagram, const PlotPieces& pieces, FigureFormat format)
      : d_(diagram), pieces_(pieces), layout_(diagram, format, pieces.extent()), colours_(colour_range(diagram)) {}

  [[nodiscard]] std::string text() const {
    std::string text = layout_.terminal() + common_settings() + pieces_.blocks() + "set multiplot\n";
    for (std::size_t i = 0; i < d_.panels.size(); ++i) text += panel(i);
    return text + last() + "unset multiplot\n";
  }

 private:
  [[nodiscard]] std::string common_settings() const {
    std::string text = "set encoding utf8\nset border 31 lw 0.8 lc rgb '#404040' front\nunset colorbox\nunset key\n";
    text += fmt::format("set errorbars 0.6\nset tics nomirror out\nm = {}\n", number(layout_.mark_size()));
    text += fmt::format("set xrange [{}:{}]\nset yrange [{}:{}]\n", number(d_.x_range.low), number(d_.x_range.high),
                        number(d_.y_range.low), number(d_.y_range.high));
    return text + colours();
  }

  static std::string margins(double left, double right, double top, double bottom) {
    return fmt::format(
        "set lmargin at screen {}\nset rmargin at screen {}\nset tmargin at screen {}\nset bmargin at screen {}\n",
        number(left), number(right), number(top), number(bottom));
  }

  [[nodiscard]] std::string panel(std::size_t i) const {
    const Box& box = layout_.panel(i);
    std::string text =
        margins(layout_.x(box.left), layout_.x(box.right()), layout_.y(box.top), layout_.y(box.bottom()));
    text += tics("x", d_.x, layout_.x_stride(), layout_.has_x_labels(i));
    if (layout_.x_is_turned()) text += "set xtics rotate by 90 right\n";
    text += d_.y.key.empty() ? "unset ytics\n" : tics("y", d_.y, layout_.y_stride(), layout_.has_y_labels(i));
    return text + fmt::format("plot {}\n", fmt::join(pieces_.plots(i), ", \\\n     "));
  }

  [[nodiscard]] std::string tics(std::string_view name, const Axis& axis, std::size_t stride, bool has_labels) const {
    std::vector<std::string> marks;
    for (std::size_t i = 0; i < axis.values.size(); i += stride) {
      marks.push_back(fmt::format("{} {}", has_labels ? literal(axis_label(axis.values[i], d_.size)) : "''", i));
    }
    return fmt::format("set {}tics scale 0.4 ({})\n", name, fmt::join(marks, ", "));
  }

  /// What belongs to no panel: all text, the legend and the scale of colours, in a plot of the whole canvas that has
  /// nothing in it.
  [[nodiscard]] std::string last() const {
    std::string text = margins(0, 1, 1, 0) + "unset border\nunset xtics\nunset ytics\n" + labels();
    const Box& legend = layout_.legend();
    text += fmt::format(
        "set key at screen {}, screen {} left top Left reverse vertical maxrows {} samplen 2 spacing 1.35 font {}\n",
        number(layout_.x(legend.left)), number(layout_.y(legend.top)), std::max<std::size_t>(1, layout_.legend_rows()),
        font(11));
    std::vector<std::string> plots{fmt::format("{} with lines lc rgb '#FFFFFF' notitle", number(d_.y_range.low - 1))};
    if (colours_) {
      text += color_box();
      plots.push_back(
          fmt::format("'+' using 1:({}):({}) with points palette notitle", number(d_.y_range.low - 1), colours_->high));
    }
    for (const LegendEntry& entry : pieces_.legend())
      plots.push_back(fmt::format("keyentry {} title {}", entry.style, literal(entry.title)));
    return text + fmt::format("plot {}\n", fmt::join(plots, ", \\\n     "));
  }

  /// Title, names of the axes and caption, placed by the layout.
  [[nodiscard]] std::string labels() const {
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

  /// Of the numbers that have a colour, with some space around them if they are all the same; nothing if none has.
  static std::optional<Range> colour_range(const Diagram& diagram) {
    std::vector<double> values;
    for (const Panel& panel : diagram.panels) {
      for (const DiagramCell& cell : panel.cells) {
        for (const auto& number : shown_numbers(diagram, cell)) {
          if (diagram.has_colour(number)) values.push_back(*number);
        }
      }
    }
    if (values.empty()) return {};
    auto [low, high] = std::ranges::minmax(values);
    if (low == high) {
      const double space = low == 0 ? 1 : std::fabs(low) / 2;
      low -= space;
      high += space;
    }
    return Range{low, high};
  }

  [[nodiscard]] std::string colours() const {
    if (!colours_) return "";
    return fmt::format("{}{}set cbrange [{}:{}]\nset format cb '%g'\nset cbtics font {}\n", palette,
                       d_.scale == Scale::logarithmic ? "set logscale cb\n" : "", colours_->low, colours_->high,
                       font(11));
  }

  [[nodiscard]] std::string color_box() const {
    const Box& bar = layout_.bar();
    return fmt::format("set colorbox {} user origin screen {}, screen {} size screen {}, screen {}\n",
                       bar.width > bar.height ? "horizontal" : "vertical", number(layout_.x(bar.left)),
                       number(layout_.y(bar.bottom())), number(layout_.x(bar.width)), number(layout_.high(bar.height)));
  }

  const Diagram& d_;
  const PlotPieces& pieces_;
  Layout layout_;
  std::optional<Range> colours_;  ///< of a diagram of numbers
};

}  // namespace

std::string gnuplot_script(const Diagram& diagram, FigureFormat format) {
  PlotPieces pieces(diagram.panels.size());
  add_places(diagram, pieces);
  add_marks(diagram, pieces);
  return Script(diagram, pieces, format).text();
}

}  // namespace precipice::chart
