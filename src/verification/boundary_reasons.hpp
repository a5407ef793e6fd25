#pragma once

#include <array>
#include <string_view>

#include "precipice/verification/boundary.hpp"

// How a run stands to its prediction, and why they differ where they do: decided from the run by stated rules.

namespace precipice::verification {

enum class Phenomenon : std::uint8_t { absorption, inflation, freezing };
inline constexpr std::array phenomena{Phenomenon::absorption, Phenomenon::inflation, Phenomenon::freezing};
std::string_view to_text(Phenomenon phenomenon);

const predicted::Region& predicted_of(const BoundaryCell& cell, Phenomenon phenomenon);
bool is_measured(const BoundaryCell& cell, Phenomenon phenomenon);

enum class Finding : std::uint8_t {
  agrees,        ///< predicted and measured alike
  at_edge,       ///< theory says that either may be
  never_fits,    ///< predicted of a run that learns; this one never classified its samples
  diverged,      ///< a loss or norm that is not finite ended the run
  short_of_it,   ///< the run's own margins, unlike the control's, do not get there
  thrown_back,   ///< it inflated, and some sample's margin is not behind both ends of the window
  carried,       ///< the run's own margins, unlike the control's, get there
  frozen_first,  ///< every gradient was gone before
  too_late,      ///< every margin is behind both ends at last, for fewer steps than freezing takes
  not_driven,    ///< the means grow against each other, but the broken sum drives W_G the other way
  refuted,       ///< theory was certain: missed
  unexplained,
};
inline constexpr std::size_t finding_count = 12;
std::string_view to_text(Finding finding);

/// Whether it is one of the reasons above.
constexpr bool is_reason(Finding f) { return f >= Finding::never_fits && f <= Finding::not_driven; }

Finding finding_of(const BoundaryCell& cell, Phenomenon phenomenon);

/// Records of the cell that contradict the rules.
std::size_t broken_records(const BoundaryCell& cell);

}  // namespace precipice::verification
