#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "precipice/diagnosis/record.hpp"
#include "precipice/diagnosis/trace.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/experiment.hpp"

#pragma GCC visibility push(default)
namespace precipice {

struct RunState;  // diagnosis/run_state.hpp

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
#pragma GCC visibility pop
