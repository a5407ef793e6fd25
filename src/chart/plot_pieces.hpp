#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chart/layout.hpp"
#include "precipice/chart/diagram.hpp"

namespace precipice::chart {

struct LegendEntry {
  std::string style, title;
};

/// What gnuplot is to draw of a diagram, piece by piece: blocks of data, what to plot of them in each panel, and what
/// the legend says.
class PlotPieces {
 public:
  explicit PlotPieces(std::size_t panels) : plots_(panels) {}

  /// Names a block of data lines.
  std::string block(const std::string& lines);
  /// One more plot in a panel, over those before.
  void plot(std::size_t panel, std::string command) { plots_[panel].push_back(std::move(command)); }
  /// A piece of the legend, once for all panels.
  void add_entry(const std::string& style, const std::string& title);

  [[nodiscard]] const std::string& blocks() const { return blocks_; }
  [[nodiscard]] const std::vector<std::string>& plots(std::size_t panel) const { return plots_[panel]; }
  [[nodiscard]] const std::vector<LegendEntry>& legend() const { return legend_; }
  [[nodiscard]] LegendExtent extent() const;

 private:
  std::string blocks_;
  std::vector<std::vector<std::string>> plots_;
  std::vector<LegendEntry> legend_;
  int block_count_ = 0;
};

/// A name as a figure has room for it.
std::string named(const Diagram& diagram, std::string_view name, std::string_view brief);

/// The numbers that a place shows: those of its seeds side by side, or their median. None without a run.
std::vector<std::optional<double>> shown_numbers(const Diagram& diagram, const DiagramCell& cell);

/// The places of all panels: outcomes or numbers, of seeds together or side by side, and places without.
void add_places(const Diagram& diagram, PlotPieces& pieces);

/// What lies over them: predicted lines, marks, measured boundaries.
void add_marks(const Diagram& diagram, PlotPieces& pieces);

}  // namespace precipice::chart
