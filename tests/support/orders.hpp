#pragma once

#include <array>

#include "precipice/arithmetic/sum.hpp"

namespace precipice::testing {

/// Every kind of order, and lanes of few, of many and of more than there are terms.
inline constexpr std::array all_orders{SumOrder::sequential,     SumOrder::reverse,       SumOrder::correct_first,
                                       SumOrder::pairwise,       SumOrder::in_lanes(2),   SumOrder::in_lanes(8),
                                       SumOrder::in_lanes(1024), SumOrder::butterfly,     SumOrder::kahan,
                                       SumOrder::exact,          SumOrder::in_vectors(4), SumOrder::in_strides(8),
                                       SumOrder::in_packets(2),  SumOrder::in_packets(8), SumOrder::in_windows(4),
                                       SumOrder::in_windows(32), SumOrder::in_cascade(2), SumOrder::in_cascade(1024)};

}  // namespace precipice::testing
