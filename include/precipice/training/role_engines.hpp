#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/concept.hpp"
#include "precipice/number/exact.hpp"
#include "precipice/rounding/draws.hpp"
#include "precipice/training/engines.hpp"
#include "precipice/training/precision.hpp"

namespace precipice {

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
