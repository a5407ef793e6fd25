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

/// The form of a directory of results, in its manifest and in every cell's file. 1, which named itself nowhere, had no
/// digests.
inline constexpr std::int64_t results_schema = 2;

/// What a directory holds of a cell.
struct Held {
  enum class State : std::uint8_t { missing, finished, failed, damaged };
  State state = State::missing;
  std::string fault{};  ///< of a damaged file: "it is torn: not JSON"
};

/// What became of cells.csv.
struct Collected {
  std::size_t rows = 0;
  std::vector<std::filesystem::path> damaged{};  ///< files of cells that were left out
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
///   unfinished/KEY.ckpt  where a sweep goes on with a cell that it was stopped in
///   running/KEY          while a process computes the cell
///   set-aside/           what was damaged or foreign, under its own name
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
  [[nodiscard]] std::filesystem::path unfinished_file(const std::string& key) const;
  /// For the Reservation of a cell, or of a file that is read and written anew.
  [[nodiscard]] std::filesystem::path running_file(const std::string& name) const;

  /// Throws ConfigError if the directory holds results of anything else than this plan with other axis values.
  void check_compatible(const Plan& plan) const;

  /// Writes manifest.json (adding the plan's grid to those there) and experiment.toml. Call check_compatible first.
  /// Throws ConfigError if a file of data has changed since.
  void open(const Plan& plan, const DataSummary& data) const;

  /// Reads the cell's file.
  [[nodiscard]] Held held(const std::string& key) const;
  /// Whether the cell is finished and did not fail.
  [[nodiscard]] bool has(const std::string& key) const { return held(key).state == Held::State::finished; }

  /// The tables of a trace, unless the cell failed, and then its file, which says that all of it is there.
  void write(const Cell& cell, const CellResult& result, const Trace& trace) const;

  /// Moves a file of the directory to set-aside/, under a name that nobody has; returns it.
  std::filesystem::path set_aside(const std::filesystem::path& file) const;

  /// cells.csv from the files of the cells of all grids in the manifest. Of processes that do so at the same time the
  /// last one sees what the others had finished.
  Collected collect() const;

  /// What a finished cell says of itself; nothing for any other.
  [[nodiscard]] std::optional<Onsets> find_onsets(const std::string& key) const;

  /// Every cell of all grids in the manifest, with those that refinements have added so far, each key once, in the
  /// order of cells.csv.
  [[nodiscard]] std::vector<Cell> all_cells() const;
  /// Those of them that are finished and did not fail. Throws FileError for a damaged one.
  [[nodiscard]] std::vector<std::string> finished_keys() const;
  [[nodiscard]] Trace read_trace(const std::string& key) const;
  /// What a finished cell trained, from its file.
  [[nodiscard]] Experiment read_experiment(const std::string& key) const;

 private:
  std::filesystem::path directory_;
};

/// The plan as an experiment file that reads back as the same plan.
std::string to_toml(const Plan& plan);

/// What a cell's file says, as JSON, but for the digests of its tables and of itself.
std::string cell_document(const Cell& cell, const CellResult& result);

}  // namespace precipice
