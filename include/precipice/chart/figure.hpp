#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "precipice/chart/diagram.hpp"

namespace precipice::chart {

enum class FigureFormat : std::uint8_t { svg, png, pdf };

/// The format that a file's ending asks for; throws ConfigError for another than .svg, .png and .pdf.
FigureFormat figure_format(const std::filesystem::path& figure);

/// The gnuplot script that draws a diagram to standard output.
std::string gnuplot_script(const Diagram& diagram, FigureFormat format);

/// Whether these bytes are a finished picture: its last bytes are there.
bool is_finished_figure(std::string_view bytes, FigureFormat format);

/// Draws a script into a file that appears whole or not at all. False if there is no such program. Throws FileError
/// for a gnuplot that fails or leaves a picture unfinished, and if the file cannot be written.
bool draw_figure(const std::string& script, FigureFormat format, const std::filesystem::path& figure,
                 const std::string& gnuplot);

/// How an outcome looks, in the order of the legend.
struct OutcomeLook {
  Outcome outcome;
  std::string_view colour;  ///< #rrggbb; differ in lightness too: told apart in grey print and by the colour-blind
  std::string_view name;
  std::string_view brief;  ///< in figures for a paper
};
std::span<const OutcomeLook> outcome_looks();

}  // namespace precipice::chart
