#pragma once

#include <cstddef>
#include <functional>

#include "precipice/diagnosis/predicted_dynamics.hpp"

namespace precipice::verification {

/// What the measured dynamics are compared with. The defaults are the theory; another one is there to be refuted.
struct DynamicsPredictions {
  std::function<double(double learning_rate, double residual, std::size_t classes)> classifier_rate =
      predicted::classifier_drift_rate;
  std::function<double(double learning_rate, double residual, std::size_t batch)> feature_rate =
      predicted::feature_drift_rate;
  std::function<predicted::TwoMeans(const predicted::DriftRates&, const predicted::TwoMeans&)> drifted =
      predicted::drifted;
  std::function<double(const predicted::DriftRates&)> direction_ratio = predicted::direction_ratio;
  std::function<predicted::ReemergedStep(const predicted::Reemergence&)> reemerged_step = predicted::reemerged_step;
};

}  // namespace precipice::verification
