#include "sweep/setting_values.hpp"
#include "sweep/task_settings.hpp"

namespace precipice {
namespace {

constexpr Words<Histograms, 3> histogram_choices{{"none", "events", "all"}};
constexpr Words<EngineName, 4> engines{{"auto", "reference", "carried", "native"}};

/// What a run from its initial parameters has for an origin.
constexpr std::string_view no_origin = "none";

void set_origin(Experiment& e, const Value& value) {
  const std::string& word = text(value, "none, or KEY-STEP:DIGEST as 'train --from' sets it");
  e.run.origin = word == no_origin ? std::optional<Origin>() : parse_origin(word);
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
      {"run.histograms", "of |change| over the parameters in DIR/histograms: none, events (records around them), all",
       [](Experiment& e, const Value& v) { e.run.histograms = histogram_choices.parse(v); },
       [](const Experiment& e) { return histogram_choices.write(e.run.histograms); },
       [](const Experiment& e) { return e.run.histograms != Histograms::none; }},
      {"run.count_every",
       "steps from one count of absorbed, underflowed ... operations to the next, in DIR/counts; 0: none",
       [](Experiment& e, const Value& v) { e.run.count_every = integer(v, 0, 1'000'000'000); },
       [](const Experiment& e) { return e.run.count_every; },
       [](const Experiment& e) { return e.run.count_every != 0; }},
      {"run.hessian_every", "steps from one measurement of the Hessian's largest eigenvalue to the next; 0: none",
       [](Experiment& e, const Value& v) { e.run.hessian_every = integer(v, 0, 1'000'000'000); },
       [](const Experiment& e) { return e.run.hessian_every; },
       [](const Experiment& e) { return e.run.hessian_every != 0; }},
      {"run.engine", "auto, reference, carried or native; changes no bit",
       [](Experiment& e, const Value& v) { e.run.engine = engines.parse(v); },
       [](const Experiment& e) { return engines.write(e.run.engine); }, [](const Experiment&) { return true; }, false},
      {"run.origin", "state that a fork began from, KEY-STEP:DIGEST, as 'train --from' sets it; none", set_origin,
       [](const Experiment& e) { return e.run.origin ? to_text(*e.run.origin) : std::string(no_origin); },
       [](const Experiment& e) { return e.run.origin.has_value(); }},
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
