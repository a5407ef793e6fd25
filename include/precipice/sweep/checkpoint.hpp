#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "precipice/diagnosis/run_state.hpp"
#include "precipice/sweep/plan.hpp"

namespace precipice {

struct DataSet;  // training/data.hpp

/// A run in the middle, and the settings of its experiment: all that can decide bits.
struct Checkpoint {
  WrittenSettings settings;
  RunState run;

  [[nodiscard]] std::int64_t step() const { return run.step(); }
  [[nodiscard]] Experiment experiment() const { return resolve(settings); }
};

/// A checkpoint file: gzip of a line "precipice checkpoint FORM VERSION SHA256" and of JSON, of which that is the
/// SHA-256. Every number is exact hexadecimal text, so the file depends on no engine, byte order or compiler.
std::string checkpoint_bytes(const Experiment& experiment, const RunState& run);

/// Reads one. Throws FileError, naming the file, if it is missing, damaged, foreign, or by another version.
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// What names the state in the identity of its forks. The records follow from the rest, so that a new column changes no
/// key.
Origin origin_of(const Checkpoint& checkpoint);

/// Whether two experiments came to the same state and records, however far they are to go: they differ in nothing, or
/// in `run.steps` where no schedule reads it.
bool have_same_past(const Experiment& a, const Experiment& b);

/// The plan of the run that begins from a checkpoint with some settings changed ("KEY=VALUE"). If these leave the past
/// as it was, it is the checkpoint's own run; else a fork, and run.origin says of what. Throws ConfigError for settings
/// that are wrong, or have fewer steps than were made.
Plan plan_from(const Checkpoint& checkpoint, const std::vector<std::string>& assignments);

/// Throws ConfigError naming the setting that differs if the experiment has other parameters or other data than the
/// checkpoint's.
void check_fits(const Checkpoint& checkpoint, const Experiment& experiment, const DataSet& data);

/// Throws ConfigError for a fork that is to be run without its checkpoint.
void check_has_beginning(const Experiment& experiment);

}  // namespace precipice
