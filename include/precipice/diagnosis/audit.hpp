#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/array_stream.hpp"
#include "precipice/training/loss_settings.hpp"

#pragma GCC visibility push(default)
/// What a softmax cross-entropy in given formats would make of logits that somebody else has computed.
namespace precipice {

/// A loss that is computed of the logits: its operations are in one format, the logits enter exactly as they are (plan
/// loss-only).
struct AuditedLoss {
  Format format;
  Loss loss;
  Rounding rounding = Rounding::nearest_even;
};

/// A compensated sum of doubles in the order in which they come (two_sum): its error is of the order of 2^-106 of the
/// sum of magnitudes, and it depends on that order alone.
class CompensatedSum {
 public:
  void add(double x);
  void add(const CompensatedSum& other);
  [[nodiscard]] double value() const { return sum_ + error_; }

 private:
  double sum_ = 0, error_ = 0;
};

/// Sums over the samples whose logits and gradients are finite. Gradients are those of a sample's own loss: 1/B and the
/// scale are taken out again.
struct LossFindings {
  std::uint64_t samples = 0;
  std::uint64_t collapsed = 0;  ///< correct class's gradient exactly zero, another's not
  std::uint64_t vanished = 0;   ///< all gradients exactly zero
  std::uint64_t broken = 0;     ///< finite logits, but a gradient that is not; in no sum
  CompensatedSum defect;        ///< d = sum_k g_k, the zero-sum residual
  CompensatedSum residual;      ///< |d|
  CompensatedSum common;        ///< K m^2, m the mean over the classes of the error g - exact g
  CompensatedSum centred;       ///< sum_k (error_k - m)^2
  bool knows_exact = true;      ///< false for losses whose exact gradient is not softmax less target (stablemax)

  void add(const LossFindings& other);
};

/// How many samples have a margin within [k, k + 1) * width + least; those beyond either end are in the end bins.
struct MarginHistogram {
  static constexpr double width = 0.5, least = -200;  // nats
  static constexpr std::size_t bins = 2400;           // up to 1000

  std::array<std::uint64_t, bins> counts{};
  void add(double margin);
};

struct Audit {
  std::uint64_t rows = 0;
  std::size_t classes = 0;
  std::uint64_t ignored = 0;             ///< rows with the label that is to be ignored; they count in nothing else
  std::uint64_t not_a_number = 0;        ///< rows with a NaN among the logits; likewise
  std::uint64_t infinite = 0;            ///< rows with an infinity and no NaN; likewise
  std::uint64_t correct = 0;             ///< samples with a positive margin
  std::uint64_t like_probabilities = 0;  ///< samples whose logits lie within [0, 1] and add up to 1
  double least_margin = std::numeric_limits<double>::infinity();
  double largest_margin = -std::numeric_limits<double>::infinity();
  MarginHistogram margins;              ///< z_r less the largest other logit, nats
  std::vector<LossFindings> of_losses;  ///< as asked for
};

struct AuditRequest {
  std::vector<AuditedLoss> losses;
  std::size_t batch = 1;                           ///< B of the mean, >= 1
  std::size_t in_flight = 64;                      ///< pieces in memory at a time; changes no bit
  std::optional<std::int64_t> ignored_label = {};  ///< of samples that the loss does not know, such as -100
};

/// Reads the files once, piece by piece; memory does not depend on their length. Rows are cut into pieces by a rule
/// that knows K alone (rows_of_piece); each is summed up in the order of its rows by one thread, and the pieces in
/// theirs: neither threads nor pieces in flight change a bit. Throws FileError for shapes that do not fit and labels
/// that are none, ConfigError for losses in formats beyond binary64 and for stochastic rounding.
Audit audit(const ArrayStream& logits, const ArrayStream& labels, const AuditRequest& request);

std::size_t rows_of_piece(std::size_t classes);

// --- what follows ---------------------------------------------------------------------------------------------------

enum class AuditVerdict : std::uint8_t {
  safe,        ///< no sample collapses, and the threshold is twice the largest margin or more
  at_risk,     ///< none does, but the threshold is nearer; or none is predicted for this loss
  collapsing,  ///< some do
  vanishing,   ///< none does, but some have no gradient at all: they died before the sample collapsed
  broken,      ///< some finite logits have gradients that are not
  unknown      ///< there is no sample
};

/// Means over the samples in the sums; NaN if there are none.
struct AuditSummary {
  double collapsed_share, vanished_share;
  double zero_sum_residual;            ///< mean |sum_k g_k|
  double common_error, centred_error;  ///< root mean square over samples, as in records; NaN where not known
  /// -eta / K times the mean defect: by what the mean of the classifier's biases moves in a step of gradient descent
  /// with the rate eta, and W_G in units of the mean feature, if features do not depend on the defects: dW_G = -(eta /
  /// (K B)) sum_i d_i h_i, which is -(eta eps / K) mu_G when all samples have collapsed (Liu et al., arXiv 2605.06152).
  /// Exactly zero in exact arithmetic.
  double mean_drift;
  std::optional<double> threshold;  ///< margin at which a sample may collapse at the earliest: earliest_collapse
  AuditVerdict verdict;
};

/// The threshold is predicted for shift, division, reciprocal and composed. Margins grow like the logarithm of time, so
/// twice the largest margin so far is as many steps squared: nearer thresholds are a risk.
AuditSummary summary_of(const Audit& audit, std::size_t loss, const AuditRequest& request, double learning_rate);

}  // namespace precipice
#pragma GCC visibility pop
