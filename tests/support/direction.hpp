#pragma once

#include <array>
#include <cfenv>

#include "precipice/rounding/rounding.hpp"

namespace precipice::testing {

/// A direction of ours and the machine's name for it.
struct MachineDirection {
  Rounding ours;
  int machine;
};

inline constexpr std::array machine_directions{
    MachineDirection{Rounding::nearest_even, FE_TONEAREST}, MachineDirection{Rounding::toward_zero, FE_TOWARDZERO},
    MachineDirection{Rounding::toward_positive, FE_UPWARD}, MachineDirection{Rounding::toward_negative, FE_DOWNWARD}};

/// The machine rounds in this direction while the guard lives. What happens meanwhile goes through volatile variables,
/// for compilers move arithmetic across calls of fesetround.
class DirectionGuard {
 public:
  explicit DirectionGuard(int machine) { std::fesetround(machine); }
  ~DirectionGuard() { std::fesetround(FE_TONEAREST); }
  DirectionGuard(const DirectionGuard&) = delete;
  DirectionGuard& operator=(const DirectionGuard&) = delete;
};

}  // namespace precipice::testing
