#pragma once

#include <fmt/format.h>

#include <string>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/training/experiment.hpp"

namespace precipice {

/// Which engine computes the network and its update (body) and which the loss (head).
enum class EngineKind : std::uint8_t { native, carried, reference };
struct Engines {
  EngineKind body, head;
};

/// The fastest engines that are exact for the plan, or those asked for by name; throws ConfigError with the reason if
/// an engine asked for is not exact. `reference` computes the binary64 roles on Reference, too.
Engines choose_engines(const Precision& precision, EngineName wanted);

/// "native + carried-binary64": body, then head.
std::string to_text(const Engines& engines);

/// Calls visitor(body, head) with the engines themselves. Only pairs whose values pass exactly from one to the other
/// exist.
template <class Visitor>
auto with_engines(const Precision& precision, const Engines& engines, Visitor&& visitor) {
  const Format& format = precision.format;
  const Rounding rounding = precision.rounding;
  const bool everything = precision.plan == PrecisionPlan::everything;
  switch (engines.head) {
    case EngineKind::native: return visitor(Native<double>{}, Native<double>{});
    case EngineKind::carried:
      return everything ? visitor(Carried<double>(format, rounding), Carried<double>(format, rounding))
                        : visitor(Native<double>{}, Carried<double>(format, rounding));
    case EngineKind::reference: break;
  }
  if (engines.body == EngineKind::native) return visitor(Native<double>{}, Reference(format, rounding));
  return visitor(everything ? Reference(format, rounding) : Reference(binary64), Reference(format, rounding));
}

}  // namespace precipice
