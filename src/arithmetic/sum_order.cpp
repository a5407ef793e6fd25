#include "precipice/arithmetic/sum_order.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "precipice/format/error.hpp"
#include "precipice/format/word.hpp"

namespace precipice {
namespace {

/// In the order of the enumeration.
constexpr std::array<std::string_view, 13> names{
    "sequential", "reverse",    "correct-first", "pairwise",    "lanes:<n>",   "butterfly",  "kahan",
    "exact",      "vector:<n>", "strided:<n>",   "packets:<n>", "windows:<n>", "cascade:<n>"};
constexpr std::string_view counted = ":<n>";

/// The word before the colon of an order that has a number behind it; empty for others.
std::string_view counted_word(std::size_t kind) {
  const std::string_view name = names[kind];
  return name.ends_with(counted) ? name.substr(0, name.size() - counted.size()) : std::string_view();
}

SumOrder parse_counted(std::string_view text, SumOrder::Kind kind) {
  const std::string_view word = counted_word(static_cast<std::size_t>(kind));
  const std::string_view digits = text.substr(std::min(text.size(), word.size() + 1));
  unsigned count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc{} || end != digits.data() + digits.size() || !std::has_single_bit(count) || count < 2 ||
      count > SumOrder::most_lanes) {
    throw ConfigError(
        fmt::format("order of summation '{}' has no power of two from 2 to {} behind a colon, such as {}:8", text,
                    SumOrder::most_lanes, word));
  }
  return {kind, static_cast<int>(count)};
}

}  // namespace

std::string to_text(const SumOrder& order) {
  const auto kind = static_cast<std::size_t>(order.kind);
  const std::string_view word = counted_word(kind);
  return word.empty() ? std::string(names[kind]) : fmt::format("{}:{}", word, order.lane_count);
}

SumOrder parse_sum_order(std::string_view text) {
  for (std::size_t kind = 0; kind < names.size(); ++kind) {
    const std::string_view word = counted_word(kind);
    if (!word.empty() && text.substr(0, text.find(':')) == word) {
      return parse_counted(text, static_cast<SumOrder::Kind>(kind));
    }
  }
  return {static_cast<SumOrder::Kind>(index_of_word("order of summation", text, names))};
}

}  // namespace precipice
