#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/loss_settings.hpp"

#pragma GCC visibility push(default)
/// The thresholds of prediction.hpp to the last bit: which number of the format is the first margin of a softmax
/// collapse, and which the last with a gradient. Nothing here computes a loss: an order of summation is followed with
/// bounds in place of sums, and margins are logarithms to some 500 bits.
namespace precipice::predicted {

/// Where a gradient is looked at: 1/B and its place.
struct GradientRules {
  Format format;  ///< of every operation of the loss; has a sign and a zero, and flushes no operands
  Rounding rounding = Rounding::nearest_even;    ///< not stochastic
  Formulation formulation = Formulation::shift;  ///< shift, lse_added, division, reciprocal or accurate
  MeanPlace mean = MeanPlace::outside;
  std::int64_t batch = 1;
};

/// K classes of which all wrong ones have the logit 0; that of the correct one is the margin, a number >= 0 of the
/// format.
struct EqualRivals {
  SumOrder order = SumOrder::sequential;
  int classes = 2;
  int label = 0;  ///< 0-based index of the correct class
};

/// Why a threshold is not the first number of the format behind the real one (collapse_margin, underflow_margin): the
/// first that applies.
enum class Cause : std::uint8_t {
  mean_factor,    ///< b = fl(1/B) is zero: there is no gradient at any margin
  range,          ///< the format has no number so large
  never,          ///< the rounding never gets there
  underflow,      ///< exp(-margin) is zero before the 1 absorbs it
  sum_above_one,  ///< a sum that is not 1, or its logarithm, is lost later, in log S, the maximum, p or b
  sum_not_one,    ///< the gradients die before the sum has collapsed
  stagnation,     ///< running sums of equal terms may have come to their end
  sum_rounding,   ///< sums of wrong terms are rounded before the 1 meets them
  few_bits,       ///< the term at the threshold is subnormal
  exp_rounding,   ///< none of these: the margin at which the rounded exponential passes the threshold
};

/// Ordinals (number/ordinal.hpp) between which a margin lies.
struct Threshold {
  Integer least, most;
  Cause cause = Cause::exp_rounding;

  [[nodiscard]] bool is_exact() const { return least == most; }
};

/// Predicts thresholds for one format and gradient; what all rivals share is worked out once.
class Thresholds {
 public:
  /// Precondition: see GradientRules.
  explicit Thresholds(const GradientRules& rules);
  ~Thresholds();
  Thresholds(const Thresholds&) = delete;
  Thresholds& operator=(const Thresholds&) = delete;

  /// The margin from which on dL/dz of the correct class is exactly zero at every margin; one beyond the ordinal of the
  /// largest number if it never is. Nothing where no bound is known: compensated sums.
  ///
  /// The 1 meets pieces, rounded sums of n wrong terms t = fl(exp(-margin)), one after the other (pieces.hpp bounds
  /// them). As long as the sum is below 2 it is a multiple of ulp(1), so each piece adds itself, rounded to such a
  /// multiple: S - 1 = sum of fl(n t / ulp(1)) ulp(1). The gradient is zero iff S is at most the largest sum whose
  /// gradient is lost, found by rounding: with `shift` and `division` that is 1, but for the smallest formats; where
  /// the maximum is added again log S may be up to half of the margin's spacing. From the largest t that collapses
  /// follows the first margin: exp(-margin) lies below the number at which fl turns to the next t. With `accurate` the
  /// gradient is zero behind the last margin at which any other is not.
  [[nodiscard]] std::optional<Threshold> collapse(const EqualRivals& rivals);

  /// The largest margin at which dL/dz of some wrong class is not zero; -1 if there is none. If the sum has collapsed
  /// there p = t, and the last t with fl(t b) > 0 decides; else p is smaller by at most the largest sum.
  [[nodiscard]] std::optional<Threshold> survival(const EqualRivals& rivals);

 private:
  class Details;
  std::unique_ptr<Details> details_;
};

}  // namespace precipice::predicted
#pragma GCC visibility pop
