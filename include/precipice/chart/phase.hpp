#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace precipice::chart {

/// Which phase diagram of which results. Empty text: the default.
struct PhaseRequest {
  std::filesystem::path directory = {};
  /// Keys of axes; default: precision.exponent_bits and precision.p if both vary, else the first two that vary (or
  /// one).
  std::string x = {}, y = {};
  std::string value = {};  ///< "outcome" (default) or a column of cells.csv that holds numbers
  /// Axes that are held fixed, and at what. An axis that is neither drawn nor held stands at its first value, which the
  /// caption says; only run.seed is summarised: majority of the outcomes, lower median of a number.
  std::vector<std::pair<std::string, std::string>> held = {};
  std::filesystem::path output = {};  ///< *.svg, *.png or *.pdf; default: directory/phase.svg
  std::string gnuplot = "gnuplot";    ///< the program that draws, looked for in PATH
};

struct PhaseFiles {
  std::optional<std::filesystem::path> figure;  ///< nothing if there is no gnuplot
  std::filesystem::path table;                  ///< the drawn numbers: the figure's name with the ending .csv
};

/// Draws the diagram and writes its numbers; each file appears whole or not at all. Throws ConfigError for a request
/// that these results cannot answer, FileError for results that cannot be read, files that cannot be written, and a
/// gnuplot that fails.
PhaseFiles draw_phase(const PhaseRequest& request);

}  // namespace precipice::chart
