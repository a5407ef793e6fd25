#include "verification/run_measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "precipice/arithmetic/native.hpp"

namespace precipice::verification {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t least_points = 8;  // of a line

double ln(double x) { return Native<double>::log(x); }

Line fitted(std::span<const double> x, std::span<const double> y) {
  const auto n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / n;
    mean_y += y[i] / n;
  }
  double xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  return xx > 0 && yy > 0 ? Line{xy / xx, xy * xy / (xx * yy)} : Line{nan, nan};
}

/// log of a norm over the steps of some records.
struct Series {
  std::vector<double> steps, log_steps, log_norms;

  Series(std::span<const Record> records, double Record::*norm) {
    steps.reserve(records.size());
    log_steps.reserve(records.size());
    log_norms.reserve(records.size());
    for (const Record& r : records) {
      steps.push_back(static_cast<double>(r.step));
      log_steps.push_back(ln(static_cast<double>(std::max<std::int64_t>(r.step, 1))));
      log_norms.push_back(ln(r.*norm));
    }
  }

  [[nodiscard]] Line over_steps() const { return fitted(steps, log_norms); }
  [[nodiscard]] Line over_log_steps() const { return fitted(log_steps, log_norms); }
};

/// The records before the first spike.
std::span<const Record> before_first_spike(const RunSeen& run) {
  const std::span<const Record> all(run.trace.records);
  const auto spike = run.diagnosis.onsets.first_spike;
  if (!spike) return all;
  const auto end = std::ranges::find_if(all, [&](const Record& r) { return r.step >= *spike; });
  return all.first(static_cast<std::size_t>(end - all.begin()));
}

}  // namespace

double largest(const RunSeen& run, double Record::*value, std::int64_t first, std::int64_t last) {
  double most = nan;
  for (const Record& r : run.trace.records) {
    if (r.step >= first && r.step <= last && !(r.*value <= most)) most = r.*value;
  }
  return most;
}

double broken_share(const RunSeen& run) {
  const std::int64_t from = run.diagnosis.onsets.first_absorption.value_or(0);
  double most = 0;
  for (const Record& r : run.trace.records) {
    if (r.step >= from && r.residual_probability > 0) {
      most = std::max(most, r.zero_sum_residual / r.residual_probability);
    }
  }
  return most;
}

std::optional<FirstCollapse> first_collapse(const RunSeen& run) {
  const auto& records = run.trace.records;
  const auto found = std::ranges::find_if(records, [](const Record& r) { return r.collapsed_share > 0; });
  if (found == records.end() || found == records.begin()) return {};
  return FirstCollapse{std::prev(found)->largest_margin, found->largest_margin};
}

std::optional<Growth> growth_of(const RunSeen& run) {
  const auto absorption = run.diagnosis.onsets.first_absorption;
  const std::span<const Record> records = before_first_spike(run);
  if (!absorption || records.empty()) return {};
  const auto first = std::ranges::find_if(records, [&](const Record& r) { return r.step >= *absorption; });
  const auto top = std::ranges::max_element(first, records.end(), {}, &Record::feature_mean_norm);
  if (top == records.end() || top->feature_mean_norm < last_growth * first->feature_mean_norm) return {};
  auto begin = top;
  while (begin->feature_mean_norm > top->feature_mean_norm / last_growth) --begin;
  const std::span<const Record> part(begin, top + 1);
  if (part.size() < 2 * least_points) return {};
  const Series features(part, &Record::feature_mean_norm), classifier(part, &Record::classifier_mean_norm);
  return Growth{begin->step,
                top->step,
                top->feature_mean_norm / begin->feature_mean_norm,
                top->classifier_mean_norm / begin->classifier_mean_norm,
                features.over_steps(),
                classifier.over_steps(),
                features.over_log_steps(),
                classifier.over_log_steps(),
                Series(part.first(part.size() / 2), &Record::feature_mean_norm).over_steps().slope,
                Series(part.subspan(part.size() / 2), &Record::feature_mean_norm).over_steps().slope};
}

std::optional<ReEmergence> re_emergence(const RunSeen& run) {
  const auto spike = run.diagnosis.onsets.first_spike;
  if (!spike) return {};
  ReEmergence found{0, 1};
  for (const Record& r : run.trace.records) {
    if (r.step < *spike - before_spike || r.step > *spike) continue;
    if (r.collapsed_share >= found.largest) found = {r.collapsed_share, r.collapsed_share};
    found.least = std::min(found.least, r.collapsed_share);
  }
  return found;
}

double late_collapsed_share(const RunSeen& run) {
  const std::span<const Record> records(run.trace.records);
  const std::span<const Record> late = records.subspan(records.size() * 3 / 4);
  double sum = 0;
  for (const Record& r : late) sum += r.collapsed_share;
  return late.empty() ? nan : sum / static_cast<double>(late.size());
}

}  // namespace precipice::verification
