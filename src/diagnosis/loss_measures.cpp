#include "diagnosis/loss_measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/native.hpp"

namespace precipice {

std::optional<Targets> targets_of(const Loss& loss, std::size_t classes) {
  if (loss.formulation == Formulation::stablemax || loss.has_z_loss() || loss.has_clamp()) return {};
  return Targets{.off = loss.smoothing / static_cast<double>(classes)};
}

void measure_spread(const Matrix<double>& logits, Record& record) {
  const auto classes = static_cast<double>(logits.cols()), all = classes * static_cast<double>(logits.rows());
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < logits.rows(); ++i) {
    const std::span<const double> z(logits.row(i), logits.cols());
    double of_row = 0;
    for (const double x : z) of_row += x;
    for (const double x : z) squares += (x - of_row / classes) * (x - of_row / classes);
    sum += of_row;
  }
  record.logit_mean = sum / all;
  record.logit_spread = std::sqrt(squares / all);
}

void measure_classes(const Sight& sight, Record& record) {
  std::vector<double> samples(sight.logits.cols()), collapsed(sight.logits.cols());
  for (std::size_t i = 0; i < sight.labels.size(); ++i) {
    ++samples[sight.labels[i]];
    if (sight.is_collapsed[i]) ++collapsed[sight.labels[i]];
  }
  record.least_collapsed_class = 1;
  record.most_collapsed_class = 0;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    if (samples[k] == 0) continue;
    record.least_collapsed_class = std::min(record.least_collapsed_class, collapsed[k] / samples[k]);
    record.most_collapsed_class = std::max(record.most_collapsed_class, collapsed[k] / samples[k]);
  }
}

void exact_gradient(std::span<const double> t, std::size_t label, const Targets& targets, std::vector<double>& g) {
  double sum = 0, others = 0;
  for (const double x : t) sum += x;
  g.clear();
  for (const double x : t) g.push_back(x / sum);
  for (std::size_t k = 0; k < g.size(); ++k) {
    if (k == label) continue;
    g[k] -= targets.off;
    others += g[k];
  }
  g[label] = -others;
}

Exponentials::Exponentials(const Matrix<double>& logits) : values(logits) {
  maxima.reserve(logits.rows());
  for (std::size_t i = 0; i < logits.rows(); ++i) {
    const std::span<double> row(values.row(i), values.cols());
    const double maximum = *std::ranges::max_element(row);
    for (double& x : row) x -= maximum;
    maxima.push_back(maximum);
  }
  each(Native<double>(), Elementwise::exp, {values.values()}, std::span(values.values()));
}

void measure_gradient_error(const Sight& sight, const Exponentials& exponentials, Record& record) {
  record.common_gradient_error = record.centred_gradient_error = std::numeric_limits<double>::quiet_NaN();
  if (!sight.targets) return;
  const std::size_t classes = sight.logits.cols();
  double common = 0, centred = 0;
  std::vector<double> error;
  for (std::size_t i = 0; i < sight.logits.rows(); ++i) {
    exact_gradient({exponentials.values.row(i), classes}, sight.labels[i], *sight.targets, error);
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      error[k] = sight.gradients(i, k) * sight.unscale - error[k];
      sum += error[k];
    }
    const double mean = sum / static_cast<double>(classes);
    common += mean * mean * static_cast<double>(classes);
    for (const double e : error) centred += (e - mean) * (e - mean);
  }
  const auto samples = static_cast<double>(sight.logits.rows());
  record.common_gradient_error = std::sqrt(common / samples);
  record.centred_gradient_error = std::sqrt(centred / samples);
}

}  // namespace precipice
