#pragma once

#include <vector>

#include "precipice/verification/course.hpp"
#include "precipice/verification/dynamics_predictions.hpp"
#include "precipice/verification/free_features.hpp"
#include "precipice/verification/reemergence.hpp"
#include "precipice/verification/trained_network.hpp"

namespace precipice::verification {

struct Part;  // verification/part.hpp

/// What is examined.
struct DynamicsAgenda {
  std::vector<FreeFeaturesSetting> free_features;
  std::vector<TrainedSetting> trained;
  std::vector<ReemergenceSetting> reemergences;

  [[nodiscard]] std::size_t size() const { return free_features.size() + trained.size() + reemergences.size(); }
};
DynamicsAgenda dynamics_agenda(Extent extent);

/// The linear map of the means in unconstrained features under gradient descent, what drives W_G in a trained network,
/// and Adam's step when a gradient comes back: predictions against replays. A comparison is one relation in one
/// setting, at its worst step. Throws Interrupted when stopped, FileError without the digits.
Part verify_dynamics(const Course& course, const DynamicsAgenda& agenda, const DynamicsPredictions& predictions = {});
Part verify_dynamics(const Course& course, Extent extent, const DynamicsPredictions& predictions = {});

}  // namespace precipice::verification
