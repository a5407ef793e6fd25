#pragma once

#include <string>
#include <vector>

#include "chart/view.hpp"
#include "precipice/chart/diagram.hpp"

namespace precipice::chart {

/// The sentences under a diagram: what was trained, how, with which control, what lines and marks say and what is left
/// out. `views` of its panels.
std::vector<std::string> caption_of(const std::vector<View>& views, const Diagram& diagram);

/// "digits: NFI onset (step)".
std::string title_of(const Diagram& diagram);

}  // namespace precipice::chart
