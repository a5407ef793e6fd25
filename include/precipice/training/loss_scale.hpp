#pragma once

#include <cmath>
#include <cstdint>

#include "precipice/training/loss.hpp"

namespace precipice {

/// The scale of the loss from step to step: constant, or dynamic in the manner of PyTorch's GradScaler
/// (torch/amp/grad_scaler.py and aten/src/ATen/native/cuda/AmpKernels.cu, amp_update_scale_cuda_kernel, version 2.4):
/// gradients that are not finite are thrown away, and the scale times `backoff` is the next one; after `interval`
/// updates in a row it is the scale times `growth`, unless that leaves binary32. The scale is a number of binary32:
/// each new one is a product in binary64, rounded into it.
class LossScale {
 public:
  /// What it is at a step; a function of what became of the steps before.
  struct State {
    double value = 1;
    std::int64_t updates_in_a_row = 0;  ///< since the scale moved last
    std::int64_t skipped = 0;           ///< updates thrown away
  };

  explicit LossScale(const Loss& loss) : is_dynamic_(loss.scaling == LossScaling::dynamic), rules_(loss.dynamic) {
    state_.value = is_dynamic_ ? in_binary32(rules_.initial) : loss.scale;
  }

  [[nodiscard]] bool is_dynamic() const { return is_dynamic_; }
  [[nodiscard]] double value() const { return state_.value; }
  [[nodiscard]] const State& state() const { return state_; }

  /// See state.hpp. Of a dynamic scale only.
  template <class Visitor>
  void visit_state(Visitor& visit) {
    visit("loss_scale.value", state_.value);
    visit("loss_scale.updates_in_a_row", state_.updates_in_a_row);
    visit("loss_scale.skipped", state_.skipped);
  }

  /// An update was thrown away. Of a dynamic scale only, as below.
  void skipped() {
    state_.value = in_binary32(state_.value * rules_.backoff);
    state_.updates_in_a_row = 0;
    ++state_.skipped;
  }
  /// An update was made. True if the scale is another one now.
  bool updated() {
    if (++state_.updates_in_a_row < rules_.interval) return false;
    state_.updates_in_a_row = 0;
    const double grown = in_binary32(state_.value * rules_.growth);
    if (std::isfinite(grown)) state_.value = grown;
    return true;
  }

 private:
  static double in_binary32(double x) { return static_cast<double>(static_cast<float>(x)); }

  bool is_dynamic_;
  DynamicScale rules_;
  State state_;
};

}  // namespace precipice
