#pragma once

#include <span>
#include <string>
#include <string_view>

#include "precipice/format/format.hpp"

namespace precipice {

/// A format that people call by name.
struct NamedFormat {
  std::string_view name;
  Format format;
  std::string_view also;  ///< other accepted names, separated by blanks
};

/// Every named format, one line each, widest use first within a family.
std::span<const NamedFormat> catalogue();

/// Canonical text: e<E>m<trailing bits>, whatever name the format was given by.
std::string to_text(const Format& format);

/// The name people know it by ("bfloat16"), empty if there is none.
std::string_view common_name(const Format& format);

/// For people: "e8m7 (bfloat16: p = 8, m = 7, E = 8)".
std::string describe(const Format& format);

/// Reads a catalogue name (any case), e<E>m<m> or e<E>p<p>. Throws ConfigError naming what would be right.
Format parse_format(std::string_view text);

/// The format of these widths, checked: throws ConfigError outside 1..largest_precision or 2..largest_exponent_bits.
Format checked_format(long long precision, long long exponent_bits);

}  // namespace precipice
