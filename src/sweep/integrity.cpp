#include "precipice/sweep/integrity.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>

#include "cell_file.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/parallel.hpp"
#include "precipice/sweep/runner.hpp"
#include "precipice/training/gzip_file.hpp"
#include "precipice/training/random.hpp"
#include "precipice/training/sha256.hpp"
#include "trace_file.hpp"

namespace precipice {
namespace {

namespace fs = std::filesystem;

/// A table that stands beside a cell.
struct TableFile {
  fs::path file;
  std::string digest;  ///< by the cell; empty: it has none, or is too old to say
  bool is_needed;
};

std::vector<TableFile> tables_of(const Results& results, const std::string& key, const Json& cell) {
  const TableDigests digests = table_digests(cell);
  return {{results.trace_file(key), digests.trace, true},
          {results.histograms_file(key), digests.histograms, !digests.histograms.empty()},
          {results.counts_file(key), digests.counts, !digests.counts.empty()}};
}

std::optional<std::string> fault_of(const TableFile& table) {
  if (!fs::exists(table.file)) return table.is_needed ? std::optional<std::string>("it is missing") : std::nullopt;
  try {
    const std::string text = read_gzip_file(table.file);
    if (!table.digest.empty() && sha256(text) != table.digest)
      return "its content is not what the digest in its cell says";
    return {};
  } catch (const FileError&) {
    return "it is torn: not gzip";
  }
}

/// Whether the settings in a cell's file are those of its key.
std::optional<std::string> settings_fault(const Results& results, const std::string& key) {
  try {
    const std::string found = key_of(results.read_experiment(key));
    if (found != key) return fmt::format("its settings are those of the cell {}", found);
    return {};
  } catch (const Error& error) {
    return fmt::format("its settings cannot be read: {}", error.what());
  }
}

void examine_cell(const Results& results, const std::string& key, Examination& found) {
  const fs::path file = results.cell_file(key);
  const auto cell = find_cell(file, key);
  if (!cell) {
    found.missing.push_back(key);
    return;
  }
  if (const auto fault = cell->fault ? cell->fault : settings_fault(results, key)) {
    found.damaged.push_back({file, *fault});
    return;
  }
  if (has_failed(cell->json)) {
    found.failed.push_back(key);
    return;
  }
  ++found.finished;
  if (schema_of(cell->json) < 2) ++found.unverified;
  for (const TableFile& table : tables_of(results, key, cell->json)) {
    if (const auto fault = fault_of(table)) found.damaged.push_back({table.file, *fault});
  }
}

/// Files in a folder that belong to none of the keys.
void find_foreign(const fs::path& folder, std::string_view ending, const std::set<std::string>& keys,
                  Examination& found) {
  if (!fs::is_directory(folder)) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_named_so = name.ends_with(ending);
    if (is_named_so && keys.contains(name.substr(0, name.size() - ending.size()))) continue;
    found.foreign.push_back({entry.path(), is_named_so ? "no cell of the grid has this key" : "no file of a sweep"});
  }
}

std::string shown(const Json& object, const std::string& key) {
  return object.contains(key) ? object.at(key).dump() : std::string("nothing");
}

/// The first field that differs; what only one of them has is no difference between runs.
std::optional<std::string> field_difference(const Json& there, const Json& here, const std::string& of) {
  for (const auto& [key, value] : here.items()) {
    if (!there.contains(key) || there.at(key) == value) continue;
    if (value.is_object()) return field_difference(there.at(key), value, key + ".");
    return fmt::format("{}{} is {} there and {} here", of, key, shown(there, key), value.dump());
  }
  return {};
}

std::optional<std::string> table_difference(const fs::path& file, const std::string& here) {
  if (here.empty() || !fs::exists(file)) return {};
  if (read_gzip_file(file) == here) return {};
  return fmt::format("{} differs", file.parent_path().filename().string());
}

std::optional<std::string> difference(const Results& results, const Cell& cell, const CellResult& result,
                                      const Trace& trace) {
  Json there = read_cell(results.cell_file(cell.key), cell.key);
  Json here = cell_json(cell, result, {});
  for (const char* const name : {"schema", "digest", "cost", "tables"}) {
    there.erase(name);
    here.erase(name);
  }
  if (there.at("state_digest") != here.at("state_digest")) {
    return fmt::format("the final state is {} there and {} here", shown(there, "state_digest"),
                       shown(here, "state_digest"));
  }
  if (auto field = field_difference(there, here, "")) return field;
  if (!result.error.empty()) return {};
  if (auto table = table_difference(results.trace_file(cell.key), trace_table(trace))) return table;
  const bool has_histograms = !trace.histograms.empty(), has_counts = !trace.counts.empty();
  if (auto table = table_difference(results.histograms_file(cell.key),
                                    has_histograms ? histograms_table(trace.histograms) : std::string()))
    return table;
  return table_difference(results.counts_file(cell.key), has_counts ? counts_table(trace.counts) : std::string());
}

/// Computes one again; nothing if it is the same.
std::optional<std::string> recomputed(const Results& results, const Cell& cell, const Watch& watch) {
  if (!fs::exists(results.cell_file(cell.key))) return "it is missing";
  if (cell.experiment.run.origin) return "it is a fork, and its checkpoint is not here: 'train --from' makes it again";
  Trace trace;
  const CellResult result = compute_cell(cell, watch, trace);
  try {
    return difference(results, cell, result, trace);
  } catch (const FileError& error) {
    return error.what();
  }
}

}  // namespace

