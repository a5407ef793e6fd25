#include "precipice/diagnosis/operation_counter.hpp"

#include <array>
#include <variant>

#include "precipice/arithmetic/watched.hpp"
#include "precipice/training/state.hpp"
#include "precipice/training/watched_passes.hpp"

namespace precipice {
namespace {

using CountsOfRoles = std::array<Observations, role_count>;

template <class V>
RoleEngines<V, Watched<EngineOf<V>>> watched(const RoleEngines<V>& engines, CountsOfRoles& counts) {
  return {engines, [&](Role role, const EngineOf<V>& engine) {
            const bool is_observed = is_emulated({engine.format(), engine.rounding()});
            return is_observed ? Watched(engine, counts[static_cast<std::size_t>(role)]) : Watched(engine);
          }};
}

/// Whether all that is emulated is the loss.
bool emulates_loss_only(const RoleFormats& formats) {
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    if (!is_of_loss(role) && is_emulated(formats[role])) return false;
  }
  return true;
}

/// The loss of the next step alone, on the logits that the run has.
template <class V>
class LossTwin {
  using A = Watched<EngineOf<V>>;

 public:
  LossTwin(const RoleEngines<V, A>& engines, const Experiment& experiment, const DataSet& data)
      : engines_(engines),
        seed_(experiment.run.seed),
        labels_(data.train.labels),
        gradients_(labels_.size(), data.classes),
        loss_({begun()[Role::loss], engines[Role::loss_exp], engines[Role::loss_sum], engines[Role::loss_log],
               engines[Role::loss_gradient]},
              settled_loss(experiment), labels_.size(), data.classes) {}

  void count(Replay<V>& replay, CountsOfRoles& counts) {
    const MatrixView<const V> logits = replay.logits();
    begun();
    loss_.set_scale(replay.loss_scale().value());
    engines_.begin(seed_, replay.steps(), Pass::batch);
    counts = {};
    loss_.gradient(logits, labels_, gradients_.view());
  }

 private:
  const RoleEngines<V, A>& begun() const {
    engines_.begin(seed_, 0, Pass::constants);
    return engines_;
  }

  RoleEngines<V, A> engines_;
  std::uint64_t seed_;
  const std::vector<std::uint32_t>& labels_;
  Matrix<V> gradients_;
  SoftmaxCrossEntropy<A> loss_;
};

/// The whole step.
template <class V>
class StepTwin {
 public:
  StepTwin(const RoleEngines<V, Watched<EngineOf<V>>>& engines, const Experiment& experiment, const DataSet& data)
      : replay_(engines, experiment, data) {}

  void count(Replay<V>& replay, CountsOfRoles& counts) {
    State state;
    StateSaver saver(state);
    replay.visit_state(saver);
    StateRestorer restorer(state);
    replay_.visit_state(restorer);
    counts = {};
    replay_.step();
  }

  [[nodiscard]] std::span<const V> parameters() const { return replay_.parameters(); }

 private:
  Replay<V, Watched<EngineOf<V>>> replay_;
};

}  // namespace

template <class V>
struct OperationCounter<V>::Twin {
  CountsOfRoles counts{};
  std::variant<std::monostate, LossTwin<V>, StepTwin<V>> of;

  Twin(const RoleEngines<V>& engines, const Experiment& experiment, const DataSet& data) {
    const auto of_roles = watched(engines, counts);
    const std::int64_t batch = experiment.run.batch;
    const bool learns_from_all = batch == 0 || static_cast<std::size_t>(batch) >= data.train.labels.size();
    if (learns_from_all && emulates_loss_only(engines.formats())) {
      of.template emplace<LossTwin<V>>(of_roles, experiment, data);
    } else {
      of.template emplace<StepTwin<V>>(of_roles, experiment, data);
    }
  }
};

template <class V>
OperationCounter<V>::OperationCounter(const RoleEngines<V>& engines, const Experiment& experiment, const DataSet& data)
    : twin_(std::make_unique<Twin>(engines, experiment, data)) {}

template <class V>
OperationCounter<V>::~OperationCounter() = default;

template <class V>
std::vector<OperationCounts> OperationCounter<V>::of_next_step(Replay<V>& replay) {
  if (auto* const loss = std::get_if<LossTwin<V>>(&twin_->of)) {
    loss->count(replay, twin_->counts);
  } else {
    std::get<StepTwin<V>>(twin_->of).count(replay, twin_->counts);
  }
  std::vector<OperationCounts> result;
  for (std::size_t i = 0; i < role_count; ++i) {
    if (twin_->counts[i].operations == 0) continue;
    result.push_back({.step = replay.steps(), .role = static_cast<Role>(i), .counts = twin_->counts[i]});
  }
  return result;
}

template <class V>
std::optional<std::span<const V>> OperationCounter<V>::parameters() const {
  const auto* const step = std::get_if<StepTwin<V>>(&twin_->of);
  return step == nullptr ? std::nullopt : std::optional(step->parameters());
}

template class OperationCounter<double>;
template class OperationCounter<Exact>;

}  // namespace precipice
