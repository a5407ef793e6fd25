#pragma once

#include <string>
#include <string_view>

namespace precipice {

/// "1 h 02 min", "3 min 20 s", "12 s".
std::string duration_text(double seconds);

/// Seconds: "90", "90s", "15m", "2h", "1d", and sums such as "1h30m". Throws ConfigError that begins with `option` for
/// anything else, and for nothing at all.
double parse_duration(std::string_view option, std::string_view text);

}  // namespace precipice
