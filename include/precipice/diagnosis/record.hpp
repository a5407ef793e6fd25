#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#pragma GCC visibility push(default)
namespace precipice {

/// What is known of one state of a training run: after `step` updates, before the next. Every figure is binary64
/// computed in a fixed order with our own exp and log, so it has the same bits everywhere. NaN: does not apply.
struct Record {
  std::int64_t step = 0;
  double loss = 0;            ///< exact cross-entropy of the logits, mean over the training samples, nats
  double train_accuracy = 0;  ///< share whose largest logit (the first, on ties) is the label's
  double test_accuracy = 0;   ///< NaN without test samples
  double least_margin = 0;    ///< margin = z_r - max of the others, over the training samples
  double median_margin = 0;   ///< lower median
  double largest_margin = 0;
  double collapsed_share = 0;       ///< softmax collapse: correct-class gradient exactly zero, some wrong one not
  double vanished_share = 0;        ///< all gradients of the sample exactly zero
  double residual_probability = 0;  ///< eps: mean of the sum of the emulated g_k over k != r, 1/B removed
  double zero_sum_residual = 0;     ///< mean of |sum_k g_k|, summed exactly, 1/B removed
  double classifier_mean_norm = 0;  ///< ||W_G||
  double feature_mean_norm = 0;     ///< ||mu_G||
  double mean_cosine = 0;           ///< cos(W_G, mu_G)
  double drift_cosine = 0;          ///< cos(W_G, sum_i d_i h_i), d_i = sum_k g_ik: the vector that drives W_G
  double classifier_norm = 0;       ///< ||W||, Frobenius
  double largest_update = 0;  ///< largest |change| of a parameter in the update made from this state; NaN at the end
  double logit_mean = 0;      ///< over samples and classes
  double logit_spread = 0;    ///< root mean square of a logit's distance from its sample's mean
  double least_collapsed_class = 0;  ///< collapsed share of the class of which fewest samples are; classes with samples
  double most_collapsed_class = 0;
  double common_gradient_error = 0;   ///< root mean square over samples of |mean_k e_k| sqrt(K); e: see below
  double centred_gradient_error = 0;  ///< the same of what is left of e; e = B g - (softmax - targets), exactly. Of
                                      ///< other losses, and with z-loss or a clamp, NaN
  double nc1 = 0;                     ///< NeuralCollapse::within, and so on
  double nc2_norms = 0;
  double nc2_angles = 0;
  double nc3 = 0;
  double nc3_centred = 0;
  double feature_norm = 0;  ///< root mean square over the samples of ||h_i||
  // Of the update made from this state; NaN at the end. See UpdateSizes.
  double learning_rate = 0;
  double median_update = 0;  ///< lower median of |change| over the parameters
  double median_step = 0;    ///< of Adam's effective step, rate / (sqrt(v_hat) + epsilon); NaN for other optimisers
  double largest_step = 0;
  // See Curvature; NaN where it was not asked for or not found.
  double hessian_eigenvalue = 0;         ///< the largest
  double preconditioned_eigenvalue = 0;  ///< with Adam's P of the update made from this state
  double loss_scale = 1;
  double skipped_steps = 0;  ///< updates thrown away so far, since a gradient was not finite under a dynamic scale
  double emulated_loss = 0;  ///< mean over samples of the loss as its own rounded operations have it: the sum is exact
  double zero_loss_share = 0;  ///< share of samples whose loss is exactly zero in these operations
};

/// The columns of a trace, in order, and how to read them.
struct RecordColumn {
  std::string_view name;
  double Record::*value;
};

inline constexpr std::array record_columns{
    RecordColumn{"loss", &Record::loss},
    RecordColumn{"train_accuracy", &Record::train_accuracy},
    RecordColumn{"test_accuracy", &Record::test_accuracy},
    RecordColumn{"least_margin", &Record::least_margin},
    RecordColumn{"median_margin", &Record::median_margin},
    RecordColumn{"largest_margin", &Record::largest_margin},
    RecordColumn{"collapsed_share", &Record::collapsed_share},
    RecordColumn{"vanished_share", &Record::vanished_share},
    RecordColumn{"residual_probability", &Record::residual_probability},
    RecordColumn{"zero_sum_residual", &Record::zero_sum_residual},
    RecordColumn{"classifier_mean_norm", &Record::classifier_mean_norm},
    RecordColumn{"feature_mean_norm", &Record::feature_mean_norm},
    RecordColumn{"mean_cosine", &Record::mean_cosine},
    RecordColumn{"drift_cosine", &Record::drift_cosine},
    RecordColumn{"classifier_norm", &Record::classifier_norm},
    RecordColumn{"largest_update", &Record::largest_update},
    RecordColumn{"logit_mean", &Record::logit_mean},
    RecordColumn{"logit_spread", &Record::logit_spread},
    RecordColumn{"least_collapsed_class", &Record::least_collapsed_class},
    RecordColumn{"most_collapsed_class", &Record::most_collapsed_class},
    RecordColumn{"common_gradient_error", &Record::common_gradient_error},
    RecordColumn{"centred_gradient_error", &Record::centred_gradient_error},
    RecordColumn{"nc1", &Record::nc1},
    RecordColumn{"nc2_norms", &Record::nc2_norms},
    RecordColumn{"nc2_angles", &Record::nc2_angles},
    RecordColumn{"nc3", &Record::nc3},
    RecordColumn{"nc3_centred", &Record::nc3_centred},
    RecordColumn{"feature_norm", &Record::feature_norm},
    RecordColumn{"learning_rate", &Record::learning_rate},
    RecordColumn{"median_update", &Record::median_update},
    RecordColumn{"median_step", &Record::median_step},
    RecordColumn{"largest_step", &Record::largest_step},
    RecordColumn{"hessian_eigenvalue", &Record::hessian_eigenvalue},
    RecordColumn{"preconditioned_eigenvalue", &Record::preconditioned_eigenvalue},
    RecordColumn{"loss_scale", &Record::loss_scale},
    RecordColumn{"skipped_steps", &Record::skipped_steps},
    RecordColumn{"emulated_loss", &Record::emulated_loss},
    RecordColumn{"zero_loss_share", &Record::zero_loss_share},
};

}  // namespace precipice
#pragma GCC visibility pop
