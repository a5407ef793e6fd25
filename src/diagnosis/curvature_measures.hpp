#pragma once

#include <vector>

#include "diagnosis/update_measures.hpp"
#include "precipice/diagnosis/curvature.hpp"
#include "precipice/diagnosis/record.hpp"

namespace precipice {

/// What a record says of the curvature at its state.
template <class V>
class CurvatureMeasures {
 public:
  CurvatureMeasures(const Experiment& experiment, const DataSet& data) : curvature_(experiment, data) {}

  /// Before the update.
  void begin(const Replay<V>& replay, Record& record) {
    weights_.clear();
    for (const V& weight : replay.weights()) weights_.push_back(nearest_double(weight));
    record.hessian_eigenvalue = curvature_.largest_eigenvalue(weights_);
  }

  /// Behind it: the preconditioner is that of the update.
  void end(const Replay<V>& replay, const UpdateMeasures<V>& update, Record& record) {
    const auto* const adam = replay.last_update().adam();
    if (adam == nullptr) return;
    preconditioner_.clear();
    for (const V& d : update.denominators()) preconditioner_.push_back(adam->mean_correction() * nearest_double(d));
    record.preconditioned_eigenvalue = curvature_.largest_eigenvalue(weights_, preconditioner_);
  }

 private:
  Curvature curvature_;
  std::vector<double> weights_, preconditioner_;
};

}  // namespace precipice
