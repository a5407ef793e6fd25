// What a training step costs in each plan, against the same step in native binary64: the digits experiment, 50 samples,
// two hidden layers. Names: step/<plan>/<format>/<width>.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <map>
#include <string>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/replay.hpp"

namespace {

using namespace precipice;

constexpr std::int64_t width = 32;

Experiment digits(PrecisionPlan plan, const Format& format) {
  Experiment experiment;
  experiment.precision.plan = plan;
  experiment.precision.format = format;
  experiment.model.hidden = {width, width};
  return experiment;
}

void steps(benchmark::State& state, PrecisionPlan plan, const Format& format, EngineName engine) {
  const Experiment experiment = digits(plan, format);
  const DataSet data = load_data(experiment.task, 0, data_directory());
  with_engines(experiment.precision, choose_engines(experiment.precision, engine),
               [&](const auto& body, const auto& head) {
                 Replay replay(body, head, experiment, data);
                 for (auto _ : state) benchmark::DoNotOptimize(replay.step());
               });
}

/// Keeps each benchmark's time so that ratios can be taken within one run.
class Ratios : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration)
        seconds_[run.benchmark_name()] = run.real_accumulated_time / static_cast<double>(run.iterations);
    }
  }
  void print(const std::string& native) const {
    const auto base = seconds_.find(native);
    if (base == seconds_.end()) return;
    fmt::print("\n{:<32}{:>14}{:>12}\n", "step", "microseconds", "x native");
    for (const auto& [name, seconds] : seconds_) {
      fmt::print("{:<32}{:>14.1f}{:>12.2f}\n", name, seconds * 1e6, seconds / base->second);
    }
  }

 private:
  std::map<std::string, double> seconds_;
};

std::string name_of(PrecisionPlan plan, const Format& format, const char* suffix = "") {
  return fmt::format("step/{}/{}/{}{}", plan == PrecisionPlan::everything ? "everything" : "loss-only", to_text(format),
                     width, suffix);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string native = name_of(PrecisionPlan::loss_only, binary64);
  const auto add = [](const std::string& name, PrecisionPlan plan, const Format& format, EngineName engine) {
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
      steps(state, plan, format, engine);
    })->Unit(benchmark::kMicrosecond);
  };
  add(native, PrecisionPlan::loss_only, binary64, EngineName::automatic);
  for (const PrecisionPlan plan : {PrecisionPlan::loss_only, PrecisionPlan::everything}) {
    for (const Format& format : {ieee_like(4, 8), bfloat16, binary32})
      add(name_of(plan, format), plan, format, EngineName::automatic);
    add(name_of(plan, bfloat16, "/reference"), plan, bfloat16, EngineName::reference);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Ratios reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print(native);
  return 0;
}
