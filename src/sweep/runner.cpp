#include "precipice/sweep/runner.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <map>
#include <numeric>
#include <set>

#include "precipice/format/error.hpp"
#include "precipice/sweep/checkpoint.hpp"
#include "precipice/sweep/parallel.hpp"
#include "precipice/training/engines.hpp"

namespace precipice {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

std::string now_utc() { return fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr))); }

/// The cells without those that are the same run in another variant.
std::vector<const Cell*> distinct(const std::vector<Cell>& cells) {
  std::vector<const Cell*> runs;
  std::set<std::string_view> seen;
  for (const Cell& cell : cells) {
    if (seen.insert(cell.key).second) runs.push_back(&cell);
  }
  return runs;
}

/// The shard's cells that are not on disk, largest first, in grid order among equals.
std::vector<const Cell*> missing(const std::vector<const Cell*>& cells, const Results& results) {
  std::vector<const Cell*> todo;
  std::ranges::copy_if(cells, std::back_inserter(todo), [&](const Cell* cell) { return !results.has(cell->key); });
  std::ranges::stable_sort(todo, std::ranges::greater{},
                           [](const Cell* cell) { return estimated_work(cell->experiment); });
  return todo;
}

/// Whether another seed may choose samples that lack a class, which is an error.
bool may_lack_classes(const Experiment& e) {
  return find_setting("task.balance").applies(e) && e.task.preparation.balance == Balance::none;
}

bool is_stopped(const SweepOptions& options) {
  return options.stop != nullptr && options.stop->load(std::memory_order_relaxed);
}

void compute_and_store(const Cell& cell, const Results& results, const SweepOptions& options, Progress& progress,
                       std::size_t place) {
  if (is_stopped(options)) throw Interrupted();
  progress.started(place);
  Watch watch;
  watch.stop = options.stop;
  watch.on_record = [&](const Record& record) {
    progress.advanced(place, static_cast<double>(record.step) / static_cast<double>(cell.experiment.run.steps));
  };
  Trace trace;
  CellResult result = compute_cell(cell, watch, trace);
  result.cost.jobs = static_cast<std::int64_t>(options.jobs);
  if (result.error.empty()) results.write_trace(cell.key, trace);  // first: a cell's file says that all of it is there
  results.write_cell(cell, result);
  progress.finished(place);
}

}  // namespace

Shard parse_shard(std::string_view text) {
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), end, shard.index);
  const bool slash = index.ec == std::errc{} && index.ptr != end && *index.ptr == '/';
  const auto count = slash ? std::from_chars(index.ptr + 1, end, shard.count) : index;
  if (!slash || count.ec != std::errc{} || count.ptr != end || shard.index >= shard.count) {
    throw ConfigError(fmt::format("--shard: '{}' must be i/n with 0 <= i < n, such as 0/4", text));
  }
  return shard;
}

CellResult compute_cell(const Cell& cell, const Watch& watch, Trace& trace, const RunState* start) {
  CellResult result;
  result.cost.started = now_utc();
  const auto begin = Clock::now();
  try {
    const DataSet data = load_data(cell.experiment.task, cell.experiment.run.seed, data_directory());
    if (find_setting("task.data").applies(cell.experiment)) result.data_checksum = data.checksum;
    trace = run_experiment(cell.experiment, data, watch, start);
    result.diagnosis = diagnose(trace);
    result.last = trace.records.back();
    result.peak = peaks_of(trace);
    result.steps = trace.steps;
    result.state_digest = trace.state_digest;
    result.cost.engine = trace.engines;
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception& error) {
    result.diagnosis = {};
    result.error = error.what();
  }
  result.cost.seconds = seconds_since(begin);
  return result;
}

DataSummary validated_data(const std::vector<Cell>& cells) {
  std::set<std::vector<std::pair<std::string, Value>>> seen;
  DataSummary summary;
  for (const Cell& cell : cells) {
    std::vector<std::pair<std::string, Value>> task;
    for (const auto& [name, value] : identity(cell.experiment)) {
      if (name.starts_with("task.")) task.emplace_back(name, value);
      if (name == "run.seed" && may_lack_classes(cell.experiment)) task.emplace_back(name, value);
    }
    if (!seen.insert(std::move(task)).second) continue;
    const DataSet data = load_data(cell.experiment.task, cell.experiment.run.seed, data_directory());
    if (!data.checksum.empty()) summary.checksums[data.source] = data.checksum;
    if (summary.classes == 0) summary = {data.classes, data.train.labels.size(), std::move(summary.checksums)};
  }
  if (summary.classes == 0) throw ConfigError("the grid has no cells");
  return summary;
}

SweepReport run_sweep(const Plan& plan, const std::filesystem::path& directory, const SweepOptions& options) {
  const auto begin = Clock::now();
  const std::vector<Cell> cells = expand(plan);
  for (const Cell& cell : cells) check_has_beginning(cell.experiment);
  const Results results(directory);
  results.check_compatible(plan);
  results.open(plan, validated_data(cells));

  const std::vector<const Cell*> runs = distinct(cells);
  std::vector<const Cell*> mine;
  for (std::size_t i = options.shard.index; i < runs.size(); i += options.shard.count) mine.push_back(runs[i]);
  const std::vector<const Cell*> todo = missing(mine, results);
  std::vector<double> sizes;
  sizes.reserve(todo.size());
  for (const Cell* cell : todo) sizes.push_back(estimated_work(cell->experiment));
  {
    Progress progress(std::move(sizes), todo.empty() ? Progress::Style::silent : options.style);
    try {
      in_parallel(todo.size(), options.jobs,
                  [&](std::size_t i) { compute_and_store(*todo[i], results, options, progress, i); });
    } catch (const Interrupted&) {
      results.collect(cells);
      throw Interrupted("interrupted; what was finished is kept");
    }
  }
  SweepReport report;
  report.cells = mine.size();
  report.computed = todo.size();
  report.failed = results.collect(cells);
  report.seconds = seconds_since(begin);
  return report;
}

double estimated_seconds(const std::vector<Cell>& cells, std::size_t jobs) {
  constexpr double enough = 0.2;
  std::map<std::string, double> seconds_per_work;
  double total = 0, longest = 0;
  for (const Cell& cell : cells) {
    const Experiment& e = cell.experiment;
    const std::string kind = to_text(choose_engines(e.precision, e.run.engine));
    if (!seconds_per_work.contains(kind)) {
      Experiment piece = e;
      const DataSet data = load_data(e.task, e.run.seed, data_directory());
      double seconds = 0;
      for (piece.run.steps = 10; seconds < enough && piece.run.steps <= e.run.steps; piece.run.steps *= 4) {
        const auto begin = Clock::now();
        static_cast<void>(run_experiment(piece, data));
        seconds = seconds_since(begin);
        seconds_per_work[kind] = seconds / estimated_work(piece);
      }
      if (seconds == 0) seconds_per_work[kind] = 0;
    }
    const double seconds = seconds_per_work[kind] * estimated_work(e);
    total += seconds;
    longest = std::max(longest, seconds);
  }
  return std::max(longest, total / static_cast<double>(jobs));
}

}  // namespace precipice
