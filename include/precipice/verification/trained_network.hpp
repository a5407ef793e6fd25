#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "precipice/training/data.hpp"
#include "precipice/verification/course.hpp"
#include "precipice/verification/dynamics_predictions.hpp"
#include "precipice/verification/growth_fit.hpp"

// A network on the digits under gradient descent: what drives W_G holds in every step, whatever makes the features. How
// fast mu_G grows is a finding: the linear map knows of features that are parameters themselves.

namespace precipice::verification {

struct TrainedSetting {
  double learning_rate;  ///< of gradient descent
  std::uint64_t seed;
};

struct TrainedFinding {
  TrainedSetting setting{};
  std::int64_t steps = 0;                        ///< of gradient descent, all compared
  std::optional<std::int64_t> first_absorption;  ///< first of them before which a sample was collapsed
  double drive_share = 0;                        ///< of its bound, the largest of all steps
  std::int64_t begins = 0;               ///< the inflation: first step with a cosine of at most -0.9 between the means
  std::int64_t ends = 0;                 ///< and the first after it with more than twice its eps: samples come back
  GrowthFit fit;                         ///< of log |mu_G| from one to the other
  double paper_rate = 0, mean_rate = 0;  ///< means of sqrt(alpha beta) over it, beta = eta eps and eta eps / B
  double least_residual = 0, largest_residual = 0;  ///< eps over it

  /// By how much the features moved faster than beta = eta eps says: the beta with which the fitted rate would be
  /// sqrt(alpha beta), over eta eps.
  [[nodiscard]] double feature_speed() const { return (fit.rate / paper_rate) * (fit.rate / paper_rate); }
  [[nodiscard]] std::size_t missed() const { return drive_share <= 1 ? 0 : 1; }
  static constexpr std::size_t checked = 1;
};

std::vector<TrainedSetting> trained_settings(Extent extent);

/// Adam until shortly before the first sample collapses, then gradient descent until the inflation has broken down, or
/// as many steps as it takes to decide that there is none.
TrainedFinding examine(const TrainedSetting& setting, const DataSet& digits, const Course& course,
                       const DynamicsPredictions& predictions);

/// The samples of all settings of this seed.
DataSet digits_of(std::uint64_t seed);

}  // namespace precipice::verification
