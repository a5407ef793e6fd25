#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "precipice/diagnosis/operation_counts.hpp"
#include "precipice/training/data.hpp"
#include "precipice/training/experiment.hpp"
#include "precipice/training/replay.hpp"
#include "precipice/training/role_engines.hpp"

namespace precipice {

/// Counts by making a step a second time, beside the run, with its emulated roles observed number by number: the run
/// itself knows nothing of it. Where nothing but the loss is emulated and a step learns from all samples, the loss
/// alone is made again. V as in EngineOf.
template <class V>
class OperationCounter {
 public:
  /// `experiment` and `data` outlive the counter.
  OperationCounter(const RoleEngines<V>& engines, const Experiment& experiment, const DataSet& data);
  OperationCounter(const OperationCounter&) = delete;
  OperationCounter& operator=(const OperationCounter&) = delete;
  ~OperationCounter();

  /// The step that `replay` makes next: network and loss on its batch, gradients and update. An entry for each role
  /// whose format is not binary64 to nearest-even and that has operations, in their order. Products with zeros that the
  /// network skips, because they change no bit, are not counted.
  std::vector<OperationCounts> of_next_step(Replay<V>& replay);

  /// Parameters behind that step, as the optimiser updates them: those that the run gets. Nothing if the loss alone was
  /// made again.
  [[nodiscard]] std::optional<std::span<const V>> parameters() const;

 private:
  struct Twin;
  std::unique_ptr<Twin> twin_;
};

extern template class OperationCounter<double>;
extern template class OperationCounter<Exact>;

}  // namespace precipice
