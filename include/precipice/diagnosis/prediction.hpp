#pragma once

#include <cstdint>
#include <optional>

#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/loss_settings.hpp"

#pragma GCC visibility push(default)
namespace precipice {
class Exact;  // number/exact.hpp
}  // namespace precipice

/// What should happen, from formulas alone; nothing here computes a loss. Margins are differences of logits in nats.
///
/// The setting: the shifted loss S = sum_k t_k of a sample whose K - 1 wrong classes all have t = exp(-margin) and
/// whose correct class has exp(0) = 1, in a format of precision p and least normal exponent emin, with gradual
/// underflow. The thresholds are those of the real number t. The program rounds the difference of logits and t first,
/// by up to half a unit of their last place each: at p <= 4 a measured onset may be off by about one nat.
///
/// Functions of real p and E are for lines in a diagram. Every digit is the same on every machine: the logarithms are
/// our own. Where a rounding never does what is predicted, there is no value.
namespace precipice::predicted {

// --- where absorption begins ----------------------------------------------------------------------------------------

/// Margin from which fl(1 + t) = 1, one wrong class: p ln 2 to nearest (t <= 2^-p), (p - 1) ln 2 where the sum is
/// truncated (t < 2^(1-p): toward zero, toward negative), nowhere toward positive, away from zero and to odd (of p = 1,
/// where 1 has the odd code point, to odd is not predicted). The paper (arXiv 2605.06152) gives (p - 1) ln 2
/// for every format.
std::optional<double> absorption_margin(double p, Rounding rounding);
std::optional<double> absorption_margin(const Format& format, Rounding rounding);

// --- where the softmax collapses ------------------------------------------------------------------------------------

/// n: how many wrong terms reach the correct class's 1 in one piece, for `classes` K >= 2 and the correct class at the
/// 0-based index `label` r < K.
///   correct_first   1                  the 1 meets the terms one by one, whatever K
///   sequential      max(r, 1)          the r terms before the 1 have been added up; those behind it come alone
///   reverse         max(K - 1 - r, 1)  likewise from the other end
///   exact           K - 1
///   lanes, windows  found by following the order: the largest sum of wrong terms that joins the one which holds the 1
/// The last class (r = K - 1) so collapses in sequence as it does in an exact sum, the first as with correct_first.
/// Nothing for compensated sums.
std::optional<double> terms_in_one_piece(const SumOrder& order, int classes, int label);

/// The same for the median label: the value at which collapse_margin is the median over all K labels (for even K the
/// mean of the middle two margins, which is the geometric mean of the two n).
std::optional<double> median_terms_in_one_piece(const SumOrder& order, int classes);

/// Margin from which S = 1 exactly, so that log S = 0 and the correct class's gradient vanishes: absorption_margin + ln
/// n. In a sequence equal terms stagnate before they get to n: adding t to about 2^p t (to nearest, ties away 2^(p+1)
/// t) changes nothing. Ties to even: p ln 2 + ln min(n, 2^p); correct class first: p ln 2; exact sum: p ln 2 + ln(K -
/// 1). Trees, lanes and windows are predicted as if their running sums were too short for that. Nothing where
/// terms_in_one_piece has nothing for the order, here and below.
std::optional<double> collapse_margin(double p, Rounding rounding, const SumOrder& order, double terms);
std::optional<double> collapse_margin(const Format& format, Rounding rounding, const SumOrder& order, int classes,
                                      int label);

/// A margin less collapse_margin, where doubles would blur it: relative to 2^-53, whatever the precision.
std::optional<double> behind_collapse_margin(const Exact& margin, const Format& format, Rounding rounding,
                                             const SumOrder& order, int classes, int label);

/// Inverse of collapse_margin in p: the precision (real, for drawing) whose collapse begins at `margin`. With terms of
/// median_terms_in_one_piece, the one at which half of the labels have collapsed.
std::optional<double> collapse_precision(double margin, Rounding rounding, const SumOrder& order, double terms);

// --- where the wrong classes' gradients die -------------------------------------------------------------------------

/// Margin from which a wrong class's gradient is zero: t <= 2^(emin - p) to nearest gives (p - emin) ln 2, which for an
/// IEEE-like format is (2^(E-1) + p - 2) ln 2 (the paper's Eq. 11 is one ln 2 less); t < 2^(emin - p + 1) where the
/// result is truncated gives (p - 1 - emin) ln 2; roundings away from zero and to odd never get there. If 1/B is
/// applied in the loss format (`before`, `after`), t/B underflows: ln B less. See mean_factor_vanishes for where even
/// that says too much.
std::optional<double> underflow_margin(double p, double emin, Rounding rounding, MeanPlace mean, std::int64_t batch);
std::optional<double> underflow_margin(const Format& format, Rounding rounding, MeanPlace mean, std::int64_t batch);

/// A margin less underflow_margin, as behind_collapse_margin has it.
std::optional<double> behind_underflow_margin(const Exact& margin, const Format& format, Rounding rounding,
                                              MeanPlace mean, std::int64_t batch);

/// emin = 2 - 2^(E-1) of an IEEE-like format, for real E.
double ieee_like_emin(double exponent_bits);

/// Margin from which fl(s b) = b, with `before`: s is the correct class's softmax, one wrong class, b = fl(1/B) no
/// power of two. Its gradient fl(fl(s b) - b) is then zero, although the sum is 1 + ulp(1) and s = 1 - ulp(1) / 2. (p -
/// 1) ln 2 toward positive and away from zero (t <= 2^(1-p)), (p - 2) ln 2 to odd (t < 2^(2-p)): roundings that never
/// absorb. Nothing for the others: their s is 1 - ulp(1) at most, and s b is not rounded up by so much.
std::optional<double> mean_absorption_margin(double p, Rounding rounding);

/// The margin from which on a sample may collapse at the earliest: one wrong class, all others far behind.
struct EarliestCollapse {
  std::optional<double> margin;  ///< nothing: never, or not predicted
  bool is_predicted = true;
};

/// absorption_margin, with shift, division, reciprocal and composed. For roundings that never absorb, with `before`,
/// mean_absorption_margin where b, times a loss scale S, is lost, which is found by rounding; but never with
/// reciprocal, whose fl(b / S) is another number. Nothing for accurate. Not predicted: other formulations; stochastic
/// rounding, to odd with p = 1; and where a rounding never absorbs, composed, which goes through b / s and back, and a
/// subnormal b.
EarliestCollapse earliest_collapse(const Format& format, Rounding rounding, const Loss& loss, std::int64_t batch);

/// b = fl(1/B) in the loss format, with a loss scale S fl(fl(1/B) S): what `before` and `after` multiply gradients by.
Exact mean_factor(const Format& format, Rounding rounding, std::int64_t batch, double scale = 1);

/// True if the loss format has no 1/B: b = fl(1/B) is zero, and with `before` or `after` every gradient is dead from
/// the first step, whatever the margins. Always false with `outside`, and of a stochastic rounding, which may
/// draw otherwise. Found by rounding, not by a formula.
bool mean_factor_vanishes(const Format& format, Rounding rounding, MeanPlace mean, std::int64_t batch);

// --- the window between ---------------------------------------------------------------------------------------------

/// Margins between which Numerical Feature Inflation can live: the correct class's gradient is gone, the wrong ones'
/// not.
struct NfiWindow {
  double opens;   ///< collapse_margin
  double closes;  ///< underflow_margin

