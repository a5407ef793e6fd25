#pragma once

#include <optional>
#include <set>
#include <string>

#include "precipice/cli/experiment_options.hpp"
#include "precipice/sweep/checkpoint.hpp"
#include "precipice/sweep/runner.hpp"

namespace precipice::cli {

/// What `train` is asked about checkpoints.
struct CheckpointOptions {
  std::string from;        ///< --from
  std::string at;          ///< --checkpoint-at
  std::int64_t every = 0;  ///< --checkpoint-every; 0: never

  void add_to(CLI::App& command);
};

/// Where a run begins: at its initial parameters, or at a checkpoint.
struct Beginning {
  std::string file;  ///< empty: no checkpoint
  Checkpoint checkpoint;
  bool is_fork = false;

  [[nodiscard]] bool is_checkpoint() const { return !file.empty(); }
  [[nodiscard]] std::int64_t step() const { return is_checkpoint() ? checkpoint.step() : 0; }
  [[nodiscard]] const RunState* state() const { return is_checkpoint() ? &checkpoint.run : nullptr; }
};

/// Reads --from. Throws ConfigError if a FILE is given as well.
Beginning read_beginning(const ExperimentOptions& experiment, const CheckpointOptions& options);

/// The plan of `train`: of its FILE, or of the checkpoint that it begins from, with the assignments. Says in
/// `beginning` whether that is a fork.
Plan train_plan(const ExperimentOptions& options, Beginning& beginning);

/// The steps at which a run is asked to leave its state.
struct StepsWanted {
  std::set<std::int64_t> at;
  std::int64_t every = 0;
  std::int64_t after = 0;  ///< where the run begins; `every` means later steps

  [[nodiscard]] bool contains(std::int64_t step) const {
    return at.contains(step) || (every > 0 && step > after && step % every == 0);
  }
};

/// Reads --checkpoint-at and --checkpoint-every. Throws ConfigError for steps that the run does not have, and without
/// --out, for there would be no place for the files.
StepsWanted wanted_steps(const CheckpointOptions& options, const std::string& out, std::int64_t begin,
                         std::int64_t steps);

/// The lines of the report on where the run began: continued or forked, what was changed, rounded and left behind. None
/// for a run from its initial parameters.
std::string describe_beginning(const Beginning& beginning, const Cell& cell, const Trace& trace);

/// For a fork the line on what became of it since, as if the run had begun there.
std::string describe_since_fork(const Cell& cell, const Trace& trace);

}  // namespace precipice::cli
