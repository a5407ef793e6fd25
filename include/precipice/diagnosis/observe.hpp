#pragma once

#include <optional>
#include <span>
#include <vector>

#include "precipice/diagnosis/record.hpp"
#include "precipice/training/experiment.hpp"
#include "precipice/training/replay.hpp"

namespace precipice {

/// Targets of the classes that are not right; the right one has what is missing to 1.
struct Targets {
  double off;
};

/// A snapshot in binary64, the nearest doubles, with the two sums over classes that must not be rounded before they are
/// taken.
struct Sight {
  Matrix<double> features;           ///< N x d
  Matrix<double> logits;             ///< N x K
  Matrix<double> classifier;         ///< d x K
  Matrix<double> gradients;          ///< N x K, dL/dz as the snapshot has them
  std::vector<double> defects;       ///< d_i = sum_k g_ik, exact, rounded once
  std::vector<double> wrong_masses;  ///< sum_{k != r} g_ik, exact, rounded once
  std::vector<std::uint32_t> labels;
  std::vector<bool> is_collapsed;  ///< of each sample: correct-class gradient exactly zero, some wrong one not
  std::size_t vanished = 0;        ///< samples without any gradient
  double loss_sum = 0;             ///< of the samples' losses as the arithmetic has them, exact, rounded once
  std::size_t zero_losses = 0;     ///< how many of them are exactly zero
  std::optional<Targets> targets;  ///< of the loss, if its gradient is softmax less targets
  double unscale = 1;              ///< what takes 1/B and the loss's scale out of the gradients
};

/// Looks at a snapshot; reuses the memory of `sight`.
template <class V>
void look(const Snapshot<V>& snapshot, const Loss& loss, Sight& sight);
extern template void look<double>(const Snapshot<double>&, const Loss&, Sight&);
extern template void look<Exact>(const Snapshot<Exact>&, const Loss&, Sight&);

/// Everything of a record that follows from the state alone.
Record measure(const Sight& sight, std::int64_t step);

/// Share of samples whose largest logit is the label's; NaN if there are none.
template <class V>
double accuracy(MatrixView<const V> logits, std::span<const std::uint32_t> labels);
extern template double accuracy<double>(MatrixView<const double>, std::span<const std::uint32_t>);
extern template double accuracy<Exact>(MatrixView<const Exact>, std::span<const std::uint32_t>);

/// Exact cross-entropy of one sample in nats: log(1 + sum_{k != r} exp(z_k - z_r)) without cancellation, in binary64.
double cross_entropy(std::span<const double> logits, std::size_t label);

}  // namespace precipice
