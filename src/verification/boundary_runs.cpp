#include "verification/boundary_runs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace precipice::verification {
namespace {

constexpr std::int64_t samples = 50;
constexpr int classes = 10;
constexpr double learning_rate = 3e-3;
constexpr double infinity = std::numeric_limits<double>::infinity();

Experiment experiment_of(std::uint64_t seed, std::int64_t steps) {
  Experiment e;
  e.task.samples = samples;
  e.task.test_samples = 0;
  e.optimizer.learning_rate = learning_rate;
  e.run.seed = seed;
  e.run.steps = steps;
  return e;
}

/// Whether the records' shares are those of all samples.
bool are_all(double share) { return share >= 1; }

/// Whether a record obeys a rule; nothing if the rule does not speak of it.
std::optional<bool> obeys(const Record& r, const predicted::MarginWindow& w, RecordRule rule) {
  switch (rule) {
    case RecordRule::none_before:
      if (!(r.collapsed_share > 0)) return {};
      return w.is_open && r.largest_margin > w.opens_earliest && r.least_margin < w.dies_latest;
    case RecordRule::all_inside:
      if (!(r.least_margin >= w.opens_latest && r.largest_margin <= w.dies_earliest)) return {};
      return are_all(r.collapsed_share);
    case RecordRule::all_behind:
      if (!(r.least_margin >= std::max(w.opens_latest, w.dies_latest))) return {};
      return are_all(r.vanished_share);
    case RecordRule::none_vanishes:
      if (!(r.vanished_share > 0)) return {};
      return r.largest_margin >= std::max(w.dies_earliest, w.opens_earliest);
    case RecordRule::all_vanished:
      if (!are_all(r.vanished_share)) return {};
      return r.least_margin >= std::max(w.dies_earliest, w.opens_earliest);
  }
  return {};
}

void judge(const Record& record, BoundaryCell& cell) {
  for (std::size_t i = 0; i < record_rule_count; ++i) {
    const auto holds = obeys(record, cell.window, static_cast<RecordRule>(i));
    if (holds) ++(*holds ? cell.rules[i].held : cell.rules[i].broken);
  }
}

}  // namespace

predicted::RegionSetting region_setting(const BoundaryPlane& plane, int precision, int exponent_bits) {
  Format format = ieee_like(precision, exponent_bits);
  format.subnormals = plane.subnormals;
  return {format, plane.rounding, SumOrder::sequential, classes, plane.mean, samples, plane.scale};
}

Experiment boundary_experiment(const BoundaryPlane& plane, const BoundaryCell& cell, std::int64_t steps) {
  Experiment e = experiment_of(cell.seed, steps);
  const predicted::RegionSetting setting = region_setting(plane, cell.precision, cell.exponent_bits);
  e.precision.format = setting.format;
  e.precision.rounding = setting.rounding;
  e.loss.order = setting.order;
  e.loss.mean = setting.mean;
  e.loss.scale = setting.scale;
  return e;
}

Experiment boundary_control(std::uint64_t seed, std::int64_t steps) {
  Experiment e = experiment_of(seed, steps);
  e.precision.format = binary64;
  return e;
}

predicted::MarginsReached margins_of(const Trace& control) {
  predicted::MarginsReached reached{-infinity, -infinity, -infinity, static_cast<double>(samples)};
  for (const Record& r : control.records) {
    reached.least = std::max(reached.least, r.least_margin);
    reached.median = std::max(reached.median, r.median_margin);
    reached.largest = std::max(reached.largest, r.largest_margin);
  }
  return reached;
}

void measure(const Trace& trace, BoundaryCell& cell) {
  cell.diagnosis = diagnose(trace);
  cell.steps = trace.steps;
  cell.largest_margin = -infinity;
  for (const Record& r : trace.records) {
    if (r.step == cell.diagnosis.onsets.nfi) cell.drift_cosine_at_inflation = r.drift_cosine;
    if (std::isnan(r.largest_margin)) continue;
    cell.largest_margin = std::max(cell.largest_margin, r.largest_margin);
    if (cell.window.factor == predicted::MeanFactor::sound) judge(r, cell);
  }
  cell.final_least_margin = trace.records.back().least_margin;
}

}  // namespace precipice::verification
