#include "sweep/setting_values.hpp"
#include "sweep/task_settings.hpp"

namespace precipice {
namespace {

constexpr Words<EngineName, 4> engines{{"auto", "reference", "carried", "native"}};

std::vector<Setting> run_settings() {
  return {
      {"run.steps", "updates", [](Experiment& e, const Value& v) { e.run.steps = integer(v, 1, 1'000'000'000); },
       [](const Experiment& e) { return e.run.steps; }},
      {"run.batch", "samples of a step; 0: all",
       [](Experiment& e, const Value& v) { e.run.batch = integer(v, 0, any_size); },
       [](const Experiment& e) { return e.run.batch; }},
      {"run.seed", "of weights, subsets, shuffles, generated inputs and labels",
       [](Experiment& e, const Value& v) { e.run.seed = static_cast<std::uint64_t>(integer(v, 0, any_size)); },
       [](const Experiment& e) { return static_cast<std::int64_t>(e.run.seed); }},
      {"run.record_every", "steps from one record to the next",
       [](Experiment& e, const Value& v) { e.run.record_every = integer(v, 1, 1'000'000'000); },
       [](const Experiment& e) { return e.run.record_every; }},
      {"run.engine", "auto, reference, carried or native; changes no bit",
       [](Experiment& e, const Value& v) { e.run.engine = engines.parse(v); },
       [](const Experiment& e) { return engines.write(e.run.engine); }, [](const Experiment&) { return true; }, false},
  };
}

std::vector<Setting> assembled() {
  std::vector<Setting> all = task_settings();
  for (const auto& part :
       {model_settings(), loss_settings(), precision_settings(), optimizer_settings(), run_settings()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

std::span<const Setting> all_settings() {
  static const std::vector<Setting> settings = assembled();
  return settings;
}

}  // namespace precipice
