#include "precipice/chart/attribution.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>

#include "precipice/chart/figure.hpp"
#include "precipice/chart/gnuplot.hpp"

namespace precipice::chart {
namespace {

constexpr std::array<const char*, 6> columns{"absorbs", "inflates", "spikes", "absorbs", "inflates", "spikes"};
constexpr double gap = 0.35;  // between the two groups of columns

double x_of(std::size_t column) { return static_cast<double>(column) + (column < 3 ? 0 : gap); }

/// From near white to a dark blue: told apart in grey print.
std::string colour(double share) {
  const auto mix = [&](double from, double to) { return static_cast<int>(std::lround(from + share * (to - from))); };
  return fmt::format("#{:02X}{:02X}{:02X}", mix(0xF2, 0x1F), mix(0xF2, 0x4E), mix(0xF2, 0x79));
}

std::string label(const std::string& text, double x, double y, const std::string& look) {
  return fmt::format("set label {} at {:.6g}, {:.6g} {}\n", literal(text), x, y, look);
}

}  // namespace

std::string attribution_script(const std::string& title, const std::vector<AttributionRow>& rows) {
  const auto height = static_cast<double>(rows.size());
  std::string text = fmt::format(
      "set terminal svg size 760,{} font 'DejaVu Sans,12' noenhanced background '#FFFFFF'\nset encoding utf8\n"
      "unset border\nunset tics\nunset key\nset lmargin 0\nset rmargin 0\nset tmargin 0\nset bmargin 0\n"
      "set xrange [-2.2:{}]\nset yrange [{}:-2.2]\n",
      90 + 26 * rows.size(), x_of(5) + 0.6, height - 0.3);
  text += label(title, -2.15, -1.85, "left font 'DejaVu Sans,14'");
  text += label("emulated alone", x_of(1), -1.3, "center");
  text += label("alone in binary64", x_of(4), -1.3, "center");
  for (std::size_t i = 0; i < columns.size(); ++i)
    text += label(columns[i], x_of(i), -0.8, "center textcolor '#404040'");
  int object = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto y = static_cast<double>(row);
    text += label(rows[row].name, -2.15, y, "left");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!rows[row].counts[i] || rows[row].runs == 0) continue;
      const double share = static_cast<double>(*rows[row].counts[i]) / static_cast<double>(rows[row].runs);
      text += fmt::format(
          "set object {} rectangle from {:.6g}, {:.6g} to {:.6g}, {:.6g} fillstyle solid noborder fillcolor '{}' "
          "behind\n",
          ++object, x_of(i) - 0.48, y - 0.46, x_of(i) + 0.48, y + 0.46, colour(share));
      text += label(fmt::format("{}/{}", *rows[row].counts[i], rows[row].runs), x_of(i), y,
                    fmt::format("center textcolor '{}'", share > 0.5 ? "#FFFFFF" : "#000000"));
    }
  }
  return text + "plot NaN\n";
}

std::optional<std::filesystem::path> draw_attribution(const std::string& title, const std::vector<AttributionRow>& rows,
                                                      const std::filesystem::path& figure, const std::string& gnuplot) {
  if (!draw_figure(attribution_script(title, rows), FigureFormat::svg, figure, gnuplot)) return {};
  return figure;
}

}  // namespace precipice::chart
