#include "verification/boundary_reasons.hpp"

#include <algorithm>

namespace precipice::verification {
namespace {

using predicted::Verdict;

/// Predicted, and not measured.
Finding why_missing(const BoundaryCell& cell, Phenomenon phenomenon) {
  const Onsets& o = cell.diagnosis.onsets;
  if (o.diverged_at) return Finding::diverged;
  if (!o.fitted) return Finding::never_fits;
  if (phenomenon == Phenomenon::freezing) {
    const bool is_behind = cell.final_least_margin >= std::max(cell.window.opens_latest, cell.window.dies_latest);
    return is_behind ? Finding::too_late : o.nfi ? Finding::thrown_back : Finding::short_of_it;
  }
  if (cell.largest_margin < cell.window.opens_latest) return Finding::short_of_it;
  return o.frozen_at ? Finding::frozen_first : Finding::unexplained;
}

/// Measured, and predicted not to be: explained if that was since the control's margins do not get there, or if it is
/// not the broken sum that makes the means grow.
Finding why_present(const BoundaryCell& cell, Phenomenon phenomenon) {
  if (phenomenon == Phenomenon::inflation && cell.drift_cosine_at_inflation > 0) return Finding::not_driven;
  if (predicted_of(cell, phenomenon).ground != predicted::Ground::not_reached) return Finding::unexplained;
  const bool gets_there = phenomenon == Phenomenon::freezing ? cell.final_least_margin >= cell.window.dies_earliest
                                                             : cell.largest_margin > cell.window.opens_earliest;
  return gets_there ? Finding::carried : Finding::unexplained;
}

}  // namespace

std::string_view to_text(Phenomenon phenomenon) {
  constexpr std::array<std::string_view, phenomena.size()> words{"absorption", "inflation", "freezing"};
  return words[static_cast<std::size_t>(phenomenon)];
}

std::string_view to_text(Finding finding) {
  switch (finding) {
    case Finding::agrees: return "agrees";
    case Finding::at_edge: return "at the edge";
    case Finding::never_fits: return "never fits its samples";
    case Finding::diverged: return "diverged";
    case Finding::short_of_it: return "its own margins do not get there";
    case Finding::thrown_back: return "inflation threw margins back";
    case Finding::carried: return "its own margins get there";
    case Finding::frozen_first: return "frozen before";
    case Finding::too_late: return "no gradient at the end, but not for long";
    case Finding::not_driven: return "the broken sum drives W_G the other way";
    case Finding::refuted: return "refuted";
    case Finding::unexplained: break;
  }
  return "unexplained";
}

const predicted::Region& predicted_of(const BoundaryCell& cell, Phenomenon phenomenon) {
  switch (phenomenon) {
    case Phenomenon::absorption: return cell.predicted.absorption;
    case Phenomenon::inflation: return cell.predicted.inflation;
    case Phenomenon::freezing: break;
  }
  return cell.predicted.freezing;
}

bool is_measured(const BoundaryCell& cell, Phenomenon phenomenon) {
  const Onsets& o = cell.diagnosis.onsets;
  switch (phenomenon) {
    case Phenomenon::absorption: return o.first_absorption.has_value();
    case Phenomenon::inflation: return o.nfi.has_value();
    case Phenomenon::freezing: break;
  }
  return o.frozen_at.has_value();
}

Finding finding_of(const BoundaryCell& cell, Phenomenon phenomenon) {
  const predicted::Region& region = predicted_of(cell, phenomenon);
  if (region.verdict == Verdict::edge) return Finding::at_edge;
  const bool is_expected = region.verdict == Verdict::yes;
  if (is_measured(cell, phenomenon) == is_expected) return Finding::agrees;
  if (region.is_certain) return Finding::refuted;
  return is_expected ? why_missing(cell, phenomenon) : why_present(cell, phenomenon);
}

std::size_t broken_records(const BoundaryCell& cell) {
  std::size_t broken = 0;
  for (const RuleCount& rule : cell.rules) broken += rule.broken;
  return broken;
}

}  // namespace precipice::verification
