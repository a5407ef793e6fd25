#pragma once

#include <cstddef>
#include <span>

namespace precipice::verification {

/// A straight line through logarithms, one for each step, by least squares.
struct GrowthFit {
  std::size_t points = 0;
  double rate = 0;       ///< slope, per step
  double deviation = 0;  ///< of the residuals, over n - 2: how far from exponential the growth is
  /// Of the residuals from one step to the next. Next to 1 they are a curve, not noise.
  double correlation = 0;
  /// Half of the 95 % interval of the slope: 1.96 standard errors, as if n (1 - correlation) / (1 + correlation)
  /// residuals were independent and normal. They are neither where growth is faster at the end than at the beginning:
  /// the interval then says how well a slope is known of a curve that has many.
  double half_width = 0;
};

/// NaN where there are fewer than three points.
GrowthFit fit_growth(std::span<const double> logarithms);

}  // namespace precipice::verification
