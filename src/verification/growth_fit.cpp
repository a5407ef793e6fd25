#include "precipice/verification/growth_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace precipice::verification {
namespace {

constexpr double normal_quantile = 1.959963984540054;  // of 0.975
constexpr double most_correlation = 1 - 0x1p-40;

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double x : values) sum += x;
  return sum / static_cast<double>(values.size());
}

double correlation_of(std::span<const double> residuals) {
  double squares = 0, products = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    squares += residuals[i] * residuals[i];
    if (i > 0) products += residuals[i] * residuals[i - 1];
  }
  return squares > 0 ? products / squares : 0;
}

}  // namespace

GrowthFit fit_growth(std::span<const double> logarithms) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  const std::size_t points = logarithms.size();
  if (points < 3) return {points, unknown, unknown, unknown, unknown};
  const auto n = static_cast<double>(points);
  const double middle = (n - 1) / 2, spread = n * (n * n - 1) / 12, mean = mean_of(logarithms);
  double products = 0;
  for (std::size_t t = 0; t < points; ++t) products += (static_cast<double>(t) - middle) * (logarithms[t] - mean);
  const double rate = products / spread;
  std::vector<double> residuals(points);
  double squares = 0;
  for (std::size_t t = 0; t < points; ++t) {
    residuals[t] = logarithms[t] - mean - rate * (static_cast<double>(t) - middle);
    squares += residuals[t] * residuals[t];
  }
  const double deviation = std::sqrt(squares / (n - 2)), correlation = correlation_of(residuals);
  const double bounded = std::clamp(correlation, 0.0, most_correlation);
  const double error = deviation / std::sqrt(spread) * std::sqrt((1 + bounded) / (1 - bounded));
  return {points, rate, deviation, correlation, normal_quantile * error};
}

}  // namespace precipice::verification
