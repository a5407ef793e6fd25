#pragma once

#include <cstdint>

#include "precipice/number/exact.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice {

/// The first `count` bits of the random number of a draw, as an integer below 2^count: 32 at a time, word counter mod 4
/// of the blocks of counter div 4.
Integer random_bits(const Draw& draw, std::int64_t count);

}  // namespace precipice
