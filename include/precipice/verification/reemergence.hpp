#pragma once

#include <cstddef>
#include <vector>

#include "precipice/verification/course.hpp"
#include "precipice/verification/dynamics_predictions.hpp"

// Adam's step when a gradient of size ulp(1)/B comes back, against its closed form.

namespace precipice::verification {

struct ReemergenceSetting {
  int precision;  ///< of the loss
  std::size_t batch;
  double beta1, beta2, epsilon;
  double before;  ///< gradient of the steps before
};

struct ReemergenceFinding {
  ReemergenceSetting setting{};
  predicted::Reemergence of{};
  double step = 0, step_before = 0;  ///< measured
  double jump = 0;                   ///< of one over the other, measured
  predicted::ReemergedStep predicted{};
  double step_share = 0, step_before_share = 0;  ///< of its bound that the relative error takes up

  [[nodiscard]] std::size_t missed() const { return (step_share <= 1 ? 0U : 1U) + (step_before_share <= 1 ? 0U : 1U); }
  static constexpr std::size_t checked = 2;
};

/// The example of theory first: p = 24, B = 1, betas 0.9 and 0.95, epsilon 1e-8, 1e-10 before. In the others the
/// gradient before is 2^-10 of the one that comes back.
std::vector<ReemergenceSetting> reemergence_settings(Extent extent);

/// Relative bounds of the difference between Adam's steps in binary64 and the closed form. u = 2^-53, w = 1 - beta1 and
/// 1 - beta2 are exact (beta >= 1/2), g0 and g1 positive, T updates with beta2^T, beta1^T < 2^-60, so that the bias
/// corrections are 1.
///
/// m <- m + w (g0 - m) has three roundings, at most u |m'| + 2.01 u w |g0 - m|, and each error shrinks by beta1 per
/// step: m is off g0 by at most M = g0 (beta1^T + 1.02 u (1 / w + 2)). v <- beta2 v + (1 - beta2) g0 g0 has four, at
/// most 1.03 u (3 - beta2) g0^2 together, so v is off g0^2 by at most V = g0^2 (beta2^T + 1.03 u (3 - beta2) / (1 -
/// beta2)). The step that is looked at has beta1 M + u m + 2.02 u w (g0 + g1) in m, beta2 V + 3.1 u v in v (of which
/// the root takes 0.51), and 5.1 u in root, epsilon, product and quotient. The closed form has at most 10 u of its own,
/// and 2 u are those of the relative error. Beside it the bound of the last step before, which has M / g0 and 0.51 V /
/// g0^2.
struct ReemergenceBounds {
  double step, step_before;
};
ReemergenceBounds bounds_of(const predicted::Reemergence& of);

ReemergenceFinding examine(const ReemergenceSetting& setting, const Course& course,
                           const DynamicsPredictions& predictions);

}  // namespace precipice::verification
