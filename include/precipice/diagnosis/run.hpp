#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "precipice/diagnosis/operation_counts.hpp"
#include "precipice/diagnosis/record.hpp"
#include "precipice/diagnosis/updates.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/experiment.hpp"
#include "precipice/training/state.hpp"

namespace precipice {

/// One training run as it was seen: records every `record_every` steps and at the end.
struct Trace {
  std::vector<Record> records;
  std::vector<UpdateHistogram> histograms;  ///< of the records that keep one, by rising step
  std::vector<OperationCounts> counts;      ///< of the steps that were counted
  std::optional<std::int64_t> frozen_at;    ///< first of frozen_steps updates in a row without any gradient
  std::optional<std::int64_t> diverged_at;  ///< first recorded step with a loss or a norm that is not finite
  std::int64_t steps = 0;                   ///< updates made; fewer than asked for after freezing or divergence
  std::string state_digest;  ///< SHA-256 over the final parameters in exact text, whatever engine made them
  std::string engines;       ///< which ones computed it
  std::optional<Heritage> heritage = std::nullopt;  ///< of a run that began from a state
};

/// A run in the middle, before its step is recorded: all that the rest of it depends on beside the experiment.
struct RunState {
  std::string data;    ///< content_digest of the data set
  std::string layout;  ///< layout_of the parameters
  State state;
  std::vector<Record> records;  ///< of the steps before, as what follows
  std::vector<UpdateHistogram> histograms = {};
  std::vector<OperationCounts> counts = {};

  /// Updates made. Throws FileError if the state does not say.
  [[nodiscard]] std::int64_t step() const;
};

/// A run is stopped as frozen when this many updates in a row had no gradient at all: 1000, or as many as momentum
/// (Adam's beta1, or that of gradient descent) takes to decay below 2^-53 of an update if that is more (beyond 0.964).
/// Nothing can move again but by it. Never with weight decay, which moves parameters without a gradient.
std::int64_t frozen_steps(const Optimizer& optimizer);

/// The same for a run. With a switch it is that of the optimiser behind it, and counts from there on at the earliest.
/// Never with a dynamic scale of the loss, which may grow until gradients come back.
std::int64_t frozen_steps(const Experiment& experiment);

/// How a run is watched from outside.
struct Watch {
  std::function<void(const Record&)> on_record = [](const Record&) {};
  const std::atomic<bool>* stop = nullptr;  ///< when it becomes true the run throws Interrupted
  /// Whether on_state is to be called after so many updates.
  std::function<bool(std::int64_t step)> wants_state = [](std::int64_t) { return false; };
  /// Also called when the run is stopped, before it throws.
  std::function<void(const RunState&)> on_state = [](const RunState&) {};
};

/// Trains as the experiment says, from its initial parameters or from a state. Where `run.origin` names this state's
/// step the run is a fork: the state's formats may be others, and what a changed optimiser does not know of is left
/// behind; the count of updates without a gradient begins anew. Else it goes on, and is the run that was never stopped.
/// Records of a state are those of the run, too. Throws ConfigError where an engine asked for is not exact or a fork
/// has no state, FileError for a state that is not one of this experiment, Interrupted when stopped.
Trace run_experiment(const Experiment& experiment, const DataSet& data, const Watch& watch = {},
                     const RunState* start = nullptr);

}  // namespace precipice
