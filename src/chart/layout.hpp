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

/// Where everything goes. Lengths are in the pixels of the SVG; the other formats are the same picture at another
/// scale. gnuplot gets places as fractions of the canvas.
class Layout {
 public:
  Layout(const Diagram& diagram, FigureFormat format);

  [[nodiscard]] std::string terminal() const;

  [[nodiscard]] double wide(double pixels) const { return pixels / width_; }
  [[nodiscard]] double high(double pixels) const { return pixels / height_; }

  [[nodiscard]] double left() const { return wide(left_); }
  [[nodiscard]] double right() const { return wide(left_ + plot_width_); }
  [[nodiscard]] double top() const { return 1 - high(top_); }
  [[nodiscard]] double bottom() const { return 1 - high(top_ + plot_height_); }
  [[nodiscard]] double key_left() const;
  [[nodiscard]] double key_top() const;
  [[nodiscard]] double bar_height() const { return bar_height_; }
  [[nodiscard]] double bar_bottom() const { return top() - high(bar_height_); }

  /// Every how manieth value has its label.
  [[nodiscard]] std::size_t x_stride() const { return x_stride_; }
  [[nodiscard]] std::size_t y_stride() const { return y_stride_; }
  [[nodiscard]] bool x_is_turned() const { return x_is_turned_; }

  [[nodiscard]] const std::vector<Text>& texts() const { return texts_; }

 private:
  void place_columns(const Diagram& diagram);
  void place_rows(const Diagram& diagram);
  void place_texts(const Diagram& diagram);

  FigureFormat format_;
  double left_ = 0, plot_width_ = 0, width_ = 0;
  double top_ = 0, plot_height_ = 0, height_ = 0;
  double label_height_ = 0;  ///< of the labels under the diagram
  double bar_height_ = 0;    ///< of the colours' scale, if there is one
  std::size_t x_stride_ = 1, y_stride_ = 1;
  bool x_is_turned_ = false;
  std::vector<std::string> y_name_;  ///< in lines that fit beside the diagram
  std::vector<Text> texts_;
};

inline Layout layout_of(const Diagram& diagram, FigureFormat format) { return Layout(diagram, format); }

/// Breaks text at blanks into lines of at most this many characters; a longer word has a line of its own.
std::vector<std::string> wrapped(const std::string& text, std::size_t characters);

}  // namespace precipice::chart
