#include "precipice/training/engines.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

namespace precipice {
namespace {

EngineKind carried(const RoleFormat& f) {
  return f.rounding.direction == Rounding::stochastic ? EngineKind::stochastic : EngineKind::carried;
}

/// What an engine asked for by name makes of a role.
EngineKind named(EngineName wanted, const RoleFormat& f) {
  switch (wanted) {
    case EngineName::native: return EngineKind::native;
    case EngineName::carried: return is_emulated(f) ? carried(f) : EngineKind::native;
    case EngineName::reference: return EngineKind::reference;
    case EngineName::automatic: break;
  }
  return f.rounds() ? fastest_engine(f.format, f.rounding) : EngineKind::native;
}

/// The engines of some roles, each once, the fastest first.
template <class Predicate>
std::string names_of(const Engines& engines, const Predicate& is_one) {
  std::string text;
  for (const EngineKind kind :
       {EngineKind::native, EngineKind::carried, EngineKind::stochastic, EngineKind::reference}) {
    for (std::size_t i = 0; i < role_count; ++i) {
      const bool counts = is_one(static_cast<Role>(i)) && engines.presences[i] == Presence::rounds;
      if (!counts || engines.kinds[i] != kind) continue;
      text += text.empty() ? "" : ", ";
      text += name_of(kind);
      break;
    }
  }
  return text;
}

}  // namespace

EngineKind Engines::slowest(bool of_loss) const {
  EngineKind result = EngineKind::native;
  for (std::size_t i = 0; i < role_count; ++i) {
    const bool counts = is_of_loss(static_cast<Role>(i)) == of_loss && presences[i] == Presence::rounds;
    if (counts) result = std::max(result, kinds[i]);
  }
  return result;
}

Engines choose_engines(const Precision& precision, EngineName wanted) {
  const RoleFormats formats(precision);
  Draws draws;
  // Who asks for it by name means the format.
  if (wanted == EngineName::carried) {
    const RoleFormat meant{precision.emulated(), precision.rounding};
    static_cast<void>(AnyEngine(carried(meant), meant.format, meant.rounding, &draws));
  }
  Engines engines;
  engines.in_binary64 = wanted != EngineName::reference;
  for (std::size_t i = 0; i < role_count; ++i) {
    const RoleFormat& f = formats[static_cast<Role>(i)];
    engines.presences[i] = f.presence;
    engines.kinds[i] = named(wanted, f);
    // An engine that is not exact says so.
    if (wanted != EngineName::reference && wanted != EngineName::automatic) {
      static_cast<void>(AnyEngine(engines.kinds[i], f.format, f.rounding, &draws));
    }
    engines.in_binary64 = engines.in_binary64 && contains(binary64, f.format);
  }
  if (!engines.in_binary64) engines.kinds.fill(EngineKind::reference);
  return engines;
}

std::string to_text(const Engines& engines) {
  return fmt::format("{} + {}", names_of(engines, [](Role role) { return !is_of_loss(role); }),
                     names_of(engines, is_of_loss));
}

Draw draw_of(std::uint64_t seed, std::int64_t step, Pass pass, Role role, std::uint64_t index) {
  constexpr unsigned bits_of_index = 48, bits_of_pass = 3;
  const auto place = static_cast<std::uint64_t>(role) << bits_of_pass | static_cast<std::uint64_t>(pass);
  return {seed, place << bits_of_index | index, static_cast<std::uint32_t>(static_cast<std::uint64_t>(step))};
}

}  // namespace precipice
