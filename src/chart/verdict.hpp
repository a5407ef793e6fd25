#pragma once

#include <string>
#include <vector>

#include "precipice/chart/results.hpp"

namespace precipice::chart {

/// What the runs of one row of a table say of the claims about their variant.
struct Judgement {
  std::string claims;   ///< each with the share of the runs that bear it out: "no-inflation 3/3, no-spikes 1/3"
  std::string verdict;  ///< agrees, disagrees, partly; empty without claims, and where a run that is compared lacks its
                        ///< reference
};

/// Whether any variant claims something.
bool claims_anything(const Results& results);

/// `runs` are of one variant, else there is nothing to judge.
Judgement judge(const Results& results, const std::vector<const FinishedRun*>& runs);

}  // namespace precipice::chart
