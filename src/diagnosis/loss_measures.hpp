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

/// softmax(z) - targets, of exponentials t; without smoothing good to a few ulps of each element, for then the correct
/// class's is minus the sum of the others.
void exact_gradient(std::span<const double> t, std::size_t label, const Targets& targets, std::vector<double>& g);

// What a record says of logits and of their gradients beside margins and sums.
void measure_spread(const Matrix<double>& logits, Record& record);
void measure_classes(const Sight& sight, Record& record);
void measure_gradient_error(const Sight& sight, const Exponentials& exponentials, Record& record);

}  // namespace precipice
