#include "precipice/chart/anatomy.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "precipice/diagnosis/prediction.hpp"
#include "precipice/sweep/settings.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/precision.hpp"

namespace precipice::chart {
namespace {

/// "run.seed = 1, ...": what is not at its default, in lines of some length.
std::vector<std::string> differences(const Experiment& experiment) {
  constexpr std::size_t most = 120;
  const auto defaults = resolved(Experiment{});
  std::vector<std::string> lines;
  for (const auto& setting : identity(experiment)) {
    if (std::ranges::find(defaults, setting) != defaults.end()) continue;
    const std::string words = fmt::format("{} = {}", setting.first, to_text(setting.second));
    if (lines.empty() || lines.back().size() + words.size() > most) {
      lines.push_back(words);
    } else {
      lines.back() += ", " + words;
    }
  }
  return lines;
}

bool is_plain(const Loss& loss) {
  return (loss.formulation == Formulation::shift || loss.formulation == Formulation::division ||
          loss.formulation == Formulation::reciprocal) &&
         !loss.projects() && loss.smoothing == 0 && !loss.has_z_loss() && !loss.has_clamp() && loss.scale == 1;
}

}  // namespace

PredictedMargins predicted_margins(const Experiment& experiment, std::size_t classes, std::int64_t batch) {
  const RoleFormats formats(experiment.precision);
  const RoleFormat& own = formats[Role::loss];
  for (const Role part : {Role::loss_exp, Role::loss_sum, Role::loss_log, Role::loss_gradient}) {
    if (formats[part] != own) return {};
  }
  if (!is_plain(experiment.loss)) return {};
  PredictedMargins margins;
  const SumOrder& order = experiment.loss.order;
  if (const auto terms = predicted::median_terms_in_one_piece(order, static_cast<int>(classes))) {
    margins.opens = predicted::earliest_collapse(own.format, own.rounding.direction, experiment.loss, batch).margin;
    margins.half = predicted::collapse_margin(own.format.precision, own.rounding.direction, order, *terms);
  }
  margins.closes = predicted::underflow_margin(own.format, own.rounding.direction, experiment.loss.mean, batch);
  return margins;
}

std::vector<std::pair<std::int64_t, double>> thinned(const std::vector<Record>& records, double Record::*value,
                                                     bool is_logarithmic, std::size_t width) {
  const auto drawn = [&](const Record& r) {
    const double v = r.*value;
    return std::isfinite(v) && !(is_logarithmic && v <= 0) ? v : std::numeric_limits<double>::quiet_NaN();
  };
  std::vector<std::pair<std::int64_t, double>> points;
  const std::size_t part = std::max<std::size_t>(1, (records.size() + width - 1) / width);
  for (std::size_t first = 0; first < records.size(); first += part) {
    const std::size_t end = std::min(first + part, records.size());
    std::size_t least = first, largest = first;
    for (std::size_t i = first; i < end; ++i) {
      if (!(drawn(records[least]) <= drawn(records[i]))) least = i;
      if (!(drawn(records[largest]) >= drawn(records[i]))) largest = i;
    }
    std::vector<std::size_t> kept{first, least, largest, end - 1};
    std::ranges::sort(kept);
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    for (const std::size_t i : kept) points.emplace_back(records[i].step, drawn(records[i]));
  }
  return points;
}

Anatomy anatomy_of(const std::string& name, const Experiment& experiment, const Trace& trace) {
  const auto shape = expected_shape(experiment.task);
  const auto samples = static_cast<std::int64_t>(shape.samples);
  const std::int64_t batch = experiment.run.batch == 0 ? samples : std::min(experiment.run.batch, samples);
  const Diagnosis diagnosis = diagnose(trace);
  Anatomy anatomy;
  anatomy.title = fmt::format("{}: {}", name, to_text(diagnosis.outcome));
  anatomy.caption = differences(experiment);
  anatomy.records = trace.records;
  anatomy.onsets = diagnosis.onsets;
  anatomy.margins = predicted_margins(experiment, shape.classes, batch);
  return anatomy;
}

bool draw_anatomy(const Anatomy& anatomy, const std::filesystem::path& figure, const std::string& gnuplot) {
  const FigureFormat format = figure_format(figure);
  return draw_figure(anatomy_script(anatomy, format), format, figure, gnuplot);
}

}  // namespace precipice::chart
