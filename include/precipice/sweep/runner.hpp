#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "precipice/diagnosis/run.hpp"
#include "precipice/sweep/progress.hpp"
#include "precipice/sweep/results.hpp"

namespace precipice {

/// Part `index` of `count`: cells are dealt out in turn, so that parts are of like size.
struct Shard {
  std::size_t index = 0, count = 1;
};

/// "0/4"; throws ConfigError unless 0 <= index < count.
Shard parse_shard(std::string_view text);

struct SweepOptions {
  std::size_t jobs = 1;
  Shard shard;
  const std::atomic<bool>* stop = nullptr;  ///< when it becomes true: no new cell, running ones are dropped
  Progress::Style style = Progress::Style::silent;
};

struct SweepReport {
  std::size_t cells = 0;     ///< of this shard
  std::size_t computed = 0;  ///< now
  std::size_t failed = 0;
  double seconds = 0;
};

/// Trains one cell, from its beginning or from a state (see run_experiment), and diagnoses it. Anything but an
/// interruption is caught and becomes an outcome: `failed`.
CellResult compute_cell(const Cell& cell, const Watch& watch, Trace& trace, const RunState* start = nullptr);

/// Computes what is missing of a plan's grid in `directory`, largest cells first, and collects cells.csv. Everything is
/// validated before anything is written. Throws ConfigError, FileError, Interrupted; what was finished is on disk.
SweepReport run_sweep(const Plan& plan, const std::filesystem::path& directory, const SweepOptions& options);

/// Estimated seconds of the cells on `jobs` threads, by timing a short piece of one cell per engine. For --dry-run.
double estimated_seconds(const std::vector<Cell>& cells, std::size_t jobs);

/// Loads the data of every distinct task of the cells once, so that nothing is begun that cannot be finished; with
/// every seed where chance may leave a class without samples.
DataSummary validated_data(const std::vector<Cell>& cells);

}  // namespace precipice
