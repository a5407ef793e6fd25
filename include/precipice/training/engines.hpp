#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
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

/// The engines themselves; V as in EngineOf, A that engine or one around it.
template <class V, Arithmetic A = EngineOf<V>>
class RoleEngines {
 public:
  RoleEngines(const RoleFormats& formats, const Engines& engines) : formats_(formats) {
    for (std::size_t i = 0; i < role_count; ++i) {
      const RoleFormat& of = formats[static_cast<Role>(i)];
      if constexpr (std::is_same_v<V, double>) {
        engines_.emplace_back(engines.kinds[i], of.format, of.rounding);
      } else {
        engines_.emplace_back(of.format, of.rounding);
      }
    }
  }

  /// Others made from these: changed(role, engine).
  template <Arithmetic B, class Change>
  RoleEngines(const RoleEngines<V, B>& engines, const Change& changed) : formats_(engines.formats()) {
    for (std::size_t i = 0; i < role_count; ++i) {
      const auto role = static_cast<Role>(i);
      engines_.push_back(changed(role, engines[role]));
    }
  }

  /// Precondition: the role is not left out.
  const A& operator[](Role role) const { return engines_[static_cast<std::size_t>(role)]; }
  /// Nothing for a role that is left out.
  [[nodiscard]] std::optional<A> if_any(Role role) const {
    return formats_.has(role) ? std::optional((*this)[role]) : std::nullopt;
  }
  [[nodiscard]] const RoleFormats& formats() const { return formats_; }
  [[nodiscard]] bool keeps_master_weights() const { return formats_.keeps_master_weights(); }

 private:
  RoleFormats formats_;
  std::vector<A> engines_;
};

/// Calls visitor(engines) with the engines of all roles.
template <class Visitor>
auto with_engines(const Precision& precision, const Engines& engines, const Visitor& visitor) {
  const RoleFormats formats(precision);
  return engines.in_binary64 ? visitor(RoleEngines<double>(formats, engines))
                             : visitor(RoleEngines<Exact>(formats, engines));
}

}  // namespace precipice
