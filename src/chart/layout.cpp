#include "chart/layout.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "chart/caption.hpp"
#include "chart/names.hpp"

namespace precipice::chart {

/// Lengths in pixels of the SVG.
struct FigureStyle {
  double width;        ///< of the canvas; 0: what the diagram takes
  double centimetres;  ///< of a pixel in print
  bool has_words;      ///< title and caption are part of the picture
  bool legend_is_below;
  std::size_t most_columns;                                   ///< of panels
  double least_column, most_column, least_width, most_width;  ///< of a panel's columns, and of a panel
  double height, least_height;                                ///< of a panel that stands alone
  double small_height;                                        ///< of one among others
};

namespace {

constexpr double caption_letter = 6.1;  // on the average of a sentence
constexpr double letter = 6.9;          // of DejaVu Sans 11, on the safe side
constexpr double line_height = 16;      // of text of that size
constexpr double legend_sample = 48;    // the coloured box and the space around it
constexpr double gap = 14;
constexpr double panel_title = 20;

constexpr FigureStyle screen{0, 1.0 / 40, true, false, 4, 76, 150, 360, 760, 450, 150, 230};
constexpr FigureStyle page{868, 17.8 / 868, false, false, 4, 0, 0, 0, 0, 380, 150, 170};
constexpr FigureStyle column{400, 8.6 / 400, false, true, 2, 0, 0, 0, 0, 270, 100, 130};

const FigureStyle& style_of(FigureSize size) {
  switch (size) {
    case FigureSize::screen: return screen;
    case FigureSize::page: return page;
    case FigureSize::column: break;
  }
  return column;
}

/// Characters, not bytes: a continuation byte of UTF-8 begins with the bits 10.
std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Of the values of an axis, as they are shown.
double longest_label(const Axis& axis, FigureSize size) {
  std::size_t length = 0;
  for (const std::string& value : axis.values) length = std::max(length, letters(axis_label(value, size)));
  return static_cast<double>(length) * letter;
}

std::size_t stride(double label, double room) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil(label / room)));
}

double extent(const Range& range) { return range.high - range.low; }

/// Columns in which this many panels stand: all side by side, else in rows that are about as long.
std::size_t columns_for(std::size_t panels, std::size_t most) {
  const std::size_t rows = (panels + most - 1) / most;
  return (panels + rows - 1) / rows;
}

double legend_width(const LegendExtent& legend) { return static_cast<double>(legend.longest) * letter + legend_sample; }

}  // namespace

Layout::Layout(const Diagram& diagram, FigureFormat format, const LegendExtent& legend)
    : format_(format), style_(style_of(diagram.size)) {
  place_panels(diagram, legend);
  place_legend(diagram, legend);
  place_texts(diagram);
}

/// Terminals space the lines of a legend differently, and drop what does not fit.
double Layout::legend_row() const { return format_ == FigureFormat::svg ? 22.5 : 18; }

double Layout::panel_width(const Diagram& diagram, double beside) const {
  const auto panels = static_cast<double>(columns_);
  if (style_.width > 0) return (style_.width - beside - gap * (panels - 1)) / panels;
  const double label = longest_label(diagram.x, diagram.size) + 10;
  const double wanted = extent(diagram.x_range) * std::clamp(label, style_.least_column, style_.most_column);
  const double among_others = diagram.panels.size() > 1 ? 0.6 : 1;
  return among_others * std::clamp(wanted, style_.least_width, style_.most_width);
}

double Layout::panel_height(const Diagram& diagram, const LegendExtent& legend) const {
  const double rows = extent(diagram.y_range);
  constexpr double lowest = 8, highest = 56;  // of a row
  if (diagram.panels.size() > 1) return std::clamp(rows * highest / 2, style_.small_height / 2, style_.small_height);
  const double beside = style_.legend_is_below ? 0 : static_cast<double>(legend.entries) * legend_row();
  return std::max({rows * std::clamp(style_.height / rows, lowest, highest), beside, style_.least_height});
}

void Layout::place_panels(const Diagram& diagram, const LegendExtent& legend) {
  columns_ = columns_for(diagram.panels.size(), style_.most_columns);
  const std::size_t rows = (diagram.panels.size() + columns_ - 1) / columns_;
  const double title = diagram.by.empty() ? 0 : panel_title;
  const double height = panel_height(diagram, legend);
  const double top = style_.has_words ? 40 : 10;
  const double whole = static_cast<double>(rows) * (height + title + gap) - gap;
  constexpr std::size_t shortest = 30;  // characters; may stand out of a low diagram
  y_name_ =
      wrapped(axis_name(diagram.y.key, diagram.size), std::max(shortest, static_cast<std::size_t>(whole / letter)));
  const double left =
      20 + static_cast<double>(y_name_.size()) * (line_height + 8) + longest_label(diagram.y, diagram.size);
  const double right = style_.legend_is_below ? gap : gap + legend_width(legend);
  const double width = panel_width(diagram, left + right);
  for (std::size_t i = 0; i < diagram.panels.size(); ++i) {
    const std::size_t row_index = i / columns_;
    const auto across = static_cast<double>(i % columns_), row = static_cast<double>(row_index);
    panels_.push_back({left + across * (width + gap), top + title + row * (height + title + gap), width, height});
  }
  plots_ = {left, top, static_cast<double>(columns_) * (width + gap) - gap, whole};
  width_ = style_.width > 0 ? style_.width : std::ceil(plots_.right() + right);

  const double label = longest_label(diagram.x, diagram.size) + 10, room = width / extent(diagram.x_range);
  x_is_turned_ = !diagram.x.is_numeric && label > room;
  x_stride_ = stride(x_is_turned_ ? line_height : label, room);
  y_stride_ = stride(line_height, height / extent(diagram.y_range));
  label_height_ = x_is_turned_ ? label : line_height + 6;
  constexpr double usual_row = 15, smallest = 0.6;
  mark_size_ = std::clamp(height / extent(diagram.y_range) / usual_row, smallest, 1.0);
}

