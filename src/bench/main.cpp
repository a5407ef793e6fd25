// precipice_bench: what emulation costs, beside native arithmetic and MPFR in the same run.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <string_view>
#include <vector>

#include "bench/bench.hpp"

namespace {

/// Keeps the times per item of what ran.
template <class Base>
class Keeping : public Base {
 public:
  void ReportRuns(const std::vector<benchmark::BenchmarkReporter::Run>& runs) override {
    for (const auto& run : runs) {
      const auto items = run.counters.find("items_per_second");
      if (run.error_occurred || items == run.counters.end()) continue;
      times[run.benchmark_name()].push_back(1 / items->second);
    }
    if (!is_quiet) Base::ReportRuns(runs);
  }
  bool ReportContext(const benchmark::BenchmarkReporter::Context& context) override {
    return is_quiet || Base::ReportContext(context);
  }

  precipice::bench::Times times;
  bool is_quiet = false;
};

constexpr const char* help = R"(precipice_bench: costs of emulated arithmetic, as ratios within one run

usage: precipice_bench [--summary] [--benchmark_filter=REGEX] [--benchmark_...]

  --summary   measures what has a target, prints the ratios (within a minute), and exits
              with 1 if a target is missed; without it every benchmark runs

Names are kind/engine/format/size: matmul, round, elementwise, exp, softmax, step. Measure
on an idle machine.

example: precipice_bench --benchmark_filter=matmul
)";

}  // namespace

int main(int argc, char** argv) {
  using namespace precipice::bench;
  bool is_summary = false;
  std::vector<std::string> arguments(argv, argv + argc);
  if (arguments.size() > 1 && (arguments[1] == "--help" || arguments[1] == "-h")) {
    fmt::print("{}", help);
    return 0;
  }
  if (std::erase(arguments, "--summary") > 0) {
    is_summary = true;
    arguments.push_back("--benchmark_filter=" + summary_filter());
    arguments.emplace_back("--benchmark_min_time=0.05");
    arguments.emplace_back("--benchmark_repetitions=7");
    arguments.emplace_back("--benchmark_enable_random_interleaving=true");
  }
  std::vector<char*> pointers;
  pointers.reserve(arguments.size());
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  register_kernels();
  register_steps();
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;
  Keeping<benchmark::ConsoleReporter> reporter;
  reporter.is_quiet = is_summary;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return is_summary && !print_summary(reporter.times) ? 1 : 0;
}
