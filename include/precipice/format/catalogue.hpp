#pragma once

#include <span>
#include <string>
#include <string_view>

#include "precipice/format/format.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// A format that people call by name.
struct NamedFormat {
  std::string_view name;
  Format format;
  std::string_view also;       ///< other accepted names, separated by blanks
  std::string_view note = {};  ///< what its encoding needs beyond the usual, for people
};

/// The draft that the names binary<K>p<P> follow.
inline constexpr std::string_view p3109_draft = "IEEE P3109 interim report 3.2.1";

/// Every named format, one line each, widest use first within a family.
std::span<const NamedFormat> catalogue();

/// Canonical text, the same for a format whatever name it was given by (see parse_format).
std::string to_text(const Format& format);

/// The name people know it by ("bfloat16"), empty if there is none.
std::string_view common_name(const Format& format);

/// For people: "e8m7 (bfloat16: p = 8, m = 7, E = 8)".
std::string describe(const Format& format);

/// Reads, in any case, a catalogue name or one of
/// - `e<E>m<m>` or `e<E>p<p>`, then `b<bias>` if that is not the usual one, then the specials: nothing for those of
///   IEEE, `fn` (no infinity, one NaN per sign), `fnuz` (one zero, one NaN), `nuz` (the same with infinities), `f`
///   (numbers only), then `u` if there is no sign; `e<E>m0fnu` has no zero either, as OCP's E8M0;
/// - `p<p>:emin=<e>:emax=<e>`, IEEE-like with the narrowest exponent field;
/// - `binary<K>p<P>`, then `s` or `u` (signed, unsigned), then `e` or `f` (extended, finite): P3109's;
///
/// and behind it suffixes: `:ftz` (results flushed), `:daz` (operands flushed), `:sat` (saturating), `:emin=<e>`,
/// `:bias=<b>`, `:emax=<e>` (the range ends earlier), `:explicit` (the leading bit is stored), `:fn` (the same as the
/// letters). Throws ConfigError naming what would be right.
Format parse_format(std::string_view text);

/// The format of these widths, checked: throws ConfigError outside 1..largest_precision or 2..largest_exponent_bits.
Format checked_format(long long precision, long long exponent_bits);

/// The format of these widths with the specials and rules of `family`, and the bias that is usual for them. Checked as
/// parse_format does.
Format with_widths(const Format& family, long long precision, long long exponent_bits);

}  // namespace precipice
#pragma GCC visibility pop
