#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "precipice/chart/results.hpp"

namespace precipice::chart {

struct JudgedClaim {
  Claim claim;
  std::optional<std::size_t> borne_out;  ///< by so many runs; nothing if one that is to be compared lacks its reference
};

/// What the runs of one row of a table say of the claims about their variant.
struct Judgement {
  std::vector<JudgedClaim> claims;
  std::string verdict;  ///< agrees, disagrees, partly; empty without claims, and where a run that is compared lacks its
                        ///< reference
};

/// Whether any variant claims something.
bool claims_anything(const Results& results);

/// `runs` are of one variant, else there is nothing to judge.
Judgement judge(const Results& results, const std::vector<const FinishedRun*>& runs);

}  // namespace precipice::chart
