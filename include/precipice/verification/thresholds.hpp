#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "precipice/diagnosis/predicted_thresholds.hpp"
#include "precipice/verification/course.hpp"
#include "precipice/verification/measured_thresholds.hpp"

/// Where the correct class's gradient dies and where the last one does: theory against the loss of the replays, number
/// by number of each format.
namespace precipice::verification {

struct Part;  // verification/part.hpp

struct PredictedThresholds {
  std::optional<predicted::Threshold> collapse, survival;
};
/// What theory says of rivals under the rules of a gradient; a test plants another theory.
using ThresholdTheory =
    std::function<std::function<PredictedThresholds(const predicted::EqualRivals&)>(const predicted::GradientRules&)>;
/// predicted::Thresholds.
ThresholdTheory threshold_theory();

/// A setting, and what both sides say of it.
struct ThresholdRow {
  predicted::GradientRules rules;
  predicted::EqualRivals rivals;
  PredictedThresholds predicted;
  MeasuredThresholds measured;

  /// The ordinal of the last margin with a gradient of a wrong class; -1 if there is none.
  [[nodiscard]] Integer measured_survival() const { return measured.death.from - 1; }
};

/// How a measured threshold stands to a predicted one.
enum class Agreement : std::uint8_t {
  exact,    ///< the very number that was predicted
  bounded,  ///< within the bounds of a prediction that claims no more
  missed,
  unpredicted
};
Agreement agreement(const std::optional<predicted::Threshold>& predicted, const Integer& measured);

/// What is looked at: rivals under the rules of one gradient.
struct ThresholdBatch {
  predicted::GradientRules rules;
  std::vector<predicted::EqualRivals> rivals;
};

/// `usual`: every named format that has a sign and a zero, to nearest, toward zero and toward positive, the
/// formulations shift, lse_added and division, the mean outside and before with B = 32; sequential, correct-first,
/// exact and lanes:8, K = 2, 10 and 97, the correct class first, in the middle and last. `full`: p = 2..53 and 113 with
/// E = 2..11 and gradual underflow, every direction, each formulation whose thresholds are known, each place of the
/// mean (B = 50), K = 2, 10 and 97, and 1000 with the correct class in the
/// middle; of ten orders each gradient has one, in turn.
/// `formats`: these instead, in the grid of `usual`; each has a sign and a zero, and flushes no operands.
std::vector<ThresholdBatch> threshold_grid(Extent extent, const std::vector<Format>& formats = {});

/// Why the thresholds of a format cannot be looked at; empty if they can.
std::string threshold_refusal(const Format& format);

/// Rows in the order of the grid, rivals within rules. Throws Interrupted.
std::vector<ThresholdRow> compare_thresholds(const std::vector<ThresholdBatch>& grid, const ThresholdTheory& theory,
                                             const Course& course);

/// The same as tables and figures; a threshold each is a comparison.
Part threshold_part(const std::vector<ThresholdRow>& rows);

}  // namespace precipice::verification
