#pragma once

#include <cstddef>
#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace precipice {

/// What became of a state in a run that began from it.
struct Heritage {
  std::size_t numbers = 0;               ///< that were taken over
  std::size_t rounded = 0;               ///< of those, how many are others in the new formats
  std::vector<std::string> begun_anew;   ///< pieces that were not there, as they are at a start
  std::vector<std::string> left_behind;  ///< pieces that nobody asked for

  [[nodiscard]] bool is_whole() const { return begun_anew.empty() && left_behind.empty(); }
};

}  // namespace precipice
#pragma GCC visibility pop
