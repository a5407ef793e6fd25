#include "precipice/chart/anatomy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "precipice/chart/gnuplot.hpp"

namespace precipice::chart {
namespace {

struct Line {
  const char* name;
  double Record::*value;
  const char* colour;
};

struct Panel {
  const char* name;
  bool is_logarithmic;
  const char* range;  ///< gnuplot's, or middle_range
  std::vector<Line> lines;
};

constexpr auto whole_range = "[*:*]";
/// Without the few values that a spike throws far out.
constexpr auto middle_range = "";

/// The first line of each panel is that of the run to compare with, too.
const std::vector<Panel>& panels() {
  static const std::vector<Panel> all{
      {"loss (nats)", true, whole_range, {{"exact loss", &Record::loss, "#000000"}}},
      {"share of samples",
       false,
       "[-0.03:1.03]",
       {{"collapsed", &Record::collapsed_share, "#9B1748"},
        {"without gradient", &Record::vanished_share, "#2A659C"},
        {"test accuracy", &Record::test_accuracy, "#808080"}}},
      {"norm of mean",
       true,
       whole_range,
       {{"|mu_G|, features", &Record::feature_mean_norm, "#E8702A"},
        {"|W_G|, classifier", &Record::classifier_mean_norm, "#2C718E"}}},
      {"cosine",
       false,
       "[-1.05:1.05]",
       {{"of W_G and mu_G", &Record::mean_cosine, "#000000"},
        {"of W_G and its drive", &Record::drift_cosine, "#27AD81"}}},
      {"margin (nats)",
       false,
       middle_range,
       {{"median", &Record::median_margin, "#000000"},
        {"least", &Record::least_margin, "#2A659C"},
        {"largest", &Record::largest_margin, "#E8702A"}}},
      {"update", true, whole_range, {{"largest", &Record::largest_update, "#000000"}}},
  };
  return all;
}

struct Mark {
  const char* name;
  std::optional<std::int64_t> Onsets::*step;
  const char* colour;
};
constexpr std::array marks{
    Mark{"fitted", &Onsets::fitted, "#808080"},    Mark{"first absorption", &Onsets::first_absorption, "#C9A227"},
    Mark{"SC50", &Onsets::sc50, "#8A6D00"},        Mark{"NFI", &Onsets::nfi, "#E8702A"},
    Mark{"aligned", &Onsets::aligned, "#27AD81"},  Mark{"first spike", &Onsets::first_spike, "#9B1748"},
    Mark{"frozen", &Onsets::frozen_at, "#2A659C"}, Mark{"diverged", &Onsets::diverged_at, "#000000"},
};

// In pixels of the SVG.
constexpr double width = 900, left = 78, right = 718, head = 64, panel_height = 112, gap = 10, foot = 44;
constexpr std::size_t columns = 640;  // of a line: one for each pixel

class Script {
 public:
  Script(const Anatomy& anatomy, FigureFormat format) : a_(anatomy), format_(format) {
    height_ = head + static_cast<double>(panels().size()) * (panel_height + gap) + foot + caption_height();
    last_ = a_.last > 0 ? a_.last : a_.records.empty() ? 1 : std::max<std::int64_t>(a_.records.back().step, 1);
    is_logarithmic_ = a_.first == 0 && a_.last == 0 && ends_early();
    records_ = shown(a_.records);
    other_ = shown(a_.other);
  }

  std::string text() {
    std::string text = terminal() + titles();
    text += fmt::format(
        "set encoding utf8\nset border 3 lw 0.8 lc rgb '#404040'\nset tics nomirror out scale 0.5 font {}\n"
        "set xrange [{}:{}]\n{}set multiplot\n",
        font(10), first_shown(), last_, is_logarithmic_ ? "set logscale x\n" : "");
    for (std::size_t i = 0; i < panels().size(); ++i) text += panel(panels()[i], i);
    return text + "unset multiplot\n";
  }

