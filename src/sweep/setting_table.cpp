#include "sweep/setting_values.hpp"
#include "sweep/task_settings.hpp"

namespace precipice {
namespace {

constexpr Words<EngineName, 4> engines{{"auto", "reference", "carried", "native"}};

std::vector<std::int64_t> widths(const Value& value) {
  const auto* const list = std::get_if<std::vector<std::int64_t>>(&value);
  const auto sound = [](std::int64_t n) { return n >= 1 && n <= 1'000'000; };
  if (list == nullptr || !std::ranges::all_of(*list, sound)) {
    refuse(value, "a list of layer widths of at least 1, such as [32, 32]");
  }
  return *list;
}

std::vector<Setting> model_settings() {
  return {
      {"model.name", "mlp: layers of ReLU units with biases",
       [](Experiment&, const Value& v) { static_cast<void>(Words<int, 1>{{"mlp"}}.parse(v)); },
       [](const Experiment&) { return std::string("mlp"); }},
      {"model.hidden", "widths of the hidden layers, such as [32, 32]",
       [](Experiment& e, const Value& v) { e.model.hidden = widths(v); },
       [](const Experiment& e) { return e.model.hidden; }},
  };
}

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
