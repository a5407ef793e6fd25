#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "precipice/sweep/files.hpp"

namespace precipice::tests {

/// cells.csv without its last column, `seconds`.
inline std::string without_seconds(const std::string& table) {
  std::string result;
  for (std::size_t start = 0; start < table.size();) {
    const std::size_t end = table.find('\n', start);
    const std::string line = table.substr(start, end - start);
    result += line.substr(0, line.rfind(',')) + "\n";
    start = end + 1;
  }
  return result;
}

/// Every cell, trace and the table by name, without what may differ between machines.
inline std::map<std::string, std::string> without_costs(const std::filesystem::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory / "cells")) {
    auto cell = nlohmann::ordered_json::parse(read_whole_file(entry.path()));
    cell.erase("cost");
    files[entry.path().filename().string()] = cell.dump(2);
  }
  for (const auto& entry : std::filesystem::directory_iterator(directory / "traces")) {
    files[entry.path().filename().string()] = read_whole_file(entry.path());
  }
  files["cells.csv"] = without_seconds(read_whole_file(directory / "cells.csv"));
  return files;
}

}  // namespace precipice::tests
