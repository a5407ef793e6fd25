#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "precipice/arithmetic/dual.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/experiment.hpp"
#include "precipice/training/loss.hpp"
#include "precipice/training/network.hpp"

namespace precipice {

/// The Hessian of what an experiment minimises, with respect to all parameters: the mean over the training samples of
/// its loss as it is meant, in binary64, in the formulation that loses least (`accurate`, or `stablemax` where the
/// experiment has that), with its label smoothing and z-loss. Without what makes no objective or another one of it:
/// projection, margin clamp, loss scale, weight decay (an L2 penalty adds its factor to every eigenvalue). Products are
/// exact derivatives but for roundings of binary64 (see Dual); kinks of activations have no curvature.
class Curvature {
 public:
  /// `data` outlives the object.
  Curvature(const Experiment& experiment, const DataSet& data);

  /// The Hessian times `direction` at `parameters`; all have as many elements as the model has parameters.
  std::vector<double> product(std::span<const double> parameters, std::span<const double> direction);

  /// Largest eigenvalue of the Hessian; NaN if it was not found (see largest_eigenvalue; its limits are the defaults).
  /// Gradient descent of rate eta is stable along its vector below 2 / eta; with momentum beta below
  /// 2 (1 + beta) / eta.
  double largest_eigenvalue(std::span<const double> parameters);

  /// The same of P^-1/2 H P^-1/2 for a positive diagonal matrix P. With Adam's P, (1 - beta1^t) (sqrt(v_hat) +
  /// epsilon), the threshold is (2 + 2 beta1) / ((1 - beta1) eta), which is 38 / eta for beta1 = 0.9 (Cohen et al.
  /// 2022, "Adaptive gradient methods at the edge of stability").
  double largest_eigenvalue(std::span<const double> parameters, std::span<const double> preconditioner);

 private:
  std::uint64_t seed_;
  const DataSet& data_;
  Matrix<DualNumber> inputs_;
  std::vector<std::uint32_t> feature_rows_;
  Network<Dual> network_;
  SoftmaxCrossEntropy<Dual> loss_;
  Activations<DualNumber> activations_;
  Matrix<DualNumber> logit_gradients_;
  std::vector<DualNumber> parameters_, gradients_;
};

}  // namespace precipice
