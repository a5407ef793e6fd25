#pragma once

#include "precipice/training/experiment.hpp"

namespace precipice::testing {

/// 12 Gaussian points with random labels of 5 classes, recorded every 5 steps.
inline Experiment small_experiment(std::int64_t steps) {
  Experiment e;
  e.task.name = TaskName::random_labels;
  e.task.samples = 12;
  e.task.inputs = 4;
  e.task.classes = 5;
  e.model.hidden = {6};
  e.optimizer.learning_rate = 5e-3;
  e.run.steps = steps;
  e.run.record_every = 5;
  return e;
}

}  // namespace precipice::testing
