#pragma once

#include <vector>

#include "precipice/verification/boundary.hpp"

namespace precipice::verification {

struct Part;  // verification/part.hpp

/// Finished cells as tables and figures.
Part boundary_part(const BoundaryAgenda& agenda, const std::vector<BoundaryCell>& cells);

}  // namespace precipice::verification
