#include "precipice/training/engines.hpp"

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

namespace precipice {
namespace {

bool is_native(const Precision& p) { return p.format == binary64 && p.rounding == Rounding::nearest_even; }

bool is_carried(const Precision& p) { return Carried<double>::refusal(p.format, p.rounding).empty(); }

EngineKind fastest(const Precision& p) {
  return is_native(p) ? EngineKind::native : is_carried(p) ? EngineKind::carried : EngineKind::reference;
}

std::string_view name(EngineKind kind) {
  switch (kind) {
    case EngineKind::native: return Native<double>::name();
    case EngineKind::carried: return Carried<double>::name();
    case EngineKind::reference: break;
  }
  return Reference::name();
}

}  // namespace

Engines choose_engines(const Precision& p, EngineName wanted) {
  const bool everything = p.plan == PrecisionPlan::everything;
  switch (wanted) {
    case EngineName::reference: return {EngineKind::reference, EngineKind::reference};
    case EngineName::native:
      if (!is_native(p)) {
        throw ConfigError(
            fmt::format("engine 'native' is not exact for {} {}: it is binary64, nearest-even; use 'auto'",
                        describe(p.format), to_text(p.rounding)));
      }
      break;
    case EngineName::carried:
      static_cast<void>(Carried<double>(p.format, p.rounding));  // throws with the reason
      return {everything ? EngineKind::carried : EngineKind::native, EngineKind::carried};
    case EngineName::automatic: break;
  }
  const EngineKind head = fastest(p);
  if (everything) return {head, head};
  // A binary64 body takes the loss gradient exactly as it is: every number of the loss format must be a double.
  return {contains(binary64, p.format) ? EngineKind::native : EngineKind::reference, head};
}

std::string to_text(const Engines& engines) { return fmt::format("{} + {}", name(engines.body), name(engines.head)); }

}  // namespace precipice
