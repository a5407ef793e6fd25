#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "precipice/rounding/rounding.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// The random numbers of an engine that rounds stochastically: its operations are numbered in the order in which they
/// are made, exact ones included, and each draws by its number. One thread at a time.
class Draws {
 public:
  /// From now on operations draw for `first.counter`, `first.counter + 1`, ...
  void begin(const Draw& first) {
    next_ = first;
    block_.reset();
  }
  /// That of one more operation.
  Draw take() {
    last_ = next_;
    ++next_.counter;
    return last_;
  }
  /// The same, and of its random number the first 32 bits.
  std::uint32_t take_word();
  /// That of the last operation.
  [[nodiscard]] const Draw& last() const { return last_; }

 private:
  Draw next_, last_;
  std::optional<std::uint64_t> block_;  // whose words are known
  std::array<std::uint32_t, 4> words_{};
};

}  // namespace precipice
#pragma GCC visibility pop
