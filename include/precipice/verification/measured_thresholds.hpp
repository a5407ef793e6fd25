#pragma once

#include <cstddef>
#include <memory>

#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/loss_settings.hpp"

/// Thresholds as the arithmetic has them: the loss of the replays is computed at one margin after the other. Nothing
/// here knows what theory says.
namespace precipice::verification {

/// Where a property of margins that should come once and stay does so; places are ordinals (number/ordinal.hpp).
struct Turn {
  Integer first;  ///< the first margin that was seen to have it
  Integer from;   ///< from here on all have it; one beyond the largest number if that has it not

  [[nodiscard]] bool is_one() const { return first == from; }
};

struct MeasuredThresholds {
  Turn collapse;            ///< dL/dz of the correct class is exactly zero
  Turn death;               ///< that of all wrong classes is
  std::size_t margins = 0;  ///< at which the loss was computed
};

/// One sample of K classes, the mean of whose loss is that over a batch of B. Its correct class has the margin, a
/// number >= 0 of the format, as its logit, all others 0.
struct MeasuredLoss {
  Format format;  ///< of every operation of the loss
  Rounding rounding = Rounding::nearest_even;
  Formulation formulation = Formulation::shift;
  SumOrder order = SumOrder::sequential;
  int classes = 2;
  int label = 0;
  MeanPlace mean = MeanPlace::outside;
  std::int64_t batch = 1;
};

/// Both turns: found by bisection over all numbers >= 0 of the format, then every number of a neighbourhood of 128 on
/// either side is tried (all of them in formats of up to 4096), and 16 in each binade from 2^-12 to 2^20 and the
/// largest two, since that the property comes once and stays is to be seen and not assumed. Where the engine is slow it
/// is 32, 512 and two. The neighbourhood moves on until it surrounds `from`.
MeasuredThresholds measure_thresholds(const MeasuredLoss& loss);

}  // namespace precipice::verification
