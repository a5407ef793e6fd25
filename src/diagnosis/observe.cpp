#include "precipice/diagnosis/observe.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "diagnosis/loss_measures.hpp"
#include "diagnosis/vectors.hpp"
#include "precipice/arithmetic/exact_sum.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/diagnosis/geometry.hpp"

namespace precipice {
namespace {

constexpr double not_applicable = std::numeric_limits<double>::quiet_NaN();

template <class V>
void copy_nearest(MatrixView<const V> from, Matrix<double>& to) {
  if (to.rows() != from.rows || to.cols() != from.cols) to = Matrix<double>(from.rows, from.cols);
  for (std::size_t i = 0; i < from.rows; ++i) {
    for (std::size_t j = 0; j < from.cols; ++j) to(i, j) = nearest_double(from(i, j));
  }
}

double summed_exactly(std::span<const double> terms) { return Native<double>::sum_exactly(terms); }
double summed_exactly(std::span<const Exact> terms) {
  return to_double(reference::sum(terms, binary64, Rounding::nearest_even).value);
}

/// log(1 + s) for s >= 0: the rounding error of 1 + s is put back to first order, so the result is good to an ulp or
/// two.
double log_one_plus(double s) {
  const DoubleDouble sum = two_sum(1.0, s);
  if (sum.hi == 1.0) return s;
  return Native<double>::log(sum.hi) + sum.lo / sum.hi;
}

double cosine(std::span<const double> a, std::span<const double> b) {
  const double norms = norm(a) * norm(b);
  return norms > 0 ? std::clamp(product(a, b) / norms, -1.0, 1.0) : not_applicable;
}

/// The mean of a matrix's rows or of its columns.
std::vector<double> mean_of_rows(const Matrix<double>& m) {
  std::vector<double> mean(m.cols());
  for (std::size_t i = 0; i < m.rows(); ++i) {
    for (std::size_t j = 0; j < m.cols(); ++j) mean[j] += m(i, j);
  }
  for (double& x : mean) x /= static_cast<double>(m.rows());
  return mean;
}

std::vector<double> mean_of_columns(const Matrix<double>& m) {
  std::vector<double> mean(m.rows());
  for (std::size_t i = 0; i < m.rows(); ++i) {
    for (std::size_t j = 0; j < m.cols(); ++j) mean[i] += m(i, j);
    mean[i] /= static_cast<double>(m.cols());
  }
  return mean;
}

/// sum_i d_i h_i.
std::vector<double> drift(const Sight& sight) {
  std::vector<double> sum(sight.features.cols());
  for (std::size_t i = 0; i < sight.features.rows(); ++i) {
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += sight.defects[i] * sight.features(i, j);
  }
  return sum;
}

double mean_magnitude(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += std::fabs(v);
  return sum / static_cast<double>(values.size());
}

double margin(std::span<const double> logits, std::size_t label) {
  double rival = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < logits.size(); ++k) {
    if (std::isnan(logits[k])) return logits[k];
    if (k != label && logits[k] > rival) rival = logits[k];
  }
  return logits[label] - rival;
}

/// log(1 + sum_{k != r} exp(z_k - z_r)), by the exponentials t of the row.
double cross_entropy(std::span<const double> z, std::span<const double> t, double maximum, std::size_t label) {
  double others = 0;
  if (maximum == z[label]) {
    for (std::size_t k = 0; k < t.size(); ++k) others += k == label ? 0.0 : t[k];
    return log_one_plus(others);
  }
  for (const double x : t) others += x;
  return (maximum - z[label]) + Native<double>::log(others);
}

void measure_logits(const Sight& sight, const Exponentials& exponentials, Record& record) {
  const std::size_t samples = sight.logits.rows(), classes = sight.logits.cols();
  std::vector<double> margins;
  double loss = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    const std::span<const double> z(sight.logits.row(i), classes);
    margins.push_back(margin(z, sight.labels[i]));
    loss += cross_entropy(z, {exponentials.values.row(i), classes}, exponentials.maxima[i], sight.labels[i]);
  }
  // NaN sorts last, whatever its sign: a strict weak order.
  std::ranges::sort(margins, [](double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); });
  measure_spread(sight.logits, record);
  record.loss = loss / static_cast<double>(samples);
  record.least_margin = margins.front();
  record.median_margin = margins[(samples - 1) / 2];
  record.largest_margin = margins.back();
}

}  // namespace

double cross_entropy(std::span<const double> logits, std::size_t label) {
  Matrix<double> row(1, logits.size());
  std::ranges::copy(logits, row.row(0));
  const Exponentials exponentials(row);
  return cross_entropy(logits, exponentials.values.values(), exponentials.maxima[0], label);
}

