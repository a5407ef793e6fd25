#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "precipice/arithmetic/engine_kind.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/training/experiment.hpp"
#include "precipice/training/precision.hpp"

namespace precipice {

/// Which engine computes each role. Where every format is within binary64 all values are doubles; else all are exact
/// numbers, and every engine is Reference.
struct Engines {
  bool in_binary64;
  std::array<EngineKind, role_count> kinds;
  std::array<Presence, role_count> presences;  ///< a role that is left out has no say in anything

  /// Of the roles of the loss, or of all others.
  [[nodiscard]] EngineKind slowest_of_loss() const { return slowest(true); }
  [[nodiscard]] EngineKind slowest_of_network() const { return slowest(false); }

 private:
  [[nodiscard]] EngineKind slowest(bool of_loss) const;
};

/// The fastest engines that are exact for the formats of the roles, or those asked for by name; throws ConfigError with
/// the reason if an engine asked for is not exact. `carried` leaves roles in binary64 to the native engine; `reference`
/// computes these on Reference, too.
Engines choose_engines(const Precision& precision, EngineName wanted);

/// "native + carried-binary64": of the network and its update, then of the loss; several engines "a, b + c".
std::string to_text(const Engines& engines);

/// A part of a step whose operations draw random numbers of their own, whatever else was computed before. Part of the
/// counter: never renumber.
enum class Pass : std::uint8_t {
  constants = 1,  ///< what the loss makes of B and its scale; the same in every step
  begin = 2,      ///< the first parameters, or those of a state where they are converted
  batch = 3,      ///< forward and dL/dz of the samples that the step learns from
  learn = 4,      ///< from dL/dz to the next parameters
  observe = 5,    ///< forward and dL/dz of all samples, where the step learns from fewer
  losses = 6,     ///< their losses
  test = 7        ///< forward of the test samples
};

/// Which random number the operation `index` of a role draws in a pass of a step of the run with this seed. Beyond 2^32
/// steps the numbers come again.
Draw draw_of(std::uint64_t seed, std::int64_t step, Pass pass, Role role, std::uint64_t index = 0);

}  // namespace precipice
