#pragma once

#include <array>

#include "precipice/training/loss.hpp"

namespace precipice::testing {

inline constexpr std::array all_formulations{Formulation::shift,      Formulation::lse_added, Formulation::division,
                                             Formulation::naive,      Formulation::accurate,  Formulation::stablemax,
                                             Formulation::reciprocal, Formulation::composed};

}  // namespace precipice::testing
