#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace precipice::chart {

/// A row of an attribution's figure: a role, and in how many of its runs things happened. Six numbers: absorption,
/// inflation and spikes where the role alone is emulated, and where it alone is in binary64; nothing where there are no
/// such runs.
struct AttributionRow {
  std::string name;
  std::vector<std::optional<std::size_t>> counts;
  std::size_t runs = 0;
};

/// The gnuplot script of the figure: SVG to standard output.
std::string attribution_script(const std::string& title, const std::vector<AttributionRow>& rows);

/// Draws it; nothing if there is no gnuplot. Throws FileError as draw_phase does.
std::optional<std::filesystem::path> draw_attribution(const std::string& title, const std::vector<AttributionRow>& rows,
                                                      const std::filesystem::path& figure,
                                                      const std::string& gnuplot = "gnuplot");

}  // namespace precipice::chart
