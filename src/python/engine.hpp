#pragma once

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/training/engines.hpp"

namespace precipice::python {

/// The fastest engine that is exact for a format and a mode, with the random numbers that it draws: operation k, from
/// 0, draws for the counter k, as line k + 1 of `precipice eval` does. Throws ConfigError for formats beyond binary64.
class Engine {
 public:
  Engine(const Format& format, const Mode& mode) : engine_(kind_of(format, mode), format, mode, &draws_) {
    draws_.begin(mode.draw);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() = default;

  const AnyEngine& operator*() const { return engine_; }

 private:
  static EngineKind kind_of(const Format& format, const Mode& mode) {
    Precision all{.plan = PrecisionPlan::everything, .format = format, .rounding = mode};
    all.rounding.draw = {};  // roles have none
    return choose_engines(all, EngineName::automatic).kinds[static_cast<std::size_t>(Role::loss)];
  }

  Draws draws_;
  AnyEngine engine_;
};

}  // namespace precipice::python
