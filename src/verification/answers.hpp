#pragma once

#include <map>
#include <vector>

#include "precipice/verification/claims.hpp"

namespace precipice::verification {

/// The share of the answers at each precision for which something holds.
template <class Holds>
std::map<int, Share> shares(const std::vector<Answer>& answers, const Holds& holds) {
  std::map<int, Share> by_precision;
  for (const Answer& answer : answers) {
    Share& share = by_precision[answer.precision];
    ++share.runs;
    if (holds(answer)) ++share.yes;
  }
  return by_precision;
}

/// Whether a run bears out a sentence as it stands.
inline bool says_all(const Answer& answer) {
  for (const bool yes : answer.sayings) {
    if (!yes) return false;
  }
  return true;
}

}  // namespace precipice::verification
