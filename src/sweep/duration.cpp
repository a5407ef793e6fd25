#include "precipice/sweep/duration.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "precipice/format/error.hpp"

namespace precipice {
namespace {

std::optional<double> seconds_of(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    default: return {};
  }
}

/// Nothing for what is no time.
std::optional<double> seconds_of(std::string_view text) {
  double total = 0;
  while (!text.empty()) {
    double count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(count) || count < 0) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto unit = text.empty() ? std::optional(1.0) : seconds_of(text.front());
    if (!unit) return {};
    total += count * *unit;
    if (!text.empty()) text.remove_prefix(1);
  }
  return total;
}

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  if (whole >= 3600) return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  if (whole >= 60) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} s", whole);
}

double parse_duration(std::string_view option, std::string_view text) {
  const auto seconds = seconds_of(text);
  if (!seconds || *seconds <= 0)
    throw ConfigError(fmt::format("{}: '{}' must be a time such as 90s, 15m, 2h or 1h30m", option, text));
  return *seconds;
}

}  // namespace precipice
