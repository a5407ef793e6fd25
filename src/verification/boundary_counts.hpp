#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <string>

namespace precipice::verification {

/// "12 (34 %)".
inline std::string percent(std::size_t part, std::size_t all) {
  return all == 0 ? "-"
                  : fmt::format("{} ({:.0f} %)", part, 100.0 * static_cast<double>(part) / static_cast<double>(all));
}

/// How many of some cells show something.
struct Measured {
  std::size_t shown = 0, all = 0;

  friend bool operator==(const Measured&, const Measured&) = default;
  void add(bool is_shown) {
    ++all;
    if (is_shown) ++shown;
  }
};

}  // namespace precipice::verification
