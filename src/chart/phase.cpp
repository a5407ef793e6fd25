#include "precipice/chart/phase.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chart/caption.hpp"
#include "precipice/chart/diagram.hpp"
#include "precipice/chart/figure.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::chart {
namespace {

namespace fs = std::filesystem;

/// The figure's name with the ending .csv, unless that is a file of the results.
fs::path table_of(const fs::path& figure, const fs::path& directory) {
  fs::path table = fs::path(figure).replace_extension(".csv");
  std::error_code ignored;
  if (fs::weakly_canonical(table, ignored) == fs::weakly_canonical(directory / "cells.csv", ignored)) {
    throw ConfigError(
        fmt::format("the numbers of '{}' would overwrite {}; choose another name", figure.string(), table.string()));
  }
  return table;
}

}  // namespace

PhaseFiles draw_phase(const PhaseRequest& request) {
  const fs::path figure = request.output.empty() ? request.directory / "phase.svg" : request.output;
  const FigureFormat format = figure_format(figure);
  PhaseFiles files{std::nullopt, table_of(figure, request.directory), std::nullopt};
  const Diagram diagram = phase_diagram(read_results(request.directory), request);
  write_whole_file(files.table, to_csv(diagram));
  if (request.size != FigureSize::screen) {
    files.caption = fs::path(figure).replace_extension(".txt");
    write_whole_file(*files.caption, fmt::format("{}\n\n{}\n", title_of(diagram), fmt::join(diagram.caption, " ")));
  }
  if (draw_figure(gnuplot_script(diagram, format), format, figure, request.gnuplot)) files.figure = figure;
  return files;
}

}  // namespace precipice::chart
