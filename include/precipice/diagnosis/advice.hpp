#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/loss_settings.hpp"

#pragma GCC visibility push(default)
/// Which formats of the loss keep clear of Numerical Feature Inflation, from the formulas of diagnosis/prediction.hpp
/// alone.
namespace precipice::predicted {

/// What training will ask of the loss's arithmetic.
struct Regime {
  double margin = 0;       ///< nats: no sample's correct logit gets further above the next one
  int classes = 2;         ///< K
  std::int64_t batch = 1;  ///< B of the mean
  double loss_scale = 1;   ///< S: what the gradients of the loss are multiplied by
  SumOrder order = SumOrder::sequential;
  Rounding rounding = Rounding::nearest_even;
  MeanPlace mean = MeanPlace::before;
};

/// Throws ConfigError unless the margin is positive, finite and below what some format separates (45425 nats), K >= 2,
/// 1 <= B <= 2^53, S and B / S are positive and finite, and the rounding draws no random numbers (one that does absorbs
/// now and then, whatever the margin).
void check_regime(const Regime& regime);

/// By what the gradients are smaller than the softmax when they leave the loss: B / S, S alone with `outside`, but 1 at
/// the least. For p_k is rounded first: where it is zero no scale brings it back, so a scale undoes 1/B and no more.
double reduction(const Regime& regime);

/// underflow_margin with a loss scale: (p - emin) ln 2 - ln reduction. Zero if 1/B S vanishes in the format. Nothing
/// where wrong classes' gradients never die.
std::optional<double> underflow_margin(const Format& format, const Regime& regime);

enum class Verdict : std::uint8_t {
  too_narrow,       ///< no sign, no zero, or the largest number is below K (the sum when guessing), the margin or S / B
  not_predicted,    ///< see earliest_collapse
  absorbs_nothing,  ///< no sample within the margin collapses, whatever the other logits and the order of the sum
  window_closed,    ///< samples may collapse, but then the wrong classes' gradients have died already: no gradient is
                    ///< left to inflate anything, nor to learn from
  at_risk           ///< the NFI window opens within the margin
};

struct FormatAdvice {
  Format format;
  Verdict verdict;
  std::optional<double> opens;   ///< earliest_collapse: one rival, all other classes far behind
  std::optional<double> closes;  ///< underflow_margin
};
FormatAdvice advice_on(const Format& format, const Regime& regime);

/// How many equal wrong terms the correct class's 1 meets in one piece, over the labels (terms_in_one_piece).
struct PiecesOverLabels {
  double fewest, most;
};

struct Advice {
  /// The smallest p whose absorption margin is above the regime's: p ln 2 > M to nearest. It holds for every order and
  /// K, for other wrong classes only add to the sum. Where a rounding never absorbs, the smallest p whose
  /// mean_absorption_margin is, and 1 (to odd 2) if there is none: `after`, `outside`, or B and S are powers of two.
  int precision = 1;
  bool loses_mean_factor = false;  ///< a rounding that never absorbs has a mean_absorption_margin: see precision
  /// The smallest E with which, at that p, an IEEE-like format is wide enough and wrong classes' gradients live up to
  /// M.
  int exponent_bits = 2;
  /// The largest E with which the window of an IEEE-like format is closed, whatever p: 2^(E-1) - 2 <= log2(reduction),
  /// compared without rounding. Nothing where the rounding has no window.
  std::optional<int> closed_exponent_bits;
  /// Nothing for compensated sums, and where orders with lanes or windows would have to be followed for more than
  /// most_followed_classes.
  std::optional<PiecesOverLabels> pieces;
  std::vector<FormatAdvice> named;  ///< all of the catalogue, in its order
};

inline constexpr int most_followed_classes = 1024;

/// Throws as check_regime does.
Advice advise(const Regime& regime);

}  // namespace precipice::predicted
#pragma GCC visibility pop
