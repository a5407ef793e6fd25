#include "chart/plot_pieces.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace precipice::chart {

std::string PlotPieces::block(const std::string& lines) {
  std::string name = fmt::format("$block{}", ++block_count_);
  blocks_ += fmt::format("{} << END\n{}END\n", name, lines);
  return name;
}

void PlotPieces::add_entry(const std::string& style, const std::string& title) {
  if (std::ranges::find(legend_, title, &LegendEntry::title) == legend_.end()) legend_.push_back({style, title});
}

LegendExtent PlotPieces::extent() const {
  LegendExtent extent{legend_.size(), 0};
  for (const LegendEntry& entry : legend_) extent.longest = std::max(extent.longest, entry.title.size());
  return extent;
}

std::vector<std::optional<double>> shown_numbers(const Diagram& diagram, const DiagramCell& cell) {
  if (cell.votes.runs() == 0) return {};
  return diagram.seeds == Seeds::spread ? cell.numbers : std::vector<std::optional<double>>{cell.value};
}

std::string named(const Diagram& diagram, std::string_view name, std::string_view brief) {
  return std::string(diagram.size == FigureSize::screen ? name : brief);
}

}  // namespace precipice::chart
