#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "precipice/sweep/progress.hpp"
#include "precipice/sweep/results.hpp"

/// Whether a directory of results is what it should be: by its digests, and by computing again.
namespace precipice {

/// A file of a directory and what is wrong with it: {"cells/0123.json", "it is torn: not JSON"}.
struct FileFault {
  std::filesystem::path file;
  std::string fault;
};

/// What was found in a directory.
struct Examination {
  std::size_t cells = 0;  ///< of the grids in the manifest
  std::size_t finished = 0;
  std::size_t unverified = 0;          ///< of these, by schema 1, which has no digests
  std::vector<std::string> failed{};   ///< keys
  std::vector<std::string> missing{};  ///< keys
  std::vector<FileFault> damaged{};    ///< cells and tables that are not what was written
  std::vector<FileFault> foreign{};    ///< in cells/ and the folders of tables, and of no cell

  /// Nothing failed, is missing or damaged. What is foreign is in nobody's way.
  [[nodiscard]] bool is_whole() const { return failed.empty() && missing.empty() && damaged.empty(); }
};

/// Reads every cell and its tables. The key must be that of the settings in the file, the digests those of its content
/// and of the tables. Writes nothing. Throws FileError for a manifest that is missing, damaged or of a newer schema.
Examination examine(const Results& results);

/// How cells are computed again.
struct Recomputing {
  std::size_t jobs = 1;
  const std::atomic<bool>* stop = nullptr;  ///< when it becomes true: Interrupted
  Progress::Style style = Progress::Style::silent;
};

/// Computes cells again and compares them with what is there. Faults name the first thing that differs: the state, the
/// records, a field; and what stands in no file. In the order of the cells.
std::vector<FileFault> recompute(const Results& results, const std::vector<Cell>& cells, const Recomputing& how);

/// `count` of the finished cells, drawn by lot without repetition; all if there are fewer.
std::vector<Cell> drawn_by_lot(const Results& results, std::size_t count, std::uint64_t seed);

/// "precipice 0.1.0, GNU 12.2.0": what a directory was made with, by its manifest.
std::string maker(const Results& results);

}  // namespace precipice
