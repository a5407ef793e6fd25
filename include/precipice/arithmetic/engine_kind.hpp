#pragma once

#include <cstdint>

namespace precipice {

/// The engines whose values are doubles, the fastest first (see AnyEngine).
enum class EngineKind : std::uint8_t { native, carried, stochastic, reference };

}  // namespace precipice