Examination examine(const Results& results) {
  Examination found;
  std::set<std::string> keys;
  for (const Cell& cell : results.all_cells()) {
    ++found.cells;
    keys.insert(cell.key);
    examine_cell(results, cell.key, found);
  }
  find_foreign(results.directory() / "cells", ".json", keys, found);
  for (const char* const folder : {"traces", "histograms", "counts"}) {
    find_foreign(results.directory() / folder, ".csv.gz", keys, found);
  }
  std::ranges::sort(found.foreign, {}, &FileFault::file);
  return found;
}

std::vector<FileFault> recompute(const Results& results, const std::vector<Cell>& cells, const Recomputing& how) {
  std::vector<std::optional<std::string>> differences(cells.size());
  std::vector<double> sizes(cells.size());
  std::ranges::transform(cells, sizes.begin(), [](const Cell& cell) { return estimated_work(cell.experiment); });
  Progress progress(sizes, cells.empty() ? Progress::Style::silent : how.style);
  in_parallel(cells.size(), how.jobs, [&](std::size_t i) {
    if (how.stop != nullptr && *how.stop) throw Interrupted();
    progress.started(i);
    differences[i] = recomputed(results, cells[i], shown_by(progress, i, cells[i].experiment.run.steps, how.stop));
    progress.finished(i);
  });
  std::vector<FileFault> faults;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (differences[i]) faults.push_back({results.cell_file(cells[i].key), *differences[i]});
  }
  return faults;
}

std::vector<Cell> drawn_by_lot(const Results& results, std::size_t count, std::uint64_t seed) {
  std::vector<Cell> finished = results.all_cells();
  std::erase_if(finished, [&](const Cell& cell) { return !results.has(cell.key); });
  const std::vector<std::size_t> order = permutation(finished.size(), seed, Purpose::recomputed_cells);
  std::vector<Cell> drawn;
  for (std::size_t i = 0; i < std::min(count, order.size()); ++i) drawn.push_back(finished[order[i]]);
  return drawn;
}

std::string maker(const Results& results) {
  const Json manifest = read_json(results.directory() / "manifest.json");
  const auto text = [&](const char* key) { return manifest.contains(key) ? manifest.at(key).get<std::string>() : "?"; };
  return fmt::format("precipice {}, {}", text("version"), text("compiler"));
}

}  // namespace precipice
