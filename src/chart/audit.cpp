#include "precipice/chart/audit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "precipice/chart/figure.hpp"
#include "precipice/chart/gnuplot.hpp"

namespace precipice::chart {
namespace {

/// The names of each margin, joined: lines upon each other would hide them.
std::map<double, std::string> joined(const std::vector<NamedThreshold>& thresholds) {
  std::map<double, std::string> lines;
  for (const NamedThreshold& t : thresholds) {
    std::string& names = lines[t.margin];
    if (names.find(t.name) == std::string::npos) names += (names.empty() ? "" : ", ") + t.name;
  }
  return lines;
}

double left_end(std::size_t bin) { return MarginHistogram::least + static_cast<double>(bin) * MarginHistogram::width; }

std::string boxes(const MarginHistogram& margins) {
  std::string text = "$margins << end\n";
  for (std::size_t i = 0; i < MarginHistogram::bins; ++i) {
    if (margins.counts[i] == 0) continue;
    text += fmt::format("{} {}\n", number(left_end(i) + MarginHistogram::width / 2), margins.counts[i]);
  }
  return text + "end\n";
}

/// What the figure shows of the margins: all bins with samples, 0, and every threshold.
std::string range(const MarginHistogram& margins, const std::map<double, std::string>& lines) {
  double least = 0, largest = MarginHistogram::width;
  for (std::size_t i = 0; i < MarginHistogram::bins; ++i) {
    if (margins.counts[i] == 0) continue;
    least = std::min(least, left_end(i));
    largest = std::max(largest, left_end(i + 1));
  }
  if (!lines.empty()) largest = std::max(largest, lines.rbegin()->first);
  return fmt::format("set xrange [{}:{}]\n", number(least - 1), number(largest + 1));
}

}  // namespace

std::string audit_script(const std::string& title, const Audit& audit, const std::vector<NamedThreshold>& thresholds) {
  const std::map<double, std::string> lines = joined(thresholds);
  std::string text = fmt::format(
      "set terminal svg size 760,420 font 'DejaVu Sans,12' noenhanced background '#FFFFFF'\nset encoding utf8\n"
      "set title {}\nset xlabel 'margin (nats)'\nset ylabel 'samples'\nunset key\nset border 3\nset tics nomirror out\n"
      "set boxwidth {} absolute\nset style fill solid noborder\nset rmargin 3\n",
      literal(title), number(MarginHistogram::width));
  text += range(audit.margins, lines) + boxes(audit.margins);
  for (const auto& [margin, names] : lines) {
    text += fmt::format(
        "set arrow from {0}, graph 0 to {0}, graph 1 nohead front linewidth 1.5 linecolor '#B03A2E'\n"
        "set label {1} at {0}, graph 0.98 rotate by 90 right front offset -1.2, 0 textcolor '#7B241C'\n",
        number(margin), literal(names));
  }
  const std::uint64_t most = *std::ranges::max_element(audit.margins.counts);
  if (most == 0) return text + "set yrange [0:1]\nplot NaN\n";
  constexpr double room_for_names = 1.45;
  return text + fmt::format("set yrange [0:{}]\nplot $margins with boxes linecolor '#8FB0CC'\n",
                            number(room_for_names * static_cast<double>(most)));
}

bool draw_audit(const std::string& title, const Audit& audit, const std::vector<NamedThreshold>& thresholds,
                const std::filesystem::path& figure, const std::string& gnuplot) {
  return draw_figure(audit_script(title, audit, thresholds), FigureFormat::svg, figure, gnuplot);
}

}  // namespace precipice::chart