 private:
  [[nodiscard]] double caption_height() const { return 15 * static_cast<double>(a_.caption.size()); }
  [[nodiscard]] double x(double pixels) const { return pixels / width; }
  [[nodiscard]] double y(double pixels) const { return 1 - pixels / height_; }
  [[nodiscard]] double top_of(std::size_t i) const {
    return head + caption_height() + static_cast<double>(i) * (panel_height + gap);
  }

  /// A logarithmic axis has no step 0.
  [[nodiscard]] std::int64_t first_shown() const {
    if (!is_logarithmic_) return a_.first;
    return a_.records.size() > 1 ? std::max<std::int64_t>(a_.records[1].step, 1) : 1;
  }

  [[nodiscard]] bool ends_early() const {
    std::int64_t latest = 0;
    for (const Mark& mark : marks) latest = std::max(latest, (a_.onsets.*mark.step).value_or(0));
    return latest > 0 && 8 * latest < last_;
  }

  [[nodiscard]] std::vector<Record> shown(const std::vector<Record>& records) const {
    std::vector<Record> result;
    std::ranges::copy_if(records, std::back_inserter(result),
                         [&](const Record& r) { return r.step >= first_shown() && r.step <= last_; });
    return result;
  }

  [[nodiscard]] std::string terminal() const {
    switch (format_) {
      case FigureFormat::svg:
        return fmt::format("set terminal svg size {},{} font 'DejaVu Sans,12' noenhanced background '#FFFFFF'\n", width,
                           height_);
      case FigureFormat::png:
        return fmt::format("set terminal pngcairo size {},{} font 'DejaVu Sans,24' fontscale 1 noenhanced\n", 2 * width,
                           2 * height_);
      case FigureFormat::pdf:
        return fmt::format("set terminal pdfcairo size {}in,{}in font 'DejaVu Sans,9' fontscale 0.75 noenhanced\n",
                           number(width / 96), number(height_ / 96));
    }
    return {};
  }

  [[nodiscard]] std::string label(const std::string& words, double at_x, double at_y, int size,
                                  const std::string& look) const {
    return fmt::format("set label {} at screen {}, screen {} {} font {}\n", literal(words), number(x(at_x)),
                       number(y(at_y)), look, font(size));
  }

  /// Title, caption, and the onsets in their colours.
  [[nodiscard]] std::string titles() const {
    std::string text = label(a_.title, left, 18, 14, "left");
    double at = 38;
    for (const std::string& line : a_.caption) {
      text += label(line, left, at, 10, "left tc rgb '#404040'");
      at += 15;
    }
    double across = left;
    for (const Mark& mark : marks) {
      const auto step = a_.onsets.*mark.step;
      if (!step) continue;
      const std::string words = fmt::format("| {} {}", mark.name, *step);
      text += label(words, across, at + 6, 11, fmt::format("left tc rgb '{}'", mark.colour));
      across += 7.3 * static_cast<double>(words.size()) + 14;
    }
    return text;
  }

  /// Adds the line's numbers to the data and to the plots; a line without any is left out.
  void add(std::vector<std::string>& plots, const std::vector<Record>& records, const Line& line, bool is_logarithmic,
           std::string_view look) {
    const auto points = thinned(records, line.value, is_logarithmic, columns);
    if (std::ranges::all_of(points, [](const auto& point) { return std::isnan(point.second); })) return;
    const std::string name = fmt::format("$line{}", ++blocks_);
    data_ += fmt::format("{} << END\n", name);
    for (const auto& [step, value] : points) {
      data_ += std::isnan(value) ? "\n" : fmt::format("{} {}\n", step, number(value));
    }
    data_ += "END\n";
    plots.push_back(
        fmt::format("{} using 1:2 with lines {} lc rgb '{}' title {}", name, look, line.colour, literal(line.name)));
  }

  /// What all but a few of a panel's values lie in.
  [[nodiscard]] Range middle_of(const Panel& of) const {
    constexpr double outside = 0.01, space = 0.08;  // shares of the values at either end, and of the range around them
    std::vector<double> values{0};
    if (a_.margins.opens) values.push_back(*a_.margins.opens);
    for (const Line& line : of.lines) {
      for (const Record& r : records_) {
        if (std::isfinite(r.*line.value)) values.push_back(r.*line.value);
      }
    }
    std::ranges::sort(values);
    const auto end = static_cast<double>(values.size() - 1);
    const double low = values[static_cast<std::size_t>(outside * end)];
    const double high = std::max(values[static_cast<std::size_t>((1 - outside) * end)], a_.margins.opens.value_or(0));
    const double around = space * std::max(high - low, 1e-3);
    return {low - around, high + around};
  }

