// What training costs in each plan, against the same in native binary64.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <thread>

#include "bench/bench.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/replay.hpp"
#include "precipice/training/role_engines.hpp"

namespace precipice::bench {
namespace {

constexpr std::int64_t width = 32;

Experiment digits(PrecisionPlan plan, const Format& format) {
  Experiment experiment;
  experiment.precision.plan = plan;
  experiment.precision.format = format;
  experiment.model.hidden = {width, width};
  return experiment;
}

/// The smallest experiment that shows the whole chain.
Experiment smallest() {
  Experiment experiment;
  experiment.task.name = TaskName::random_labels;
  experiment.task.samples = 20;
  experiment.model.hidden = {16, 16};
  experiment.optimizer.learning_rate = 5e-3;
  return experiment;
}

/// Calls use(replay) with a replay of the experiment on its engines.
template <class Use>
void with_replay(const Experiment& experiment, EngineName engine, const Use& use) {
  const DataSet data = load_data(experiment.task, 0);
  with_engines(experiment.precision, choose_engines(experiment.precision, engine),
               [&]<class V>(const RoleEngines<V>& engines) {
                 Replay<V> replay(engines, experiment, data);
                 use(replay);
               });
}

void steps(benchmark::State& state, const Experiment& experiment, EngineName engine) {
  with_replay(experiment, engine, [&](auto& replay) {
    on_one_core([&] {
      for (auto _ : state) benchmark::DoNotOptimize(replay.step());
    });
  });
  state.SetItemsProcessed(state.iterations());
}

/// Cells on so many threads, as a sweep computes them; an item is a step of one of them.
void cells(benchmark::State& state, unsigned threads) {
  constexpr int at_once = 20'000;  // as in the built-in sweep
  for (auto _ : state) {
    std::vector<std::jthread> running;
    for (unsigned t = 0; t < threads; ++t) {
      running.emplace_back([] {
        with_replay(digits(PrecisionPlan::loss_only, bfloat16), EngineName::automatic, [](auto& replay) {
          for (int i = 0; i < at_once; ++i) benchmark::DoNotOptimize(replay.step());
        });
      });
    }
  }
  state.SetItemsProcessed(state.iterations() * at_once * threads);
}

}  // namespace

void register_steps() {
  const auto add = [](const std::string& name, const Experiment& experiment, EngineName engine) {
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
      steps(state, experiment, engine);
    })->Unit(benchmark::kMicrosecond);
  };
  const auto name_of = [](std::string_view plan, const Format& format) {
    return fmt::format("step/{}/{}/{}", plan, to_text(format), width);
  };
  add(name_of("native", binary64), digits(PrecisionPlan::loss_only, binary64), EngineName::automatic);
  for (const Format& format : {ieee_like(4, 8), bfloat16, binary32}) {
    for (const auto& [plan, word] :
         {std::pair(PrecisionPlan::loss_only, "loss-only"), std::pair(PrecisionPlan::everything, "everything")}) {
      add(name_of(word, format), digits(plan, format), EngineName::automatic);
    }
  }
  for (const auto& [plan, word] : {std::pair(PrecisionPlan::loss_only, "loss-only-reference"),
                                   std::pair(PrecisionPlan::everything, "everything-reference")}) {
    add(name_of(word, bfloat16), digits(plan, bfloat16), EngineName::reference);
  }
  add("step/smallest/e8m7/16", smallest(), EngineName::automatic);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  for (const unsigned threads : {1U, cores}) {
    benchmark::RegisterBenchmark(threads == 1 ? "cells/one-core/e8m7/32" : "cells/all-cores/e8m7/32",
                                 [=](benchmark::State& state) { cells(state, threads); })
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
    if (cores == 1) break;
  }
}

}  // namespace precipice::bench
