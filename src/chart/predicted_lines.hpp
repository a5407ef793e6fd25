#pragma once

#include <optional>

#include "chart/view.hpp"
#include "precipice/chart/diagram.hpp"

namespace precipice::chart {

/// Predicted for the loss of this run: its format has no 1/B, so every gradient is dead from the first step.
bool mean_factor_vanishes(const View& view, const FinishedRun& run, Spot spot);

/// p*, the precision whose softmax collapses at the final median margin of the control, for each value of the other
/// axis. Fills in the control's margin and p*. Nothing unless p is an axis and there is a control.
std::optional<PredictedLine> collapse_line(const View& view, Control& control);

/// Where the NFI window of a lone rival, the widest, has width zero in the plane of exponent bits and p; nothing if
/// something else is drawn.
std::optional<PredictedLine> closing_line(const View& view, const Diagram& diagram);

}  // namespace precipice::chart
