#pragma once

#include "precipice/diagnosis/run.hpp"
#include "precipice/training/data.hpp"
#include "precipice/verification/boundary.hpp"

// One run of the boundary: its experiment, and what its trace shows.

namespace precipice::verification {

/// The loss of a cell as theory is asked for it.
predicted::RegionSetting region_setting(const BoundaryPlane& plane, int precision, int exponent_bits);

Experiment boundary_experiment(const BoundaryPlane& plane, const BoundaryCell& cell, std::int64_t steps);
/// The same with the loss in binary64.
Experiment boundary_control(std::uint64_t seed, std::int64_t steps);

predicted::MarginsReached margins_of(const Trace& control);

/// Puts what was measured into a cell that has its window.
void measure(const Trace& trace, BoundaryCell& cell);

}  // namespace precipice::verification
