#include "chart/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "chart/view.hpp"

namespace precipice::chart {
namespace {

constexpr double caption_letter = 6.1;  // on the average of a sentence
constexpr double letter = 6.9;          // of DejaVu Sans 11, on the safe side
constexpr double line_height = 16;      // of text of that size
constexpr double legend_width = 268;
constexpr double legend_entry = 22.5;  // gnuplot drops what does not fit beside the diagram
constexpr double narrow_width = 360, wide_width = 760;

double longest(const std::vector<std::string>& words) {
  std::size_t length = 0;
  for (const std::string& word : words) length = std::max(length, word.size());
  return static_cast<double>(length) * letter;
}

std::size_t stride(double label, double room) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil(label / room)));
}

double extent(const Range& range) { return range.high - range.low; }

std::string shortened(const std::string& text, std::size_t characters) {
  return text.size() <= characters ? text : text.substr(0, characters - 3) + "...";
}

std::string axis_name(const std::string& key) {
  if (key == p_key) return "significand precision p (bits,\u00a0hidden\u00a0bit\u00a0included)";
  if (key == exponent_key) return "exponent bits E";
  return key;
}

std::string title_of(const Diagram& diagram) {
  const std::string what = diagram.shows_outcome() ? "outcome of training" : diagram.value;
  return diagram.name.empty() ? what : fmt::format("{}: {}", shortened(diagram.name, 40), what);
}

/// Entries that the legend may have.
int legend_entries(const Diagram& diagram) {
  std::array<bool, 9> occurs{};
  bool has_gap = false;
  for (const DiagramCell& cell : diagram.cells) {
    if (const auto outcome = cell.votes.majority()) occurs[static_cast<std::size_t>(*outcome)] = true;
    has_gap = has_gap || cell.votes.runs() == 0;
  }
  const auto outcomes = diagram.shows_outcome() ? std::ranges::count(occurs, true) : 1;
  return static_cast<int>(outcomes) + (has_gap ? 1 : 0) + static_cast<int>(diagram.lines.size()) + 3;
}

}  // namespace

Layout::Layout(const Diagram& diagram, FigureFormat format) : format_(format) {
  place_rows(diagram);
  place_columns(diagram);
  place_texts(diagram);
}

void Layout::place_columns(const Diagram& diagram) {
  const double columns = extent(diagram.x_range);
  const double label = longest(diagram.x.values) + 10;
  plot_width_ = std::clamp(columns * std::clamp(label, 76.0, 150.0), narrow_width, wide_width);
  const double column = plot_width_ / columns;
  x_is_turned_ = !diagram.x.is_numeric && label > column;
  x_stride_ = stride(x_is_turned_ ? line_height : label, column);
  label_height_ = x_is_turned_ ? longest(diagram.x.values) + 10 : line_height + 6;
  left_ = 20 + static_cast<double>(y_name_.size()) * (line_height + 8) + longest(diagram.y.values);
  width_ = std::ceil(left_ + plot_width_ + legend_width);
}

void Layout::place_rows(const Diagram& diagram) {
  const double rows = extent(diagram.y_range);
  bar_height_ = diagram.shows_outcome() ? 0 : 150;
  const double legend = legend_entries(diagram) * legend_entry + (bar_height_ > 0 ? bar_height_ + 24 : 0);
  top_ = 40;
  plot_height_ = std::max(rows * std::clamp(450 / rows, 8.0, 56.0), std::max(legend, 150.0));
  constexpr std::size_t shortest = 30;  // characters; may stand out of a low diagram
  y_name_ = wrapped(axis_name(diagram.y.key), std::max(shortest, static_cast<std::size_t>(plot_height_ / letter)));
  y_stride_ = stride(line_height, plot_height_ / rows);
}

void Layout::place_texts(const Diagram& diagram) {
  const double below = top_ + plot_height_ + label_height_ + 18;
  constexpr double margin = 14;
  std::vector<std::string> lines;
  for (const std::string& sentence : diagram.caption) {
    const auto more = wrapped(sentence, static_cast<std::size_t>((width_ - 2 * margin) / caption_letter));
    lines.insert(lines.end(), more.begin(), more.end());
  }
  const double first = below + 32;
  height_ = std::ceil(first + static_cast<double>(lines.size()) * line_height + 4);
  const auto from_top = [&](double pixels) { return 1 - pixels / height_; };
  texts_.push_back({.words = title_of(diagram), .x = left(), .y = from_top(20), .size = 14});
  texts_.push_back({.words = axis_name(diagram.x.key),
                    .x = (left() + right()) / 2,
                    .y = from_top(below),
                    .size = 12,
                    .is_centred = true});
  for (std::size_t i = 0; i < y_name_.size(); ++i) {
    texts_.push_back({.words = y_name_[i],
                      .x = wide(16 + static_cast<double>(i) * (line_height + 1)),
                      .y = (top() + bottom()) / 2,
                      .size = 12,
                      .is_centred = true,
                      .is_upward = true});
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    texts_.push_back({.words = lines[i],
                      .x = wide(margin),
                      .y = from_top(first + static_cast<double>(i) * line_height),
                      .size = 11,
                      .is_grey = true});
  }
}

double Layout::key_left() const { return right() + wide(14); }

double Layout::key_top() const { return bar_height_ > 0 ? bar_bottom() - high(24) : top(); }

std::string Layout::terminal() const {
  switch (format_) {
    case FigureFormat::svg:
      return fmt::format("set terminal svg size {},{} font 'DejaVu Sans,12' background rgb 'white' noenhanced\n",
                         width_, height_);
    case FigureFormat::png:
      return fmt::format(
          "set terminal pngcairo size {},{} font 'DejaVu Sans,12' fontscale 2.25 linewidth 3 pointscale 3 background "
          "rgb 'white' "
          "noenhanced\n",
          3 * width_, 3 * height_);
    case FigureFormat::pdf:
      return fmt::format(
          "set terminal pdfcairo size {:.3f}cm,{:.3f}cm font 'DejaVu Sans,12' fontscale 0.5 linewidth 1.5 pointscale "
          "0.75 "
          "background "
          "rgb 'white' noenhanced\n",
          width_ / 40, height_ / 40);
  }
  return "";
}

std::vector<std::string> wrapped(const std::string& text, std::size_t characters) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string word = text.substr(start, end - start);
    if (!line.empty() && line.size() + 1 + word.size() > characters) {
      lines.push_back(line);
      line.clear();
    }
    line += line.empty() ? word : " " + word;
    start = end + 1;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace precipice::chart
