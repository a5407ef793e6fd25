#include "precipice/diagnosis/operation_counts.hpp"

#include <array>

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

}  // namespace

template <class V>
struct OperationCounter<V>::Twin {
  CountsOfRoles counts;
  Replay<V, Watched<EngineOf<V>>> replay;

  Twin(const RoleEngines<V>& engines, const Experiment& experiment, const DataSet& data)
      : counts{}, replay(watched(engines, counts), experiment, data) {}
};

template <class V>
OperationCounter<V>::OperationCounter(const RoleEngines<V>& engines, const Experiment& experiment, const DataSet& data)
    : twin_(std::make_unique<Twin>(engines, experiment, data)) {}

template <class V>
OperationCounter<V>::~OperationCounter() = default;

template <class V>
std::vector<OperationCounts> OperationCounter<V>::of_next_step(Replay<V>& replay) {
  State state;
  StateSaver saver(state);
  replay.visit_state(saver);
  StateRestorer restorer(state);
  twin_->replay.visit_state(restorer);
  twin_->counts = {};
  twin_->replay.step();
  std::vector<OperationCounts> result;
  for (std::size_t i = 0; i < role_count; ++i) {
    if (twin_->counts[i].operations == 0) continue;
    result.push_back({.step = replay.steps(), .role = static_cast<Role>(i), .counts = twin_->counts[i]});
  }
  return result;
}

template <class V>
std::span<const V> OperationCounter<V>::parameters() const {
  return twin_->replay.parameters();
}

template class OperationCounter<double>;
template class OperationCounter<Exact>;

}  // namespace precipice
