#pragma once

#include <string_view>

namespace precipice {

/// Whether a text is UTF-8 (RFC 3629), as the texts of TOML and JSON must be.
bool is_utf8(std::string_view text);

}  // namespace precipice
