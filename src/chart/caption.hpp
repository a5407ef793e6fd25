#pragma once

#include <string>
#include <vector>

#include "chart/view.hpp"
#include "precipice/chart/diagram.hpp"

namespace precipice::chart {

/// The sentences under a diagram: what was trained, how, with which control, what the lines say and what is left out.
std::vector<std::string> caption_of(const View& view, const Diagram& diagram);

}  // namespace precipice::chart
