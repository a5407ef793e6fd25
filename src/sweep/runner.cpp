#include "precipice/sweep/runner.hpp"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <mutex>
#include <set>

#include "deadline.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/checkpoint.hpp"
#include "precipice/sweep/cost_model.hpp"
#include "precipice/sweep/duration.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/parallel.hpp"
#include "precipice/sweep/reservation.hpp"

namespace precipice {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

std::string now_utc() { return fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr))); }

/// Which lines a shard has, by the keys of their first cells. They are dealt out from the largest to the smallest, by
/// an estimate that is the same on every machine. Without a refinement every cell is a line.
std::set<std::string> dealt(const Plan& plan, const Shard& shard) {
  std::vector<std::pair<double, std::string>> by_size;
  std::set<std::string> seen;  // the same run in another variant
  for (const auto& line : lines(plan, [](const std::string&) { return std::nullopt; })) {
    double size = 0;
    for (const Cell& cell : line) size += estimated_work(cell.experiment);
    if (seen.insert(line.front().key).second) by_size.emplace_back(size, line.front().key);
  }
  std::ranges::stable_sort(by_size, std::ranges::greater{}, [](const auto& sized) { return sized.first; });
  std::set<std::string> mine;
  for (std::size_t i = shard.index; i < by_size.size(); i += shard.count) mine.insert(by_size[i].second);
  return mine;
}

/// The cells of the shard's lines, as far as they are known to follow, each key once.
std::vector<Cell> cells_of_shard(const Plan& plan, const std::set<std::string>& firsts, const Results& results) {
  std::vector<Cell> cells;
  std::set<std::string> seen;
  const auto known = [&](const std::string& key) { return results.find_onsets(key); };
  for (std::vector<Cell>& line : lines(plan, known)) {
    if (!firsts.contains(line.front().key)) continue;
    for (Cell& cell : line) {
      if (seen.insert(cell.key).second) cells.push_back(std::move(cell));
    }
  }
  return cells;
}

/// Whether another seed may choose samples that lack a class, which is an error.
bool may_lack_classes(const Experiment& e) {
  return find_setting("task.balance").applies(e) && e.task.preparation.balance == Balance::none;
}

bool is_set(const std::atomic<bool>* flag) { return flag != nullptr && flag->load(std::memory_order_relaxed); }

/// The cells of one process's part of a sweep that are to be computed, and what becomes of them.
class Work {
 public:
  Work(const Results& results, const SweepOptions& options, const Deadline& halt, const std::vector<Cell>& cells)
      : results_(results),
        options_(options),
        halt_(halt),
        todo_(unfinished(cells)),
        sizes_(sizes_of(todo_)),
        progress_(sizes_, todo_.empty() ? Progress::Style::silent : options.style, options.on_advance) {}

