#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "precipice/sweep/refinement.hpp"

namespace precipice::chart {

/// What a place shows of its seeds: their majority or lower median, or all of them, side by side in ascending order.
enum class Seeds : std::uint8_t { summary, spread };

/// Of the colours of a number; automatic: logarithmic where the numbers are positive and 30 times apart.
enum class Scale : std::uint8_t { automatic, linear, logarithmic };

/// What a figure is drawn for: a screen, with title and caption in the picture; or a column (8.6 cm) or the whole width
/// (17.8 cm) of a paper, where letters are at least 6 points high and the caption is a text beside the figure.
enum class FigureSize : std::uint8_t { screen, column, page };

/// Which phase diagram of which results. Empty text: the default.
struct PhaseRequest {
  std::filesystem::path directory = {};
  /// Keys of axes; default: precision.exponent_bits and precision.p if both vary, else the first two that vary (or
  /// one).
  std::string x = {}, y = {};
  std::string by = {};     ///< key of a third axis: one panel for each of its values
  std::string value = {};  ///< "outcome" (default) or a column of cells.csv that holds numbers
  Seeds seeds = Seeds::summary;
  Scale scale = Scale::automatic;
  /// Boundaries that are measured from where runs begin to do something; default: those that the sweep refined.
  std::optional<std::vector<Boundary>> boundaries = {};
  /// Axes that are held fixed, and at what. An axis that is neither drawn nor held stands at its first value, which the
  /// caption says; only run.seed is summarised.
  std::vector<std::pair<std::string, std::string>> held = {};
  FigureSize size = FigureSize::screen;
  std::filesystem::path output = {};  ///< *.svg, *.png or *.pdf; default: directory/phase.svg
  std::string gnuplot = "gnuplot";    ///< the program that draws, looked for in PATH
};

struct PhaseFiles {
  std::optional<std::filesystem::path> figure;   ///< nothing if there is no gnuplot
  std::filesystem::path table;                   ///< the drawn numbers: the figure's name with the ending .csv
  std::optional<std::filesystem::path> caption;  ///< title and caption of a figure for a paper, with the ending .txt
};

/// Draws the diagram and writes its numbers; each file appears whole or not at all. Throws ConfigError for a request
/// that these results cannot answer, FileError for results that cannot be read, files that cannot be written, and a
/// gnuplot that fails.
PhaseFiles draw_phase(const PhaseRequest& request);

}  // namespace precipice::chart
