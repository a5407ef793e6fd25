#pragma once

#include "precipice/diagnosis/observe.hpp"

namespace precipice {

/// exp(z - max z) of every row of logits, and the maximum.
struct Exponentials {
  std::vector<double> maxima;  ///< N
  Matrix<double> values;       ///< N x K

  explicit Exponentials(const Matrix<double>& logits);
};

/// The targets of softmax cross-entropy; nothing for other losses, and where something is added to it.
std::optional<Targets> targets_of(const Loss& loss, std::size_t classes);

// What a record says of logits and of their gradients beside margins and sums.
void measure_spread(const Matrix<double>& logits, Record& record);
void measure_classes(const Sight& sight, Record& record);
void measure_gradient_error(const Sight& sight, const Exponentials& exponentials, Record& record);

}  // namespace precipice