  [[nodiscard]] std::string range_of(const Panel& of) const {
    if (*of.range != '\0') return of.range;
    const Range range = middle_of(of);
    return fmt::format("[{}:{}]", number(range.low), number(range.high));
  }

  /// Lines across a panel of margins.
  void add_thresholds(std::vector<std::string>& plots, double highest_margin) const {
    const auto draw = [&](const std::optional<double>& margin, const char* name, const char* dash) {
      if (!margin) return;
      plots.push_back(fmt::format("{} with lines lw 1.2 dt {} lc rgb '#9B1748' title {}", number(*margin), dash,
                                  literal(fmt::format("{} {:.1f}", name, *margin))));
    };
    draw(a_.margins.opens, "predicted: absorbs from", "(6,4)");
    if (a_.margins.closes && *a_.margins.closes < highest_margin)
      draw(a_.margins.closes, "predicted: dies at", "(2,3)");
  }

  std::string panel(const Panel& of, std::size_t i) {
    data_.clear();
    std::vector<std::string> plots;
    const Line& first = of.lines.front();
    add(plots, other_, {a_.other_name.c_str(), first.value, "#C8C8C8"}, of.is_logarithmic, "lw 2.4");
    for (const Line& line : of.lines) add(plots, records_, line, of.is_logarithmic, "lw 1.4");
    if (plots.empty()) plots.emplace_back("1 with lines lc rgb '#FFFFFF' notitle");  // gnuplot draws no empty panel
    if (first.value == &Record::median_margin) add_thresholds(plots, middle_of(of).high);
    std::string text = fmt::format(
        "set tmargin at screen {}\nset bmargin at screen {}\nset lmargin at screen {}\nset rmargin at screen {}\n",
        number(y(top_of(i))), number(y(top_of(i) + panel_height)), number(x(left)), number(x(right)));
    text += label(of.name, 16, top_of(i) + panel_height / 2, 10, "center rotate by 90");
    text += fmt::format("set key at screen {}, screen {} left top Left reverse samplen 1.6 spacing 1.15 font {}\n",
                        number(x(right + 12)), number(y(top_of(i))), font(10));
    text += fmt::format("{}set yrange {}\nset format y '%g'\n",
                        of.is_logarithmic ? "set logscale y\n" : "unset logscale y\n", range_of(of));
    const bool is_lowest = i + 1 == panels().size();
    text += is_lowest ? fmt::format("set format x '%.0f'\nset xlabel 'step' font {} offset 0,0.4\n", font(11))
                      : std::string("set format x ''\nunset xlabel\n");
    text += vertical_lines();
    text += data_ + fmt::format("plot {}\n", fmt::join(plots, ", \\\n     "));
    return text + "unset label\n";
  }

  /// At every onset.
  [[nodiscard]] std::string vertical_lines() const {
    std::string text = "unset arrow\n";
    for (const Mark& mark : marks) {
      const auto step = a_.onsets.*mark.step;
      if (!step || *step < first_shown() || *step > last_) continue;
      text +=
          fmt::format("set arrow from first {}, graph 0 to first {}, graph 1 nohead back lw 1 dt (4,3) lc rgb '{}'\n",
                      *step, *step, mark.colour);
    }
    return text;
  }

  const Anatomy& a_;
  FigureFormat format_;
  double height_ = 0;
  std::int64_t last_ = 0;
  bool is_logarithmic_ = false;
  std::vector<Record> records_, other_;  // that are drawn
  std::string data_;
  int blocks_ = 0;
};

}  // namespace

std::string anatomy_script(const Anatomy& anatomy, FigureFormat format) { return Script(anatomy, format).text(); }

}  // namespace precipice::chart
