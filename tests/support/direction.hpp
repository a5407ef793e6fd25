#pragma once

#include <array>
#include <cfenv>

#include "precipice/rounding/round.hpp"

namespace precipice::testing {

/// A direction of ours and the machine's name for it.
struct MachineDirection {
  Rounding ours;
  int machine;
};

inline constexpr std::array machine_directions{
    MachineDirection{Rounding::nearest_even, FE_TONEAREST}, MachineDirection{Rounding::toward_zero, FE_TOWARDZERO},
    MachineDirection{Rounding::toward_positive, FE_UPWARD}, MachineDirection{Rounding::toward_negative, FE_DOWNWARD}};

/// The machine rounds in this direction while the guard lives. What happens meanwhile goes through volatile
/// variables, for compilers move arithmetic across calls of fesetround.
class DirectionGuard {
 public:
  explicit DirectionGuard(int machine) { std::fesetround(machine); }
  ~DirectionGuard() { std::fesetround(FE_TONEAREST); }
  DirectionGuard(const DirectionGuard&) = delete;
  DirectionGuard& operator=(const DirectionGuard&) = delete;
};

/// What the machine signalled since feclearexcept.
inline Flags machine_flags() {
  const int raised = std::fetestexcept(FE_ALL_EXCEPT);
  return {.inexact = (raised & FE_INEXACT) != 0,
          .underflow = (raised & FE_UNDERFLOW) != 0,
          .overflow = (raised & FE_OVERFLOW) != 0,
          .invalid = (raised & FE_INVALID) != 0,
          .divide_by_zero = (raised & FE_DIVBYZERO) != 0};
}

/// When the machine finds a result tiny, which IEEE 754 leaves to it: x86 after rounding, ARM before.
inline Tininess machine_tininess() {
  std::feclearexcept(FE_ALL_EXCEPT);
  volatile double just_below = 0x1p-126 - 0x1p-152;
  [[maybe_unused]] volatile float smallest_normal = static_cast<float>(just_below);
  return machine_flags().underflow ? Tininess::before_rounding : Tininess::after_rounding;
}

/// What an operation of the machine gave and signalled.
template <class Float>
struct OnMachine {
  Float value;
  Flags flags;
};

/// Runs operation(), which returns a Float and has its operands from volatile variables, in a direction of the
/// machine.
template <class Float, class Operation>
OnMachine<Float> on_machine(int direction, const Operation& operation) {
  const DirectionGuard guard(direction);
  std::feclearexcept(FE_ALL_EXCEPT);
  volatile Float value = operation();
  const Flags flags = machine_flags();
  return {value, flags};
}

}  // namespace precipice::testing
