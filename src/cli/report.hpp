#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace precipice::cli {

/// A line of a report on a run: what it is about, then what it says.
std::string report_line(std::string_view about, std::string_view says);

/// "step 340", or "never".
std::string step_or_never(const std::optional<std::int64_t>& step);

}  // namespace precipice::cli
