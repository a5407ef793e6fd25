#include "precipice/chart/figure.hpp"

#include <fmt/format.h>

#include "precipice/chart/gnuplot.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::chart {

FigureFormat figure_format(const std::filesystem::path& figure) {
  const std::string ending = figure.extension().string();
  if (ending == ".svg") return FigureFormat::svg;
  if (ending == ".png") return FigureFormat::png;
  if (ending == ".pdf") return FigureFormat::pdf;
  throw ConfigError(fmt::format("cannot draw '{}'; a figure ends in .svg, .png or .pdf", figure.string()));
}

bool is_finished_figure(std::string_view bytes, FigureFormat format) {
  const auto ends_with = [&](std::string_view mark) {
    const std::size_t place = bytes.rfind(mark);
    return place != std::string_view::npos && bytes.size() - place - mark.size() <= 8;
  };
  switch (format) {
    case FigureFormat::svg: return ends_with("</svg>");
    case FigureFormat::png: return ends_with("IEND");
    case FigureFormat::pdf: return ends_with("%%EOF");
  }
  return false;
}

bool draw_figure(const std::string& script, FigureFormat format, const std::filesystem::path& figure,
                 const std::string& gnuplot) {
  const auto picture = run_gnuplot(script, gnuplot);
  if (!picture) return false;
  if (!is_finished_figure(*picture, format)) {
    throw FileError(
        fmt::format("{} left {} unfinished ({} bytes); is a disk full?", gnuplot, figure.string(), picture->size()));
  }
  write_whole_file(figure, *picture);
  return true;
}

}  // namespace precipice::chart
