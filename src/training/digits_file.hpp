#pragma once

#include <span>
#include <string_view>

namespace precipice {

/// data/digits.csv.gz as it lies on disk.
std::span<const unsigned char> digits_file();
/// Its SHA-256, which the build has checked.
std::string_view digits_checksum();

}  // namespace precipice
