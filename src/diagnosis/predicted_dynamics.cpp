#include "precipice/diagnosis/predicted_dynamics.hpp"

#include <cassert>
#include <cmath>

#include "diagnosis/vectors.hpp"
#include "precipice/arithmetic/native.hpp"

namespace precipice::predicted {
namespace {

/// u + factor v.
std::vector<double> plus_multiple(const std::vector<double>& u, double factor, const std::vector<double>& v) {
  assert(u.size() == v.size());
  std::vector<double> sum(u.size());
  for (std::size_t j = 0; j < u.size(); ++j) sum[j] = u[j] + factor * v[j];
  return sum;
}

}  // namespace

double classifier_drift_rate(double learning_rate, double residual, std::size_t classes) {
  return learning_rate * residual / static_cast<double>(classes);
}

double feature_drift_rate(double learning_rate, double residual, std::size_t batch) {
  return learning_rate * residual / static_cast<double>(batch);
}

TwoMeans drifted(const DriftRates& rates, const TwoMeans& means) {
  return {plus_multiple(means.classifier, -rates.classifier, means.features),
          plus_multiple(means.features, -rates.features, means.classifier)};
}

double growth_rate(const DriftRates& rates) { return std::sqrt(rates.classifier * rates.features); }

double continuous_growth(std::span<const DriftRates> rates) {
  double sum = 0;
  for (const DriftRates& r : rates) sum += growth_rate(r);
  return sum;
}

double direction_ratio(const DriftRates& rates) { return std::sqrt(rates.classifier / rates.features); }

double decaying_share(std::span<const DriftRates> rates, const TwoMeans& start) {
  if (rates.empty()) return 1;
  const double q = direction_ratio(rates.front());
  double share = norm(plus_multiple(start.features, 1 / q, start.classifier)) /
                 norm(plus_multiple(start.features, -1 / q, start.classifier));
  for (const DriftRates& r : rates) share *= std::fabs(1 - growth_rate(r)) / (1 + growth_rate(r));
  return share;
}

double growth_limit(std::size_t classes, double first_margin, double last_margin) {
  return (static_cast<double>(classes) - 1) / 2 * Native<double>::log(last_margin / first_margin);
}

double reemerged_gradient(int precision, std::size_t batch) {
  return std::ldexp(1.0, 1 - precision) / static_cast<double>(batch);
}

ReemergedStep reemerged_step(const Reemergence& of) {
  const auto blended = [](double beta, double before, double after) { return beta * before + (1 - beta) * after; };
  const double mean = blended(of.beta1, of.before, of.after);
  const double square = blended(of.beta2, of.before * of.before, of.after * of.after);
  return {mean, square, of.learning_rate * mean / (std::sqrt(square) + of.epsilon),
          of.learning_rate * of.before / (std::fabs(of.before) + of.epsilon)};
}

}  // namespace precipice::predicted
