#include <pybind11/stl.h>

#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <utility>

#include "precipice/sweep/parallel.hpp"
#include "precipice/sweep/runner.hpp"
#include "python/arguments.hpp"
#include "python/ending.hpp"
#include "python/module.hpp"
#include "python/plans.hpp"
#include "python/traces.hpp"

namespace precipice::python {
namespace {

/// What the threads of a sweep say, for the one that called it to pass on.
class News {
 public:
  void hear(const Advance& advance) {
    const std::lock_guard lock(mutex_);
    advance_ = advance;
    is_new_ = true;
  }
  void hear(const std::string& warning) {
    const std::lock_guard lock(mutex_);
    warnings_.push_back(warning);
  }
  /// The newest, once.
  std::optional<Advance> take() {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(is_new_, false)) return {};
    return advance_;
  }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  std::mutex mutex_;
  Advance advance_;
  bool is_new_ = false;
  std::vector<std::string> warnings_;
};

/// Waits for a sweep that runs in a thread of its own; this one tells Python of it, and hears of Ctrl-C.
void wait(const std::future<SweepReport>& sweep, const py::object& progress, News& news, Ending& ending) {
  constexpr std::chrono::milliseconds now_and_then{50};
  const bool tells = !progress.is_none();
  const py::gil_scoped_release others_run;
  for (bool is_done = false; !is_done;) {
    is_done = sweep.wait_for(now_and_then) == std::future_status::ready;
    const std::optional<Advance> advance = news.take();
    if (tells && advance) ending.call([&] { progress(advance->done, advance->cells, advance->share); });
    ending.listen();
  }
}

/// 0: all cores.
std::size_t checked_jobs(const IntegerArgument& argument) {
  constexpr std::size_t most = 1024;
  const auto jobs = integer<std::size_t>(argument, "jobs", 0, most);
  return jobs == 0 ? available_cores() : jobs;
}

py::dict parts_of_report(const SweepReport& report) {
  py::dict all;
  all["cells"] = report.cells;
  all["computed"] = report.computed;
  all["failed"] = report.failed;
  all["elsewhere"] = report.elsewhere;
  all["seconds"] = report.seconds;
  return all;
}

py::dict sweep(const std::string& config, bool is_text, const std::vector<std::string>& assignments,
               const PathArgument& directory, const IntegerArgument& jobs, const py::object& progress) {
  const Plan plan = plan_of_grid({config, is_text, assignments});
  Ending ending;
  News news;
  SweepOptions options;
  options.jobs = checked_jobs(jobs);
  options.stop_now = ending.stop();
  options.on_advance = [&news](const Advance& advance) { news.hear(advance); };
  options.warn = [&news](const std::string& warning) { news.hear(warning); };
  auto running = std::async(std::launch::async, [&] { return run_sweep(plan, directory.value, options); });
  wait(running, progress, news, ending);
  for (const std::string& warning : news.warnings()) {
    py::module_::import("warnings").attr("warn")(warning);
  }
  ending.rethrow();
  return parts_of_report(running.get());
}

/// Throws FileError unless the directory holds results.
std::vector<std::string> result_keys(const PathArgument& directory) {
  std::vector<std::string> keys;
  for (const Cell& cell : Results(directory.value).all_cells()) keys.push_back(cell.key);
  return keys;
}

py::array read_trace(const PathArgument& directory, const std::string& key) {
  const Trace trace = Results(directory.value).read_trace(key);
  return trace_array(trace.records);
}

}  // namespace

void bind_sweeps(py::module_& module) {
  module.def("sweep", &sweep, py::arg("config"), py::arg("is_text"), py::arg("assignments"), py::arg("directory"),
             py::arg("jobs"), py::arg("progress"));
  module.def("result_keys", &result_keys, py::arg("directory"));
  module.def("read_trace", &read_trace, py::arg("directory"), py::arg("key"),
             R"(The records of one finished run in a directory of results, as a structured array (see train).

key: of the column `key` of read_results. FileError for what is missing or damaged.)");
}

}  // namespace precipice::python
