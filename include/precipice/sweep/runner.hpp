#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "precipice/diagnosis/run.hpp"
#include "precipice/sweep/progress.hpp"
#include "precipice/sweep/results.hpp"

namespace precipice {

/// Part `index` of `count`: cells are dealt out in turn, from the largest to the smallest, so that parts are alike.
struct Shard {
  std::size_t index = 0, count = 1;
};

/// "0/4"; throws ConfigError unless 0 <= index < count.
Shard parse_shard(std::string_view text);

struct SweepOptions {
  std::size_t jobs = 1;
  Shard shard{};
  const std::atomic<bool>* stop = nullptr;  ///< when it becomes true: no new cell; running ones are finished
  Progress::Style style = Progress::Style::silent;
  /// When it becomes true: running cells are stopped, too, and their states kept in unfinished/.
  const std::atomic<bool>* stop_now = nullptr;
  std::optional<double> budget{};         ///< seconds, after which it is as if stop_now were true
  std::optional<double> max_cell_time{};  ///< seconds, after which a cell fails
  bool only_failed = false;               ///< computes failed cells again, and no others
  std::function<void(const std::string&)> warn = [](const std::string&) {};  ///< hears what was set aside, and why
  AdvanceListener on_advance{};
};

struct SweepReport {
  std::size_t cells = 0;      ///< of this shard
  std::size_t computed = 0;   ///< now, by this process
  std::size_t failed = 0;     ///< of these
  std::size_t elsewhere = 0;  ///< that other processes were computing at the end
  std::size_t left = 0;       ///< for which there was no time
  double seconds = 0;
};

/// A watch over a run of so many steps that tells the progress how far it is. Both outlive it.
Watch shown_by(Progress& progress, std::size_t place, std::int64_t steps, const std::atomic<bool>* stop);

/// Trains one cell, from its beginning or from a state (see run_experiment), and diagnoses it. Anything but an
/// interruption is caught and becomes an outcome: `failed`.
CellResult compute_cell(const Cell& cell, const Watch& watch, Trace& trace, const RunState* start = nullptr);

/// Computes what is missing of a plan's grid in `directory`, largest cells first, and collects cells.csv. Everything is
/// validated before anything is written. Any number of processes may do so in one directory at the same time: a cell is
/// computed by one of them, where the file system has locks. Throws ConfigError, FileError, and Interrupted if it was
/// told to stop before the end; what was finished is on disk.
SweepReport run_sweep(const Plan& plan, const std::filesystem::path& directory, const SweepOptions& options);

/// Loads the data of every distinct task of the cells once, so that nothing is begun that cannot be finished; with
/// every seed where chance may leave a class without samples.
DataSummary validated_data(const std::vector<Cell>& cells);

}  // namespace precipice
