#include "verification/drift_bound.hpp"

#include <cmath>
#include <limits>

namespace precipice::verification {
namespace {

constexpr double unit_roundoff = 0x1p-53;
constexpr double least_subnormal = std::numeric_limits<double>::denorm_min();

/// gamma(n).
double of_roundings(std::size_t n) {
  const double sum = static_cast<double>(n) * unit_roundoff;
  return sum / (1 - sum);
}

}  // namespace

double share_of_bound(const StepSeen& seen, const DriftPrediction& predicted, std::size_t classes,
                      std::size_t samples) {
  const double eta = seen.learning_rate, count = static_cast<double>(classes);
  const double below_normal = (eta * static_cast<double>(samples) + static_cast<double>(samples) + 2) * least_subnormal;
  double largest = 0;
  for (std::size_t j = 0; j < seen.change.size(); ++j) {
    const double of_update =
        unit_roundoff * seen.sizes.weights[j] + of_roundings(samples + 1) * eta * seen.sizes.gradients[j];
    const double of_prediction = of_roundings(predicted.roundings) * eta * seen.sizes.drive[j];
    const double bound =
        ((of_update + of_prediction) / count + of_roundings(2) * std::fabs(seen.change[j]) + below_normal) *
        (1 + 0x1p-30);
    largest = worse(largest, std::fabs(seen.change[j] - predicted.change[j]) / bound);
  }
  return largest;
}

}  // namespace precipice::verification
