#pragma once

#include <fmt/core.h>

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/hexadecimal.hpp"
#include "precipice/rounding/round.hpp"
#include "support/exact_datum.hpp"

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

/// A datum by its code point and value; by its value alone if the format does not have it.
inline std::string datum_text(const Format& f, const Exact& x) {
  const std::string value = to_hexadecimal(x);
  return is_member(f, x) ? fmt::format("{} ({})", code_text(f, encode(f, x)), value) : value;
}

/// Everything that replays a mode.
inline std::string mode_text(const Mode& mode) {
  std::string text(to_text(mode.direction));
  if (mode.random_bits != unlimited_random_bits) text += fmt::format(":{}", mode.random_bits);
  if (mode.direction == Rounding::stochastic) {
    text += fmt::format(" (key {} counter {} part {})", mode.draw.key, mode.draw.counter, mode.draw.part);
  }
  if (mode.tininess == Tininess::before_rounding) text += " tininess before";
  return text;
}

/// The line of a failing case: operation, format, mode, operands, both results as code points and hexadecimal floats.
inline std::string case_line(std::string_view operation, const Format& format, const Mode& mode,
                             std::span<const Exact> operands, const Rounded& got, const Rounded& wanted) {
  std::string line = fmt::format("{} {} {}:", operation, to_text(format), mode_text(mode));
  for (const Exact& operand : operands) line += " " + datum_text(format, operand);
  return fmt::format("{} -> {}{}, expected {}{}", line, datum_text(format, got.value), flag_names(got.flags),
                     datum_text(format, wanted.value), flag_names(wanted.flags));
}
inline std::string case_line(std::string_view operation, const Format& format, const Mode& mode,
                             std::initializer_list<Exact> operands, const Rounded& got, const Rounded& wanted) {
  return case_line(operation, format, mode, std::span(operands.begin(), operands.size()), got, wanted);
}

/// Bit for bit: NaNs by sign, payload and quietness as well.
inline bool same(const Rounded& a, const Rounded& b) { return is_same_datum(a.value, b.value) && a.flags == b.flags; }

}  // namespace precipice::testing
