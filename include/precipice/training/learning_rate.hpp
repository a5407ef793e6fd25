#pragma once

#include <cstdint>

#include "precipice/training/optimizer_settings.hpp"

namespace precipice {

/// cos(pi part / whole), correctly rounded to binary64. 0 <= part <= whole < 2^52, whole > 0.
double correctly_rounded_cosine(std::int64_t part, std::int64_t whole);

/// The learning rate of each update, a binary64 scalar. With n steps of warm-up in a run of N steps it is, for update t
/// from 0, every operation rounded to binary64:
///
///   t < n: rate ((t + 1) / n)
///   constant: rate
///   linear: rate (1 - (1 - f) ((t - n) / (N - n))), f the final fraction
///   cosine: rate (f + (1 - f) ((1 + cos(pi (t - n) / (N - n))) / 2))
///   step: rate factor^floor((t - n) / every)
class LearningRate {
 public:
  LearningRate(const Optimizer& settings, std::int64_t steps) : settings_(settings), steps_(steps) {}

  /// Of the update that is made after `step` updates; `step` < N.
  double at(std::int64_t step);

 private:
  [[nodiscard]] double after_drops(std::int64_t drops);

  Optimizer settings_;
  std::int64_t steps_;
  std::int64_t drops_ = 0;  // whose factor is known
  double drops_factor_ = 1;
};

}  // namespace precipice
