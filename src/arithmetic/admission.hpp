#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

namespace precipice {

/// The format, unless an engine has a reason to refuse it: then ConfigError with the reason.
inline const Format& admitted(const Format& f, std::string_view engine, const std::string& reason) {
  if (reason.empty()) return f;
  throw ConfigError(
      fmt::format("engine '{}' is not exact for {}: {}; use 'auto' or 'reference'", engine, describe(f), reason));
}

}  // namespace precipice
