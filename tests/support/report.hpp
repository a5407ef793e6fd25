#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "precipice/format/catalogue.hpp"
#include "precipice/number/hexadecimal.hpp"
#include "precipice/rounding/round.hpp"

namespace precipice::testing {

inline std::string flag_names(const Flags& flags) {
  std::string result;
  if (flags.inexact) result += " inexact";
  if (flags.underflow) result += " underflow";
  if (flags.overflow) result += " overflow";
  if (flags.invalid) result += " invalid";
  if (flags.divide_by_zero) result += " divide-by-zero";
  return result;
}

/// The line of a failing case: operation, format, direction, operands, both results as hexadecimal floats.
inline std::string case_line(std::string_view operation, const Format& format, Rounding direction,
                             std::initializer_list<Exact> operands, const Rounded& got, const Rounded& wanted) {
  std::string line = fmt::format("{} {} {}:", operation, to_text(format), to_text(direction));
  for (const Exact& operand : operands) line += fmt::format(" {}", to_hexadecimal(operand));
  return fmt::format("{} -> {}{}, expected {}{}", line, to_hexadecimal(got.value), flag_names(got.flags),
                     to_hexadecimal(wanted.value), flag_names(wanted.flags));
}

inline bool same(const Rounded& a, const Rounded& b) { return a.value == b.value && a.flags == b.flags; }

}  // namespace precipice::testing
