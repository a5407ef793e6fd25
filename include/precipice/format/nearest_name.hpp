#pragma once

#include <span>
#include <string>
#include <string_view>

namespace precipice {

/// The known name with the smallest edit distance (swaps of neighbours count once) to `typed`, the first of several;
/// empty if nothing is near (more than half of the letters would have to change).
std::string_view nearest_name(std::string_view typed, std::span<const std::string_view> known);

/// "; did you mean 'X'?" when something is near, else nothing: the tail of an error message.
std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known);

}  // namespace precipice