void Layout::place_legend(const Diagram& diagram, const LegendExtent& legend) {
  const bool has_bar = !diagram.shows_outcome();
  const auto rows = [&](std::size_t columns) { return (legend.entries + columns - 1) / columns; };
  const double below = plots_.bottom() + label_height_ + 18 + gap;
  if (style_.legend_is_below) {
    const double bar_height = has_bar ? 72 : 0;  // with its name and numbers
    bar_ = {plots_.left + plots_.width / 6, below + 24, plots_.width * 2 / 3, 10};
    const auto fitting = static_cast<std::size_t>((width_ - 8) / legend_width(legend));
    legend_rows_ = rows(std::clamp<std::size_t>(fitting, 1, 3));
    legend_ = {8, below + bar_height, width_ - 8, static_cast<double>(legend_rows_) * legend_row()};
  } else {
    constexpr double bar_height = 150;
    const double left = plots_.right() + gap;
    const double name = static_cast<double>(wrapped(labelled(value_name(diagram.value)), 30).size()) * line_height;
    bar_ = {left + 8, plots_.top + name, 14, bar_height};
    legend_rows_ = legend.entries;
    legend_ = {left, has_bar ? bar_.bottom() + 24 : plots_.top, width_ - left,
               static_cast<double>(legend_rows_) * legend_row()};
  }
  height_ = std::max(below, legend_.bottom()) + 4;
}

void Layout::place_caption(const Diagram& diagram) {
  std::vector<std::string> lines;
  constexpr double margin = 14;
  for (const std::string& sentence : diagram.caption) {
    const auto more = wrapped(sentence, static_cast<std::size_t>((width_ - 2 * margin) / caption_letter));
    lines.insert(lines.end(), more.begin(), more.end());
  }
  const double first = height_ + 12;
  height_ = first + static_cast<double>(lines.size()) * line_height;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    add_text({.words = lines[i], .x = margin, .y = first + static_cast<double>(i) * line_height, .is_grey = true});
  }
}

void Layout::place_panel_titles(const Diagram& diagram) {
  if (diagram.by.empty()) return;
  for (std::size_t i = 0; i < diagram.panels.size(); ++i) {
    const std::string whole = fmt::format("{} = {}", diagram.by, diagram.panels[i].at);
    const bool fits = static_cast<double>(letters(whole)) * letter < panels_[i].width;
    add_text({.words = fits ? whole : diagram.panels[i].at, .x = panels_[i].left, .y = panels_[i].top - 10});
  }
}

void Layout::place_texts(const Diagram& diagram) {
  const double middle = plots_.top + plots_.height / 2;
  for (std::size_t i = 0; i < y_name_.size(); ++i) {
    add_text({.words = y_name_[i],
              .x = 16 + static_cast<double>(i) * (line_height + 1),
              .y = middle,
              .size = 12,
              .is_centred = true,
              .is_upward = true});
  }
  add_text({.words = axis_name(diagram.x.key, diagram.size),
            .x = plots_.left + plots_.width / 2,
            .y = plots_.bottom() + label_height_ + 18,
            .size = 12,
            .is_centred = true});
  place_panel_titles(diagram);
  if (!diagram.shows_outcome()) {
    const std::vector<std::string> name =
        wrapped(labelled(value_name(diagram.value)), style_.legend_is_below ? 60 : 30);
    for (std::size_t i = 0; i < name.size(); ++i) {
      const double up = static_cast<double>(name.size() - i) * line_height - line_height / 2 + 4;
      add_text({.words = name[i],
                .x = style_.legend_is_below ? plots_.left + plots_.width / 2 : bar_.left - 4,
                .y = bar_.top - up,
                .is_centred = style_.legend_is_below});
    }
  }
  if (style_.has_words) {
    add_text({.words = title_of(diagram), .x = plots_.left, .y = 20, .size = 14});
    place_caption(diagram);
  }
  height_ = std::ceil(height_);
  for (Text& text : texts_) {
    text.x = x(text.x);
    text.y = y(text.y);
  }
}

std::string Layout::terminal() const {
  const double scale = style_.centimetres * 40;  // of print to that for a screen
  switch (format_) {
    case FigureFormat::svg:
      return fmt::format("set terminal svg size {},{} font 'DejaVu Sans,12' background rgb 'white' noenhanced\n",
                         width_, height_);
    case FigureFormat::png:
      return fmt::format(
          "set terminal pngcairo size {},{} font 'DejaVu Sans,12' fontscale 2.25 linewidth 3 pointscale 3 background "
          "rgb 'white' noenhanced\n",
          3 * width_, 3 * height_);
    case FigureFormat::pdf:
      return fmt::format(
          "set terminal pdfcairo size {:.3f}cm,{:.3f}cm font 'DejaVu Sans,12' fontscale {:.3f} linewidth {:.3f} "
          "pointscale {:.3f} background rgb 'white' noenhanced\n",
          width_ * style_.centimetres, height_ * style_.centimetres, 0.5 * scale, 1.5 * scale, 0.75 * scale);
  }
  return "";
}

std::vector<std::string> wrapped(const std::string& text, std::size_t characters) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string word = text.substr(start, end - start);
    if (!line.empty() && letters(line) + 1 + letters(word) > characters) {
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
