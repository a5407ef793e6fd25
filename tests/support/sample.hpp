#pragma once

#include <bit>
#include <cstdint>
#include <random>

namespace precipice::testing {

/// Random bits that are the same on every machine, which the library's distributions are not.
class Sample {
 public:
  explicit Sample(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  /// Uniform enough for tests; count > 0.
  std::uint64_t below(std::uint64_t count) { return engine_() % count; }
  /// From low to high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool coin() { return (engine_() >> 63) != 0; }
  /// Any code point of binary64: zeros, subnormals, infinities and NaN as well.
  double any_double() { return std::bit_cast<double>(engine_()); }
  float any_float() { return std::bit_cast<float>(static_cast<std::uint32_t>(engine_() >> 32)); }
  template <class Container>
  const auto& one_of(const Container& container) {
    return container[below(std::size(container))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace precipice::testing
