#include "precipice/diagnosis/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "diagnosis/curvature_measures.hpp"
#include "diagnosis/update_measures.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/diagnosis/observe.hpp"
#include "precipice/diagnosis/operation_counter.hpp"
#include "precipice/diagnosis/outcome.hpp"
#include "precipice/diagnosis/run_state.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/hexadecimal.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/replay.hpp"
#include "precipice/training/role_engines.hpp"
#include "precipice/training/sha256.hpp"

namespace precipice {
namespace {

template <class V>
std::string digest(std::span<const V> parameters) {
  std::string text;
  for (const V& value : parameters) {
    text += to_hexadecimal(as_exact(value));
    text += '\n';
  }
  return sha256(text);
}

/// The share of what moves the parameters that is left after an update.
double momentum_of(const Optimizer& optimizer) {
  switch (optimizer.name) {
    case OptimizerName::adam:
    case OptimizerName::adamw: return optimizer.beta1;
    case OptimizerName::momentum:
    case OptimizerName::nesterov: return optimizer.momentum;
    case OptimizerName::gradient_descent: break;
  }
  return 0;
}

bool is_sound(const Record& r) {
  return std::isfinite(r.loss) && std::isfinite(r.feature_mean_norm) && std::isfinite(r.classifier_norm);
}

/// The loop around a replay: what is recorded when, and when it ends.
template <class V>
class Runner {
 public:
  Runner(const RoleEngines<V>& engines, const Experiment& experiment, const DataSet& data, const Watch& watch)
      : experiment_(experiment), data_(data), watch_(watch), replay_(engines, experiment, data) {
    if (experiment.run.count_every != 0) counter_.emplace(engines, experiment, data);
    if (experiment.run.hessian_every != 0) curvature_.emplace(experiment, data);
  }

  void begin_from(const RunState& start) {
    StateRestorer restorer(start.state);
    visit_state(restorer);
    trace_.records = start.records;
    trace_.histograms = start.histograms;
    trace_.counts = start.counts;
    trace_.heritage = restorer.heritage();
    if (experiment_.run.origin && experiment_.run.origin->step == replay_.steps()) {
      silent_since_.reset();  // other settings may move what has stood still
    } else if (!trace_.heritage->is_whole()) {
      throw FileError(fmt::format("the state is of another experiment: it lacks [{}], and has [{}] besides",
                                  fmt::join(trace_.heritage->begun_anew, ", "),
                                  fmt::join(trace_.heritage->left_behind, ", ")));
    }
  }

  Trace run() {
    for (;;) {
      if (!trace_.diverged_at && watch_.wants_state(replay_.steps())) watch_.on_state(state());
      if (is_over()) break;
      if (watch_.stop != nullptr && watch_.stop->load(std::memory_order_relaxed)) {
        watch_.on_state(state());
        throw Interrupted();
      }
      if (replay_.steps() % experiment_.run.record_every == 0) {
        step_recorded();
      } else {
        step();
      }
    }
    if (!trace_.diverged_at) conclude(observed());
    trace_.steps = replay_.steps();
    trace_.state_digest = digest(replay_.parameters());
    if (experiment_.run.histograms == Histograms::events) {
      keep_around_events(diagnose(trace_).onsets, trace_.histograms);
    }
    return std::move(trace_);
  }

 private:
  /// See training/state.hpp.
  template <class Visitor>
  void visit_state(Visitor& visit) {
    replay_.visit_state(visit);
    visit("silent_since", silent_since_);
  }

  RunState state() {
    if (data_digest_.empty()) data_digest_ = content_digest(data_);
    RunState state{data_digest_, layout_of(replay_.shape()), {}, trace_.records, trace_.histograms, trace_.counts};
    StateSaver saver(state.state);
    visit_state(saver);
    return state;
  }

  [[nodiscard]] bool is_over() const {
    return replay_.steps() >= experiment_.run.steps || trace_.diverged_at || is_frozen();
  }

  [[nodiscard]] bool is_frozen() const {
    return silent_since_ && replay_.steps() - std::max(*silent_since_, experiment_.optimizer_switch.step) >= patience_;
  }

