#pragma once

#include <string>

#include "precipice/training/data.hpp"

namespace precipice {

/// The 1797 digits of 8 x 8 pixels in file order, pixels divided by 16; `checksum` receives the file's SHA-256.
Samples read_digits(const std::string& directory, std::string& checksum);

}  // namespace precipice