template <class V>
void look(const Snapshot<V>& s, const Loss& loss, Sight& sight) {
  copy_nearest(s.features, sight.features);
  copy_nearest(s.logits, sight.logits);
  copy_nearest(s.classifier, sight.classifier);
  copy_nearest(s.logit_gradients, sight.gradients);
  const std::size_t samples = s.logits.rows, classes = s.logits.cols;
  sight.labels.assign(s.labels.begin(), s.labels.end());
  sight.defects.clear();
  sight.wrong_masses.clear();
  sight.is_collapsed.clear();
  sight.vanished = 0;
  sight.loss_sum = summed_exactly(s.losses);
  sight.zero_losses = static_cast<std::size_t>(std::ranges::count_if(s.losses, [](const V& l) { return is_zero(l); }));
  sight.targets = targets_of(loss, s.logits.cols);
  sight.unscale = (loss.mean == MeanPlace::outside ? 1.0 : s.batch) / s.loss_scale;
  std::vector<V> gradient(classes);
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t k = 0; k < classes; ++k) gradient[k] = s.logit_gradients(i, k);
    const bool any = std::ranges::any_of(gradient, [](const V& g) { return !is_zero(g); });
    if (!any) ++sight.vanished;
    sight.is_collapsed.push_back(any && is_zero(gradient[s.labels[i]]));
    sight.defects.push_back(summed_exactly(std::span<const V>(gradient)));
    gradient[s.labels[i]] = V{};
    sight.wrong_masses.push_back(summed_exactly(std::span<const V>(gradient)));
  }
}
template void look<double>(const Snapshot<double>&, const Loss&, Sight&);
template void look<Exact>(const Snapshot<Exact>&, const Loss&, Sight&);

Record measure(const Sight& sight, std::int64_t step) {
  const auto samples = static_cast<double>(sight.logits.rows());
  Record record;
  record.step = step;
  const Exponentials exponentials(sight.logits);
  measure_logits(sight, exponentials, record);
  record.train_accuracy = accuracy<double>(sight.logits.view(), sight.labels);
  for (double Record::*const unknown :
       {&Record::test_accuracy, &Record::largest_update, &Record::learning_rate, &Record::median_update,
        &Record::median_step, &Record::largest_step, &Record::hessian_eigenvalue, &Record::preconditioned_eigenvalue}) {
    record.*unknown = not_applicable;
  }
  record.collapsed_share = static_cast<double>(std::ranges::count(sight.is_collapsed, true)) / samples;
  record.vanished_share = static_cast<double>(sight.vanished) / samples;
  double wrong = 0;
  for (const double mass : sight.wrong_masses) wrong += mass;
  record.residual_probability = wrong / samples * sight.unscale;
  record.zero_sum_residual = mean_magnitude(sight.defects) * sight.unscale;
  const std::vector<double> classifier_mean = mean_of_columns(sight.classifier);
  const std::vector<double> feature_mean = mean_of_rows(sight.features);
  record.classifier_mean_norm = norm(classifier_mean);
  record.feature_mean_norm = norm(feature_mean);
  record.mean_cosine = cosine(classifier_mean, feature_mean);
  record.drift_cosine = cosine(classifier_mean, drift(sight));
  record.classifier_norm = norm(sight.classifier.values());
  record.feature_norm = norm(sight.features.values()) / std::sqrt(samples);
  measure_classes(sight, record);
  measure_gradient_error(sight, exponentials, record);
  const NeuralCollapse collapse = neural_collapse(sight.features, sight.labels, sight.classifier);
  record.nc1 = collapse.within;
  record.nc2_norms = collapse.norms;
  record.nc2_angles = collapse.angles;
  record.nc3 = collapse.duality;
  record.nc3_centred = collapse.centred_duality;
  record.emulated_loss = sight.loss_sum / samples;
  record.zero_loss_share = static_cast<double>(sight.zero_losses) / samples;
  return record;
}

template <class V>
double accuracy(MatrixView<const V> logits, std::span<const std::uint32_t> labels) {
  if (logits.rows == 0) return not_applicable;
  std::size_t right = 0;
  for (std::size_t i = 0; i < logits.rows; ++i) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < logits.cols; ++k) {
      if (is_less(logits(i, best), logits(i, k))) best = k;
    }
    if (best == labels[i]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(logits.rows);
}
template double accuracy<double>(MatrixView<const double>, std::span<const std::uint32_t>);
template double accuracy<Exact>(MatrixView<const Exact>, std::span<const std::uint32_t>);

}  // namespace precipice
