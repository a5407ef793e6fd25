#pragma once

#include <vector>

#include "chart/view.hpp"
#include "precipice/chart/diagram.hpp"

namespace precipice::chart {

/// The boundaries of a request in one view: those asked for, else those that the sweep refined. They are looked for
/// along the refined axis, else along precision.p, else along the first drawn axis of numbers. Nothing if the refined
/// axis is not drawn; throws ConfigError if boundaries are asked for and no drawn axis has numbers.
std::vector<MeasuredBoundary> measured_boundaries(const View& view, const PhaseRequest& request);

}  // namespace precipice::chart
