#pragma once

#include <string>
#include <vector>

#include "precipice/chart/diagram.hpp"
#include "precipice/chart/figure.hpp"

namespace precipice::chart {

/// A line of text at a fraction of the canvas from the left and the bottom.
struct Text {
  std::string words;
  double x = 0, y = 0;
  int size = 11;
  bool is_centred = false, is_upward = false, is_grey = false;
};

/// A rectangle, in pixels from the upper left corner of the canvas.
struct Box {
  double left = 0, top = 0, width = 0, height = 0;

  [[nodiscard]] double right() const { return left + width; }
  [[nodiscard]] double bottom() const { return top + height; }
};

/// What a legend needs: how many entries, and letters of the longest.
struct LegendExtent {
  std::size_t entries = 0, longest = 0;
};

struct FigureStyle;

/// Where everything goes. Lengths are in the pixels of the SVG; the other formats are the same picture at another
/// scale. gnuplot gets places as fractions of the canvas.
class Layout {
 public:
  Layout(const Diagram& diagram, FigureFormat format, const LegendExtent& legend);

  [[nodiscard]] std::string terminal() const;

  /// Fractions of the canvas: from the left, from the bottom; and of a length.
  [[nodiscard]] double x(double pixels) const { return pixels / width_; }
  [[nodiscard]] double y(double pixels) const { return 1 - pixels / height_; }
  [[nodiscard]] double high(double pixels) const { return pixels / height_; }

  [[nodiscard]] const Box& panel(std::size_t i) const { return panels_[i]; }
  /// Only panels with none of their column below, or of their row to the left, have the values of an axis beside them.
  [[nodiscard]] bool has_x_labels(std::size_t i) const { return i + columns_ >= panels_.size(); }
  [[nodiscard]] bool has_y_labels(std::size_t i) const { return i % columns_ == 0; }

  /// Of marks in low rows, over their usual size.
  [[nodiscard]] double mark_size() const { return mark_size_; }

  [[nodiscard]] const Box& legend() const { return legend_; }
  [[nodiscard]] std::size_t legend_rows() const { return legend_rows_; }
  /// The colours' scale; wider than high where it lies under the diagram.
  [[nodiscard]] const Box& bar() const { return bar_; }

  /// Every how manieth value has its label.
  [[nodiscard]] std::size_t x_stride() const { return x_stride_; }
  [[nodiscard]] std::size_t y_stride() const { return y_stride_; }
  [[nodiscard]] bool x_is_turned() const { return x_is_turned_; }

  [[nodiscard]] const std::vector<Text>& texts() const { return texts_; }

 private:
  void place_panels(const Diagram& diagram, const LegendExtent& legend);
  [[nodiscard]] double legend_row() const;
  [[nodiscard]] double panel_width(const Diagram& diagram, double beside) const;
  [[nodiscard]] double panel_height(const Diagram& diagram, const LegendExtent& legend) const;
  void place_legend(const Diagram& diagram, const LegendExtent& legend);
  void place_texts(const Diagram& diagram);
  void place_panel_titles(const Diagram& diagram);
  void place_caption(const Diagram& diagram);
  void add_text(const Text& text) { texts_.push_back(text); }

  FigureFormat format_;
  const FigureStyle& style_;
  double width_ = 0, height_ = 0;
  std::size_t columns_ = 1;  ///< of panels
  std::vector<Box> panels_;
  Box plots_;                ///< around all panels
  double label_height_ = 0;  ///< of the labels under the panels
  Box legend_, bar_;
  std::size_t legend_rows_ = 0;
  double mark_size_ = 1;
  std::size_t x_stride_ = 1, y_stride_ = 1;
  bool x_is_turned_ = false;
  std::vector<std::string> y_name_;  ///< in lines that fit beside the diagram
  std::vector<Text> texts_;
};

/// Breaks text at blanks into lines of at most this many characters; a longer word has a line of its own.
std::vector<std::string> wrapped(const std::string& text, std::size_t characters);

}  // namespace precipice::chart
