#pragma once

#include <string>
#include <string_view>

namespace precipice {

/// SHA-256 (FIPS 180-4), by libmd; hexadecimal.
std::string sha256(std::string_view bytes);

}  // namespace precipice
