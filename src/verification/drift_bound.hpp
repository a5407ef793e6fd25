#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "verification/measured_dynamics.hpp"

namespace precipice::verification {

/// A change of W_G that was predicted for a step.
struct DriftPrediction {
  std::vector<double> change;  ///< d
  std::size_t roundings;       ///< how many of binary64 each of its terms d_i h_ij has had
};

/// The relation dW_G = -(eta / K) sum_i d_i h_i holds exactly but for roundings of binary64; this is how large they can
/// be, and `share` the largest part of it that a feature's difference of measured and predicted change takes up (above
/// 1: the relation is refuted). With u = 2^-53, gamma(n) = n u / (1 - n u), K classes, B samples, for feature j:
///
/// 1. the gradient G_jk of a weight adds up B products: |G_jk - sum_i h_ij g_ik| <= gamma(B) A_jk,
///    A_jk = sum_i |h_ij g_ik| (the first addition, to +0, is exact);
/// 2. eta G_jk is rounded: with 1. |c_jk + eta sum_i h_ij g_ik| <= gamma(B + 1) eta A_jk;
/// 3. w'_jk = fl(w_jk + c_jk) is off by at most u |w'_jk|;
/// 4. means over k: W_G changes by -(eta / K) sum_i d_i h_ij, d_i = sum_k g_ik, but for
///    (1 / K) sum_k (u |w'_jk| + gamma(B + 1) eta A_jk);
/// 5. the measured change is an exact sum, rounded once, and divided by K: 2 roundings of itself;
/// 6. the prediction has rounded each of its terms `roundings` times: gamma(roundings) (eta / K) sum_i |d_i h_ij|.
///
/// Products below 2^-1022 add B + 1 halves of the least subnormal number, times eta or 1. The bound, itself evaluated
/// in binary64 from sums of magnitudes, is raised by 2^-30 of it, far more than its own roundings.
double share_of_bound(const StepSeen& seen, const DriftPrediction& predicted, std::size_t classes, std::size_t samples);

/// The larger of two errors, NaN if one is: what was never found out must not be forgotten.
inline double worse(double a, double b) { return std::isnan(a) || b <= a ? a : b; }

/// Of -(eta / K) sum_i d_i h_i: d_i, the product and B - 1 additions in MeansSeen::drive; eta / K and the product with
/// it.
constexpr std::size_t roundings_of_drive(std::size_t samples) { return samples + 3; }

/// Of -(eta eps / K) mu_G where all d_i = eps / B. eps: d_i, B - 1 additions, division and product with B; mu_G: B - 1
/// additions and a division; eta eps, its division by K, and the product.
constexpr std::size_t roundings_of_mean(std::size_t samples) { return 2 * samples + 5; }

}  // namespace precipice::verification
