#pragma once

#include <vector>

#include "precipice/verification/free_features.hpp"
#include "precipice/verification/part.hpp"
#include "precipice/verification/reemergence.hpp"
#include "precipice/verification/trained_network.hpp"

namespace precipice::verification {

struct DynamicsFindings {
  std::vector<FreeFeaturesFinding> free_features;
  std::vector<TrainedFinding> trained;
  std::vector<ReemergenceFinding> reemergences;
};

/// Tables and figures of what was found, and how much of it was refuted.
Part report(const DynamicsFindings& findings);

}  // namespace precipice::verification
