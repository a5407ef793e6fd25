#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "precipice/diagnosis/outcome.hpp"
#include "precipice/sweep/grid.hpp"

namespace precipice {

/// What it took to compute a cell: the only part of its file that may differ between machines.
struct Cost {
  std::string engine;
  std::int64_t jobs = 1;
  std::string started;  ///< UTC, ISO 8601
  double seconds = 0;
};

/// What a manifest says of the data of a sweep.
struct DataSummary {
  std::size_t classes = 0, samples = 0;            ///< of the first task
  std::map<std::string, std::string> checksums{};  ///< of every task with files: the SHA-256 by their names
};

/// The largest value that a record of a run has.
struct Peaks {
  double mu_norm = 0;  ///< ||mu_G||
  double collapsed_share = 0;
  double zero_sum_residual = 0;
};
Peaks peaks_of(const Trace& trace);

/// A finished cell.
struct CellResult {
  Diagnosis diagnosis;
  Record last;  ///< the final record
  Peaks peak;
  std::int64_t steps = 0;
  std::string state_digest;
  std::string data_checksum;  ///< of a person's own files; what the other tasks hold is known by their names
  std::string error;          ///< why it failed
  Cost cost;
};

/// A directory of results:
///   manifest.json        what the sweep is, with the version, compiler and data
///   experiment.toml      the plan last begun here, to run again
///   cells/KEY.json       one per finished cell
///   traces/KEY.csv.gz    its records
///   histograms/KEY.csv.gz  of the sizes of its updates, if asked for
///   counts/KEY.csv.gz    of what happened to its operations, if asked for
///   checkpoints/KEY-STEP.ckpt   states of its run, where `train` was asked for them or interrupted
///   cells.csv            all of them, one row each
/// Files appear whole or not at all, so that any number of processes fill one directory.
class Results {
 public:
  explicit Results(std::filesystem::path directory) : directory_(std::move(directory)) {}

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] std::filesystem::path cell_file(const std::string& key) const;
  [[nodiscard]] std::filesystem::path trace_file(const std::string& key) const;
  [[nodiscard]] std::filesystem::path histograms_file(const std::string& key) const;
  [[nodiscard]] std::filesystem::path counts_file(const std::string& key) const;
  [[nodiscard]] std::filesystem::path checkpoint_file(const std::string& key, std::int64_t step) const;

  /// Throws ConfigError if the directory holds results of anything else than this plan with other axis values.
  void check_compatible(const Plan& plan) const;

  /// Writes manifest.json (adding the plan's grid to those there) and experiment.toml. Call check_compatible first.
  /// Throws ConfigError if a file of data has changed since.
  void open(const Plan& plan, const DataSummary& data) const;

  /// True if the cell is finished and did not fail. Throws FileError if its file is damaged.
  [[nodiscard]] bool has(const std::string& key) const;

  /// The records, and whatever else the trace has.
  void write_trace(const std::string& key, const Trace& trace) const;
  void write_cell(const Cell& cell, const CellResult& result) const;

  /// cells.csv from the files of the cells of all grids in the manifest; returns the number of failed cells of `cells`.
  std::size_t collect(const std::vector<Cell>& cells) const;

  /// Every finished trace of the directory by key, in the order of cells.csv.
  [[nodiscard]] std::vector<std::string> finished_keys() const;
  [[nodiscard]] Trace read_trace(const std::string& key) const;
  /// What a finished cell trained, from its file.
  [[nodiscard]] Experiment read_experiment(const std::string& key) const;

 private:
  std::filesystem::path directory_;
};

/// The plan as an experiment file that reads back as the same plan.
std::string to_toml(const Plan& plan);

}  // namespace precipice
