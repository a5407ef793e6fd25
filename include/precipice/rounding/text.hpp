#pragma once

#include <string>
#include <string_view>

#include "precipice/rounding/round.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// Whether a value that the format does not have is rounded or refused.
enum class Reading : std::uint8_t { rounds, must_be_exact };

/// Reads a decimal (1.5, -2e-7), a C hexadecimal float (0x1.8p+1), inf, infinity or nan, of any length, as a datum of
/// the format: correctly rounded as `mode` says. Throws ConfigError for other text, under must_be_exact for a value
/// that the format does not have, and for a NaN, zero or negative number in a format that has none.
Exact read_value(std::string_view text, const Format& format, const Mode& mode = {}, Reading reading = Reading::rounds);

/// The shortest decimal that reads back, to nearest-even, as the same datum of the format (the closest one of that
/// length), whatever the format flushes or saturates. Throws ConfigError if the datum is not in the format.
std::string shortest_decimal(const Exact& value, const Format& format);

/// All decimal digits of a datum; for finite x = c * 2^-k there are about k of them.
std::string exact_decimal(const Exact& value);

}  // namespace precipice
#pragma GCC visibility pop
