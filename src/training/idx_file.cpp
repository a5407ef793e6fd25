#include "idx_file.hpp"

#include <fmt/core.h>

#include "precipice/format/error.hpp"

namespace precipice {
namespace {

Element element_of(std::uint8_t code, const std::string& path) {
  constexpr auto big = std::endian::big;
  switch (code) {
    case 0x08: return {Element::Kind::unsigned_integer, 1, big};
    case 0x09: return {Element::Kind::signed_integer, 1, big};
    case 0x0b: return {Element::Kind::signed_integer, 2, big};
    case 0x0c: return {Element::Kind::signed_integer, 4, big};
    case 0x0d: return {Element::Kind::floating_point, 4, big};
    case 0x0e: return {Element::Kind::floating_point, 8, big};
    default:
      throw FileError(
          fmt::format("{}: byte 2 is 0x{:02x}, no type of IDX; it must be 0x08 (bytes), 0x09, 0x0b, 0x0c, "
                      "0x0d or 0x0e",
                      path, code));
  }
}

}  // namespace

ArrayFile parse_idx(DataFile file) {
  ArrayFile array;
  array.file = std::move(file);
  const std::string& bytes = array.file.bytes;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (bytes.size() < 4 || byte(0) != 0 || byte(1) != 0) {
    throw FileError(fmt::format("{} is no IDX file: it must begin with two zero bytes, a type and a number of lengths",
                                array.file.path));
  }
  array.element = element_of(byte(2), array.file.path);
  array.begin = 4 + 4 * std::size_t{byte(3)};
  if (bytes.size() < array.begin) {
    throw FileError(
        fmt::format("{} ends at byte {}, within its header of {} bytes", array.file.path, bytes.size(), array.begin));
  }
  for (std::size_t at = 4; at < array.begin; at += 4) {
    std::uint64_t length = 0;
    for (std::size_t k = 0; k < 4; ++k) length = length << 8U | byte(at + k);
    array.shape.push_back(length);
  }
  check_extent(array);
  return array;
}

}  // namespace precipice