  /// The longest first, so that the last ones are short; then once more those that another process had.
  void run() {
    std::vector<std::size_t> order(todo_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return sizes_[i]; });
    pass(order);
    const std::vector<std::size_t> postponed = std::move(elsewhere_);
    elsewhere_.clear();
    pass(postponed);
  }

  void add_to(SweepReport& report) const {
    report.computed += computed_;
    report.failed += failed_;
    report.elsewhere = elsewhere_.size();
    report.left = todo_.size() - visited_ - elsewhere_.size();
  }

 private:
  static std::vector<double> sizes_of(const std::vector<const Cell*>& cells) {
    const CostModel costs(cells, CostModel::briefly);
    std::vector<double> sizes;
    sizes.reserve(cells.size());
    for (const Cell* cell : cells) sizes.push_back(costs.seconds(cell->experiment));
    return sizes;
  }

  /// Those that are not there. What is damaged is set aside.
  [[nodiscard]] std::vector<const Cell*> unfinished(const std::vector<Cell>& cells) const {
    std::vector<const Cell*> todo;
    for (const Cell& cell : cells) {
      const Held held = results_.held(cell.key);
      if (held.state == Held::State::damaged) set_aside(results_.cell_file(cell.key), held.fault);
      const bool is_wanted =
          options_.only_failed ? held.state == Held::State::failed : held.state != Held::State::finished;
      if (is_wanted) todo.push_back(&cell);
    }
    return todo;
  }

  void set_aside(const std::filesystem::path& file, const std::string& fault) const {
    const std::filesystem::path target = results_.set_aside(file);
    options_.warn(fmt::format("{}: {}; set aside as {}, to be computed again", file.string(), fault, target.string()));
  }

  void pass(const std::vector<std::size_t>& order) {
    in_parallel(order.size(), options_.jobs, [&](std::size_t place) { visit(order[place]); });
  }

  [[nodiscard]] bool is_ending() const { return is_set(options_.stop) || halt_.is_past(); }

  void visit(std::size_t i) {
    if (is_ending()) return;
    const Cell& cell = *todo_[i];
    const auto mine = Reservation::try_take(results_.running_file(cell.key));
    if (!mine) {
      const std::lock_guard lock(mutex_);
      elsewhere_.push_back(i);
      return;
    }
    progress_.started(i);
    // Between the look at the directory and now another process may have finished it.
    const bool is_there = results_.has(cell.key);
    const bool has_failed = !is_there && has_failed_now(cell, i);
    progress_.finished(i);
    const std::lock_guard lock(mutex_);
    ++visited_;
    if (is_there) return;
    ++computed_;
    if (has_failed) ++failed_;
  }

  /// Computes and stores a cell.
  bool has_failed_now(const Cell& cell, std::size_t i) {
    const auto begin = Clock::now();
    Watch watch = shown_by(progress_, i, cell.experiment.run.steps, &halt_.flag());
    watch.on_record = [&, show = watch.on_record](const Record& record) {
      show(record);
      if (options_.max_cell_time && seconds_since(begin) > *options_.max_cell_time) {
        throw FileError(fmt::format("it took longer than --max-cell-time, {}: {} of {} steps",
                                    duration_text(*options_.max_cell_time), record.step, cell.experiment.run.steps));
      }
    };
    watch.on_state = [&](const RunState& state) { keep(cell, state); };
    const std::optional<Checkpoint> begun = begun_already(cell);
    Trace trace;
    CellResult result = compute_cell(cell, watch, trace, begun ? &begun->run : nullptr);
    result.cost.jobs = static_cast<std::int64_t>(options_.jobs);
    results_.write(cell, result, trace);
    std::filesystem::remove(results_.unfinished_file(cell.key));
    return !result.error.empty();
  }

  /// A state that cannot be kept is time lost, and no fault of the cell.
  void keep(const Cell& cell, const RunState& state) const {
    try {
      write_whole_file(results_.unfinished_file(cell.key), checkpoint_bytes(cell.experiment, state));
    } catch (const FileError& error) {
      options_.warn(error.what());
    }
  }

  /// Where an earlier process was stopped in this cell.
  [[nodiscard]] std::optional<Checkpoint> begun_already(const Cell& cell) const {
    const std::filesystem::path file = results_.unfinished_file(cell.key);
    if (!std::filesystem::exists(file)) return {};
    try {
      Checkpoint checkpoint = read_checkpoint(file);
      if (key_of(checkpoint.experiment()) == cell.key) return checkpoint;
      set_aside(file, "it is the state of another run");
    } catch (const FileError& error) {
      set_aside(file, error.what());
    }
    return {};
  }

  const Results& results_;
  const SweepOptions& options_;
  const Deadline& halt_;
  std::vector<const Cell*> todo_;
  std::vector<double> sizes_;  ///< estimated seconds
  Progress progress_;
  std::mutex mutex_;
  std::vector<std::size_t> elsewhere_;
  std::size_t visited_ = 0, computed_ = 0, failed_ = 0;
};

void run_round(const Results& results, const SweepOptions& options, const Deadline& halt,
               const std::vector<Cell>& cells, SweepReport& report) {
  Work work(results, options, halt, cells);
  try {
    work.run();
  } catch (const Interrupted&) {
    // Stopped at once, which the report says.
  }
  work.add_to(report);
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

Watch shown_by(Progress& progress, std::size_t place, std::int64_t steps, const std::atomic<bool>* stop) {
  Watch watch;
  watch.stop = stop;
  watch.on_record = [&progress, place, steps](const Record& record) {
    progress.advanced(place, static_cast<double>(record.step) / static_cast<double>(steps));
  };
  return watch;
}

CellResult compute_cell(const Cell& cell, const Watch& watch, Trace& trace, const RunState* start) {
  CellResult result;
  result.cost.started = now_utc();
  const auto begin = Clock::now();
  try {
    const DataSet data = load_data(cell.experiment.task, cell.experiment.run.seed);
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
    const DataSet data = load_data(cell.experiment.task, cell.experiment.run.seed);
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

  const std::set<std::string> firsts = dealt(plan, options.shard);
  const Deadline halt(options.budget, options.stop_now);
  SweepReport report;
  // Rounds: what is computed may bring in more cells, line by line. Without a refinement there is one.
  for (std::vector<Cell> mine = cells_of_shard(plan, firsts, results); mine.size() > report.cells;
       mine = cells_of_shard(plan, firsts, results)) {
    report.cells = mine.size();
    run_round(results, options, halt, mine, report);
    if (!plan.refine || report.left > 0) break;
  }
  for (const auto& file : results.collect().damaged)
    options.warn(fmt::format("{} is damaged, and no row of cells.csv", file.string()));
  const bool was_stopped = is_set(options.stop) || is_set(options.stop_now);
  if (report.left > 0 && was_stopped) throw Interrupted("interrupted; what was finished is kept");
  report.seconds = seconds_since(begin);
  return report;
}

}  // namespace precipice
