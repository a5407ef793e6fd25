#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "precipice/chart/figure.hpp"
#include "precipice/diagnosis/outcome.hpp"
#include "precipice/diagnosis/trace.hpp"
#include "precipice/training/experiment.hpp"

namespace precipice::chart {

/// Margins between which theory says that inflation can live. Nothing where none is known.
struct PredictedMargins {
  std::optional<double> opens;   ///< predicted::earliest_collapse
  std::optional<double> half;    ///< predicted::collapse_margin of the median label
  std::optional<double> closes;  ///< predicted::underflow_margin
};

/// Of a loss in one format that is shifted or divided, without projection, smoothing, z-loss, clamp or scale; nothing
/// for others. `classes` K, `batch` B.
PredictedMargins predicted_margins(const Experiment& experiment, std::size_t classes, std::int64_t batch);

/// One run over its steps: what the anatomy figure shows.
struct Anatomy {
  std::string title;
  std::vector<std::string> caption;  ///< lines under the title
  std::vector<Record> records;
  Onsets onsets;
  PredictedMargins margins;
  std::vector<Record> other;  ///< of a run to compare with, drawn in grey; may be empty
  std::string other_name;
  std::int64_t first = 0, last = 0;  ///< steps that are drawn; last = 0: to the end
};

/// Of a finished run, with what its experiment has other than the defaults as caption.
Anatomy anatomy_of(const std::string& name, const Experiment& experiment, const Trace& trace);

/// Records of which a line of a figure needs no more: of every `width`-th part of the steps the first, the least, the
/// largest and the last value, so that no spike is lost. Pairs of step and value in order; a value that cannot be drawn
/// (not finite, or not positive on a logarithmic axis) is NaN and breaks the line.
std::vector<std::pair<std::int64_t, double>> thinned(const std::vector<Record>& records, double Record::*value,
                                                     bool is_logarithmic, std::size_t width);

/// The gnuplot script: loss, collapsed share, norms of the means, cosines, margins, size of updates, one above the
/// other, with a line at every onset. Steps are logarithmic where everything happens in the first eighth of them.
std::string anatomy_script(const Anatomy& anatomy, FigureFormat format);

/// Draws it into a file that appears whole or not at all. False if there is no gnuplot. Throws as draw_figure does.
bool draw_anatomy(const Anatomy& anatomy, const std::filesystem::path& figure, const std::string& gnuplot = "gnuplot");

}  // namespace precipice::chart
