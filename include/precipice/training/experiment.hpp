#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/arithmetic/sum.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/loss.hpp"
#include "precipice/training/precision.hpp"

namespace precipice {

enum class TaskName : std::uint8_t { digits, modular_division, modular_addition, random_labels };

/// What is learned. Fields that a task does not use are ignored by it and left out of its identity.
struct Task {
  TaskName name = TaskName::digits;
  std::int64_t samples = 50;       ///< digits, random-labels: training samples
  std::int64_t test_samples = 50;  ///< digits: held-out samples that test accuracy is measured on
  std::int64_t inputs = 8;         ///< random-labels: width of the Gaussian inputs
  std::int64_t classes = 10;       ///< random-labels
  std::int64_t modulus = 97;       ///< modular-*: prime
  double fraction = 0.5;           ///< modular-*: share of the pairs that is trained on
};

struct Model {
  std::vector<std::int64_t> hidden{32, 32};  ///< widths of the ReLU layers; none: a linear classifier
};

enum class OptimizerName : std::uint8_t { adam, gradient_descent };

struct Optimizer {
  OptimizerName name = OptimizerName::adam;
  double learning_rate = 3e-3;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;  ///< adam
};

enum class EngineName : std::uint8_t { automatic, reference, carried, native };

struct Run {
  std::int64_t steps = 6000;
  std::int64_t batch = 0;  ///< samples of a step; 0: all (full batch)
  std::uint64_t seed = 0;
  std::int64_t record_every = 10;
  EngineName engine = EngineName::automatic;  ///< changes no bit
};

/// One replay, wholly described.
struct Experiment {
  Task task;
  Model model;
  Loss loss;
  Precision precision;
  Optimizer optimizer;
  Run run;
};

}  // namespace precipice
