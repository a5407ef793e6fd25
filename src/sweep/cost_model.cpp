#include "precipice/sweep/cost_model.hpp"

#include <algorithm>
#include <chrono>

#include "precipice/diagnosis/run.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/engines.hpp"

namespace precipice {
namespace {

using Clock = std::chrono::steady_clock;

std::string kind_of(const Experiment& e) { return to_text(choose_engines(e.precision, e.run.engine)); }

/// Seconds that a unit of work of this experiment takes. The piece grows until it takes long enough to be timed.
double timed(const Experiment& experiment, double enough) {
  constexpr std::int64_t growth = 4;
  const DataSet data = load_data(experiment.task, experiment.run.seed);
  Experiment piece = experiment;
  for (piece.run.steps = 1;; piece.run.steps = std::min(growth * piece.run.steps, experiment.run.steps)) {
    const auto begin = Clock::now();
    static_cast<void>(run_experiment(piece, data));
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    if (seconds >= enough || piece.run.steps == experiment.run.steps) return seconds / estimated_work(piece);
  }
}

}  // namespace

CostModel::CostModel(std::span<const Cell* const> cells, double enough) {
  for (const Cell* cell : cells) {
    const std::string kind = kind_of(cell->experiment);
    if (!seconds_per_work_.contains(kind)) seconds_per_work_[kind] = timed(cell->experiment, enough);
  }
}

double CostModel::seconds(const Experiment& experiment) const {
  return seconds_per_work_.at(kind_of(experiment)) * estimated_work(experiment);
}

}  // namespace precipice