  [[nodiscard]] double width() const { return closes - opens; }  ///< zero or less: there is no window
  [[nodiscard]] bool is_open() const { return closes > opens; }
};

/// Nothing if the sum never collapses. Ties to even, one wrong class, no 1/B: width (2^(E-1) - 2) ln 2, whatever p. If
/// mean_factor_vanishes there is no gradient to live on: `closes` is then 0, the margin of guessing.
std::optional<NfiWindow> nfi_window(const Format& format, Rounding rounding, const SumOrder& order, int classes,
                                    int label, MeanPlace mean, std::int64_t batch);

/// The exponent width (real, for drawing) at which the window of precision p has width zero. -emin ln 2 = ln B + ln n
/// with n as it stagnates, so E = 1 + log2(2 + log2(B n)), without B if the mean is taken outside: 2 for one class and
/// one sample. Narrower fields have no window. Where results are flushed the window closes at -emin ln 2 already, and p
/// less the bits that absorption needs is added to log2(B n): a slanted boundary. `family` says what is flushed, and
/// the bias, which is 2^(E-1) - 1 or one more (default_bias).
std::optional<double> closing_exponent_bits(double p, Rounding rounding, const SumOrder& order, double terms,
                                            MeanPlace mean, std::int64_t batch, const Format& family = binary32);

}  // namespace precipice::predicted
#pragma GCC visibility pop
