#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace precipice::cli {

/// AXIS=VALUE, as it was typed; throws ConfigError for anything else.
std::pair<std::string, std::string> parse_axis_value(std::string_view option, const std::string& typed);

}  // namespace precipice::cli