  /// Whether something that is done every so many steps, or never, is done at the present one.
  [[nodiscard]] bool is_due(std::int64_t every) const { return every != 0 && replay_.steps() % every == 0; }

  Record observed() {
    look(replay_.observe(), experiment_.loss, sight_);
    Record record = measure(sight_, replay_.steps());
    record.test_accuracy = accuracy(replay_.test_logits(), data_.test.labels);
    const LossScale& scale = replay_.loss_scale();
    record.loss_scale = scale.value();
    record.skipped_steps = static_cast<double>(scale.state().skipped);
    if (is_due(experiment_.run.hessian_every) && is_sound(record)) curvature_->begin(replay_, record);
    return record;
  }

  void conclude(const Record& record) {
    trace_.records.push_back(record);
    if (is_frozen()) trace_.frozen_at = silent_since_;
    if (!is_sound(record)) trace_.diverged_at = record.step;
    watch_.on_record(record);
  }

  void step_recorded() {
    Record record = observed();
    if (is_sound(record)) {
      if (is_due(experiment_.run.count_every))
        std::ranges::copy(counter_->of_next_step(replay_), std::back_inserter(trace_.counts));
      const bool has_curvature = is_due(experiment_.run.hessian_every);
      update_measures_.begin(replay_);
      step();
      update_measures_.end(replay_, record);
      if (has_curvature) curvature_->end(replay_, update_measures_, record);
      if (experiment_.run.histograms != Histograms::none) {
        trace_.histograms.push_back(histogram_of(update_measures_.changes(), record.step));
      }
    }
    conclude(record);
  }

  void step() {
    const std::int64_t now = replay_.steps();
    if (replay_.step()) {
      silent_since_.reset();
    } else if (!silent_since_) {
      silent_since_ = now;
    }
  }

  const Experiment& experiment_;
  const DataSet& data_;
  const Watch& watch_;
  Replay<V> replay_;
  Sight sight_;
  UpdateMeasures<V> update_measures_;
  std::optional<OperationCounter<V>> counter_;
  std::optional<CurvatureMeasures<V>> curvature_;
  Trace trace_;
  std::string data_digest_;  // once a state was asked for
  std::int64_t patience_ = frozen_steps(experiment_);
  std::optional<std::int64_t> silent_since_;  // since this step every gradient has been zero
};

}  // namespace

std::int64_t frozen_steps(const Optimizer& optimizer) {
  constexpr std::int64_t least = 1000;
  if (optimizer.weight_decay != 0) return std::numeric_limits<std::int64_t>::max();
  const double momentum = momentum_of(optimizer);
  if (momentum == 0) return least;
  const double decay = -Native<double>::log(momentum);  // of the logarithm of the momentum, per update
  return std::max(least, static_cast<std::int64_t>(std::ceil(53 * 0.6931471805599453 / decay)));
}

std::int64_t frozen_steps(const Experiment& experiment) {
  const bool may_wake =
      has_dynamic_scale(experiment.loss, experiment.precision.plan) || RoleFormats(experiment.precision).draw();
  if (may_wake) return std::numeric_limits<std::int64_t>::max();
  const OptimizerSwitch& change = experiment.optimizer_switch;
  return frozen_steps(change.step == 0 ? experiment.optimizer : change.after(experiment.optimizer));
}

std::int64_t RunState::step() const {
  const auto found = state.counts.find("steps");
  if (found == state.counts.end() || !found->second) throw FileError("the state does not say how many steps were made");
  return *found->second;
}

Trace run_experiment(const Experiment& experiment, const DataSet& data, const Watch& watch, const RunState* start) {
  if (experiment.run.origin && start == nullptr) {
    throw ConfigError(fmt::format("run.origin is {}, a state of another run: give its checkpoint with 'train --from'",
                                  to_text(*experiment.run.origin)));
  }
  const Engines engines = choose_engines(experiment.precision, experiment.run.engine);
  Trace trace = with_engines(experiment.precision, engines, [&](const auto& of_roles) {
    Runner runner(of_roles, experiment, data, watch);
    if (start != nullptr) runner.begin_from(*start);
    return runner.run();
  });
  trace.engines = to_text(engines);
  return trace;
}

}  // namespace precipice
