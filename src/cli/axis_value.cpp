#include "cli/axis_value.hpp"

#include <fmt/core.h>

#include "precipice/format/error.hpp"

namespace precipice::cli {

std::pair<std::string, std::string> parse_axis_value(std::string_view option, const std::string& typed) {
  const std::size_t equals = typed.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw ConfigError(fmt::format("{}: '{}' is not AXIS=VALUE, such as loss.order=exact", option, typed));
  }
  return {typed.substr(0, equals), typed.substr(equals + 1)};
}

}  // namespace precipice::cli
