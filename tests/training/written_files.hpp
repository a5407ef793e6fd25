#pragma once

#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "precipice/format/error.hpp"
#include "precipice/training/data.hpp"

namespace precipice::tests {

/// Writes a file of this name below the scratch folder and returns its path.
inline std::string written(const std::string& name, const std::string& bytes) {
  const std::filesystem::path path = std::filesystem::path(PRECIPICE_SCRATCH) / "written" / name;
  std::filesystem::create_directories(path.parent_path());
  std::filesystem::remove(path);  // some file systems write a file that is emptied to disk at once
  std::ofstream(path, std::ios::binary) << bytes;
  return path.string();
}

/// The same, compressed by gzip.
inline std::string written_gzip(const std::string& name, const std::string& bytes) {
  const std::string path = written(name, "");
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  return path;
}

inline std::string read_back(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Numbers as bytes of type T, one after the other, the low byte first.
template <class T>
std::string little_endian(const std::vector<T>& numbers) {
  static_assert(std::endian::native == std::endian::little);
  std::string bytes(numbers.size() * sizeof(T), '\0');
  if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

/// The same with the high byte first.
template <class T>
std::string big_endian(const std::vector<T>& numbers) {
  std::string bytes = little_endian(numbers);
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + sizeof(T)));
  }
  return bytes;
}

/// The line with which loading a task fails, behind "file: " or "config: ".
inline std::string complaint(const Task& task, std::uint64_t seed = 0) {
  try {
    static_cast<void>(load_data(task, seed));
  } catch (const FileError& error) {
    return std::string("file: ") + error.what();
  } catch (const ConfigError& error) {
    return std::string("config: ") + error.what();
  }
  return "no complaint";
}

/// Checks that loading fails as `kind` ("file" or "config") in one line that holds all parts.
inline void check_refused(const Task& task, const std::string& kind, const std::vector<std::string>& parts) {
  const std::string message = complaint(task);
  CAPTURE(message);
  CHECK(message.starts_with(kind + ": "));
  CHECK(message.find('\n') == std::string::npos);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(message.find(part) != std::string::npos);
  }
}

inline std::vector<double> row(const Samples& samples, std::size_t i) {
  return {samples.inputs.row(i), samples.inputs.row(i) + samples.inputs.cols()};
}

/// The samples' rows with the label behind each, in rising order: which ones there are, not where they stand.
inline std::vector<std::vector<double>> sorted_rows(const Samples& samples) {
  std::vector<std::vector<double>> rows;
  for (std::size_t i = 0; i < samples.labels.size(); ++i) {
    rows.push_back(row(samples, i));
    rows.back().push_back(samples.labels[i]);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

using Rows = std::vector<std::vector<double>>;

}  // namespace precipice::tests
