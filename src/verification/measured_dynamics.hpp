#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "precipice/training/data.hpp"
#include "precipice/training/experiment.hpp"
#include "precipice/verification/course.hpp"

// What replays do with the two means; nothing here knows what they should do. K classes, B samples, d features.

namespace precipice::verification {

/// The means of a state and what moves them.
struct MeansSeen {
  std::vector<double> classifier;  ///< W_G (d): sum_k exact, divided by K
  std::vector<double> features;    ///< mu_G (d): summed by rising sample, divided by B
  std::vector<double> drive;       ///< sum_i d_i h_i (d): d_i = sum_k g_ik exact, rounded once; with 1/B
  double residual = 0;             ///< eps: mean over samples of sum_{k != r} g_ik, 1/B removed
  double collapsed_share = 0;
  double least_margin = 0;
  bool moves_as_one = false;  ///< every sample is collapsed, and all d_i are the same number
};

/// Sums of magnitudes by feature (d), from which roundings are bounded.
struct TermSizes {
  std::vector<double> gradients;  ///< sum_i sum_k |h_ij| |g_ik|
  std::vector<double> drive;      ///< sum_i |d_i| |h_ij|
  std::vector<double> weights;    ///< sum_k |w_jk| after the update
};

/// One update and the state it was made from.
struct StepSeen {
  std::int64_t step = 0;
  double learning_rate = 0;  ///< of the update
  MeansSeen means;
  TermSizes sizes;
  std::vector<double> change;  ///< of W_G (d): sum_k w'_jk - w_jk exact, rounded once, divided by K
};

/// Runs the experiment step by step, up to run.steps, and looks at those from `first` on, until `on_step` is false. The
/// loss's mean is `before` or `after`. Returns the last state's means. Throws Interrupted when stopped.
MeansSeen follow(const Experiment& experiment, const DataSet& data, const Course& course, std::int64_t first,
                 const std::function<bool(const StepSeen&)>& on_step);

/// One parameter under Adam in binary64.
struct AdamSeen {
  double step_before;  ///< by how much the parameter fell in the last of the updates before
  double step;         ///< and with the gradient that came back
};

/// `updates` gradients `before`, then one `after`. Each step is seen by a parameter that begins it at zero, so that the
/// parameter adds no rounding. Throws Interrupted when stopped.
AdamSeen follow_adam(const Optimizer& settings, const Course& course, double before, double after,
                     std::int64_t updates);

}  // namespace precipice::verification
