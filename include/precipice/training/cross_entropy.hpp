#pragma once

#include <cstdint>
#include <span>

#include "precipice/arithmetic/matrix.hpp"
#include "precipice/training/loss_settings.hpp"
#include "precipice/training/precision.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// What is computed of a batch of B samples and K classes.
struct CrossEntropyResults {
  std::span<double> losses;      ///< B: each sample's own loss, without 1/B
  MatrixView<double> gradients;  ///< B x K: dL/dz of the loss's mean over the batch
  std::span<bool> collapsed;     ///< B: the correct class's gradient is exactly zero, and another one is not
};

/// Softmax cross-entropy and its gradient as a step of training computes them: in the formats, roundings and operations
/// asked for, each rounded once. Precision{.plan = PrecisionPlan::loss_only, .format = bfloat16} is the loss alone in
/// bfloat16; the logits enter as they are. Random numbers are those of step 0 of a run with this seed. Results beyond
/// binary64 are given as the nearest double.
/// Throws ConfigError for shapes that do not go together, fewer than two classes, labels that are none, and a dynamic
/// scale, which only a run can have.
void softmax_cross_entropy(MatrixView<const double> logits, std::span<const std::uint32_t> labels,
                           const Precision& precision, const Loss& loss, std::uint64_t seed,
                           const CrossEntropyResults& out);

}  // namespace precipice
#pragma GCC visibility pop
