#include "digits.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>

#include "precipice/format/error.hpp"
#include "precipice/training/gzip_file.hpp"
#include "precipice/training/sha256.hpp"

namespace precipice {
namespace {

constexpr std::string_view expected_checksum = "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a";
constexpr std::size_t digit_count = 1797, pixels = 64;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw FileError(fmt::format("cannot read {}; PRECIPICE_DATA names the folder that holds the project's data", path));
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Samples read_digits(const std::string& directory, std::string& checksum) {
  const std::string path = directory + "/digits.csv.gz";
  checksum = sha256(read_file(path));
  if (checksum != expected_checksum) {
    throw FileError(fmt::format("{} is damaged: its SHA-256 is {}, expected {}", path, checksum, expected_checksum));
  }
  const std::string text = read_gzip_file(path);
  Samples all{Matrix<double>(digit_count, pixels), std::vector<std::uint32_t>(digit_count)};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < digit_count; ++i) {
    for (std::size_t j = 0; j <= pixels; ++j) {
      unsigned value = 0;
      at = std::from_chars(at, end, value).ptr;
      if (at < end) ++at;  // comma or end of line
      if (j < pixels) {
        all.inputs(i, j) = value / 16.0;
      } else {
        all.labels[i] = value;
      }
    }
  }
  return all;
}

}  // namespace precipice
