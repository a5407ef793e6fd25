#pragma once

#include <string>
#include <string_view>

#include "precipice/rounding/round.hpp"

namespace precipice {

/// Whether a value that the format does not have is rounded or refused.
enum class Reading : std::uint8_t { rounds, must_be_exact };

/// Reads a decimal (1.5, -2e-7), a C hexadecimal float (0x1.8p+1), inf, infinity or nan, of any length, as a datum of
/// the format: correctly rounded in `direction`. Throws ConfigError for other text, and under must_be_exact for a value
/// that the format does not have.
Exact read_value(std::string_view text, const Format& format, Rounding direction = Rounding::nearest_even,
                 Reading reading = Reading::rounds);

/// The shortest decimal that reads back, to nearest-even, as the same datum of the format (the closest one of that
/// length).
std::string shortest_decimal(const Exact& value, const Format& format);

}  // namespace precipice
