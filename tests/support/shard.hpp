#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace precipice::testing {

/// Shares the long loops of a ring out to several processes: PRECIPICE_TEST_SHARD=<i>/<n> (as ctest sets it) takes the
/// indices that are i modulo n; without it, all.
inline bool is_in_this_shard(std::size_t index) {
  const char* const text = std::getenv("PRECIPICE_TEST_SHARD");
  if (text == nullptr) return true;
  const std::string shard = text;
  const std::size_t slash = shard.find('/');
  if (slash == std::string::npos) throw std::runtime_error("PRECIPICE_TEST_SHARD must be i/n, not " + shard);
  return index % std::stoul(shard.substr(slash + 1)) == std::stoul(shard.substr(0, slash));
}

}  // namespace precipice::testing
