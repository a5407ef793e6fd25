#include "data_file.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "precipice/format/error.hpp"
#include "precipice/training/gzip_file.hpp"
#include "precipice/training/sha256.hpp"

namespace precipice {
namespace {

std::string file_bytes(const std::string& path, std::string_view remedy) {
  std::error_code error;
  // A pipe would be empty when the next cell reads it; a folder opens like a file and fails later.
  const bool regular = std::filesystem::is_regular_file(path, error);
  const std::uintmax_t size = regular ? std::filesystem::file_size(path, error) : 0;
  std::ifstream file;
  if (regular && !error) file.open(path, std::ios::binary);
  if (!file.is_open()) throw FileError(fmt::format("cannot read {}; {}", path, remedy));
  std::string bytes(size, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  if (static_cast<std::uintmax_t>(file.gcount()) != size)
    throw FileError(fmt::format("cannot read {} to its end", path));
  return bytes;
}

void decompress(DataFile& file) {
  if (file.bytes.starts_with("\x1f\x8b")) file.bytes = read_gzip_file(file.path);
}

}  // namespace

DataFile read_data_file(const std::string& path, std::string_view remedy) {
  DataFile file{path, file_bytes(path, remedy), {}};
  file.checksum = sha256(file.bytes);
  decompress(file);
  return file;
}

DataFile read_known_file(const std::string& path, std::string_view checksum, std::string_view remedy) {
  DataFile file{path, file_bytes(path, remedy), {}};
  file.checksum = sha256(file.bytes);
  if (file.checksum != checksum) {
    throw FileError(fmt::format("{} is damaged: its SHA-256 is {}, expected {}", path, file.checksum, checksum));
  }
  decompress(file);
  return file;
}

std::string printable(std::string_view text) {
  constexpr std::size_t enough = 40;
  std::string result(text.substr(0, enough));
  for (char& c : result) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text.size() > enough ? result + "..." : result;
}

}  // namespace precipice
