#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/hexadecimal.hpp"

namespace precipice::testing {

/// Lines of failing cases: operation, format, operand and what came of it.
inline std::string code_line(std::string_view operation, const Format& f, const Integer& code, const Exact& got) {
  return fmt::format("{} {}: {} -> {}", operation, to_text(f), code_text(f, code), to_hexadecimal(got));
}

inline std::string value_line(std::string_view operation, const Format& f, const Exact& x) {
  return fmt::format("{} {}: {}", operation, to_text(f), to_hexadecimal(x));
}

}  // namespace precipice::testing
