#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/rounding/draws.hpp"
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

using RoleDraws = std::array<Draws, role_count>;

/// The engines themselves; V as in EngineOf, A that engine or one around it. Copies share the random numbers.
template <class V, Arithmetic A = EngineOf<V>>
class RoleEngines {
 public:
  RoleEngines(const RoleFormats& formats, const Engines& engines) : formats_(formats) {
    for (std::size_t i = 0; i < role_count; ++i) {
      const RoleFormat& of = formats[static_cast<Role>(i)];
      if constexpr (std::is_same_v<V, double>) {
        engines_.emplace_back(engines.kinds[i], of.format, of.rounding, &(*draws_)[i]);
      } else {
        engines_.emplace_back(of.format, of.rounding, &(*draws_)[i]);
      }
    }
  }

  /// Others made from these: changed(role, engine).
  template <Arithmetic B, class Change>
  RoleEngines(const RoleEngines<V, B>& engines, const Change& changed)
      : formats_(engines.formats()), draws_(engines.draws()) {
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

  /// What follows is a pass of its own.
  void begin(std::uint64_t seed, std::int64_t step, Pass pass) const {
    if (!draw_) return;
    for (std::size_t i = 0; i < role_count; ++i) {
      (*draws_)[i].begin(draw_of(seed, step, pass, static_cast<Role>(i)));
    }
  }
  [[nodiscard]] const std::shared_ptr<RoleDraws>& draws() const { return draws_; }

 private:
  RoleFormats formats_;
  bool draw_ = formats_.draw();
  std::shared_ptr<RoleDraws> draws_ = std::make_shared<RoleDraws>();
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
