#include "precipice/training/engines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

namespace precipice {
namespace {

EngineKind fastest(const RoleFormat& f) {
  if (!is_emulated(f)) return EngineKind::native;
  return Carried<double>::refusal(f.format, f.rounding).empty() ? EngineKind::carried : EngineKind::reference;
}

/// What an engine asked for by name makes of a role.
EngineKind named(EngineName wanted, const RoleFormat& f) {
  switch (wanted) {
    case EngineName::native: return EngineKind::native;
    case EngineName::carried: return is_emulated(f) ? EngineKind::carried : EngineKind::native;
    case EngineName::reference: return EngineKind::reference;
    case EngineName::automatic: break;
  }
  return fastest(f);
}

std::string_view name(EngineKind kind) {
  switch (kind) {
    case EngineKind::native: return Native<double>::name();
    case EngineKind::carried: return Carried<double>::name();
    case EngineKind::reference: break;
  }
  return Reference::name();
}

/// The engines of some roles, each once, the fastest first.
template <class Predicate>
std::string names_of(const Engines& engines, const Predicate& is_one) {
  std::string text;
  for (const EngineKind kind : {EngineKind::native, EngineKind::carried, EngineKind::reference}) {
    for (std::size_t i = 0; i < role_count; ++i) {
      const bool counts = is_one(static_cast<Role>(i)) && engines.presences[i] == Presence::rounds;
      if (!counts || engines.kinds[i] != kind) continue;
      text += text.empty() ? "" : ", ";
      text += name(kind);
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
  // Who asks for it by name means the format.
  if (wanted == EngineName::carried) static_cast<void>(Carried<double>(precision.emulated(), precision.rounding));
  Engines engines;
  engines.in_binary64 = wanted != EngineName::reference;
  for (std::size_t i = 0; i < role_count; ++i) {
    const RoleFormat& f = formats[static_cast<Role>(i)];
    engines.presences[i] = f.presence;
    engines.kinds[i] = named(wanted, f);
    // An engine that is not exact says so.
    if (wanted != EngineName::reference && wanted != EngineName::automatic) {
      static_cast<void>(AnyEngine(engines.kinds[i], f.format, f.rounding));
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

}  // namespace precipice
