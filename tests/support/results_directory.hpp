#pragma once

#include <filesystem>
#include <string>

namespace precipice::tests {

/// A folder of this name that is not there yet.
inline std::filesystem::path fresh_directory(const std::string& name) {
  const std::filesystem::path directory = std::filesystem::path(PRECIPICE_SCRATCH) / name;
  std::filesystem::remove_all(directory);
  return directory;
}

}  // namespace precipice::tests
