#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/loss_settings.hpp"
#include "precipice/training/model.hpp"
#include "precipice/training/optimizer_settings.hpp"
#include "precipice/training/precision.hpp"

#pragma GCC visibility push(default)
namespace precipice {

enum class TaskName : std::uint8_t {
  digits,
  fashion_mnist,
  modular_addition,
  modular_subtraction,
  modular_multiplication,
  modular_division,
  random_labels,
  gaussian_clusters,
  idx,
  npy,
  csv,
  cifar_10
};

enum class Balance : std::uint8_t {
  none,  ///< as chance has it
  equal  ///< as many samples of each class
};

enum class Standardise : std::uint8_t {
  none,
  features  ///< each feature less its mean, over its deviation, of the training samples
};

/// What becomes of the samples of a file on the way to a data set.
struct Preparation {
  Balance balance = Balance::none;
  std::optional<double> scale;  ///< factor of the inputs; none: bytes / 255, digits / 16, others as they are
  Standardise standardise = Standardise::none;
};

enum class CsvHeader : std::uint8_t {
  detect,  ///< the first line is a header if no field of it is a number
  present,
  absent
};

/// A person's own data. Several files are read one after the other, as if they were one.
struct DataFiles {
  std::vector<std::string> data;         ///< inputs (idx, npy); inputs and labels (csv, cifar-10)
  std::vector<std::string> labels;       ///< idx, npy: labels, a file for each of `data`
  std::vector<std::string> test_data;    ///< held-out samples; none: what training leaves of `data`
  std::vector<std::string> test_labels;  ///< as `labels`
  std::string label_column = "last";     ///< csv: "last", or a name in the header
  CsvHeader header = CsvHeader::detect;  ///< csv
};

/// What is learned. Fields that a task does not use are ignored by it and left out of its identity.
struct Task {
  TaskName name = TaskName::digits;
  std::int64_t samples = 50;       ///< all but modular-*: training samples
  std::int64_t test_samples = 50;  ///< all but modular-* and random-labels: held out to measure test accuracy
  std::int64_t inputs = 8;         ///< random-labels, gaussian-clusters: width of the Gaussian inputs
  std::int64_t classes = 10;       ///< random-labels, gaussian-clusters, idx, npy, csv
  double separation = 3;           ///< gaussian-clusters: deviation of each coordinate of the means
  std::int64_t modulus = 97;       ///< modular-*: prime
  double fraction = 0.5;           ///< modular-*: share of the pairs that is trained on
  Preparation preparation;         ///< tasks with files
  DataFiles files;                 ///< idx, npy, csv, cifar-10
};

enum class EngineName : std::uint8_t { automatic, reference, carried, native };

/// Which records keep a histogram of the sizes of their update.
enum class Histograms : std::uint8_t {
  none,
  events,  ///< those around the first absorption, the onset of inflation and the first spike
  all
};

/// The state that a fork began from: the experiment's key and the step of its checkpoint, and what it held.
struct Origin {
  std::string key;
  std::int64_t step;
  std::string digest;  ///< the first 16 digits of the SHA-256 over identity, data and state

  friend bool operator==(const Origin&, const Origin&) = default;
};

/// KEY-STEP:DIGEST.
std::string to_text(const Origin& origin);
/// Throws ConfigError "must be ...".
Origin parse_origin(std::string_view text);

struct Run {
  std::int64_t steps = 6000;
  std::int64_t batch = 0;  ///< samples of a step; 0: all (full batch)
  std::uint64_t seed = 0;
  std::int64_t record_every = 10;
  Histograms histograms = Histograms::none;
  std::int64_t count_every = 0;                 ///< steps from one count of operations to the next; 0: none
  std::int64_t hessian_every = 0;               ///< steps from one measurement of the curvature to the next; 0: none
  EngineName engine = EngineName::automatic;    ///< changes no bit
  std::optional<Origin> origin = std::nullopt;  ///< none: the run begins at its initial parameters
};

/// One replay, wholly described.
struct Experiment {
  Task task;
  Model model;
  Loss loss;
  Precision precision;
  Optimizer optimizer;
  OptimizerSwitch optimizer_switch;
  Run run;
};

/// Whether the scale of the loss is dynamic, by its own setting or by the precision plan's.
inline bool has_dynamic_scale(const Loss& loss, PrecisionPlan plan) {
  return loss.scaling == LossScaling::dynamic || (loss.scaling == LossScaling::as_planned && plans_dynamic_scale(plan));
}

/// The loss with all that the precision plan says of it.
inline Loss settled_loss(const Experiment& e) {
  Loss loss = e.loss;
  loss.scaling = has_dynamic_scale(e.loss, e.precision.plan) ? LossScaling::dynamic : LossScaling::constant;
  return loss;
}

}  // namespace precipice
#pragma GCC visibility pop
