#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace precipice {

/// Splits at every separator; empty pieces stay.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Which of the accepted words this is. Throws ConfigError "unknown WHAT 'typed'" with the nearest and all accepted
/// ones.
std::size_t index_of_word(std::string_view what, std::string_view typed, std::span<const std::string_view> accepted);

}  // namespace precipice
