#include "precipice/arithmetic/sum.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <charconv>

#include "arithmetic/numbered.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/word.hpp"

namespace precipice {
namespace {

/// In the order of the enumeration.
constexpr std::array<std::string_view, 8> names{"sequential", "reverse",   "correct-first", "pairwise",
                                                "lanes:<n>",  "butterfly", "kahan",         "exact"};
constexpr std::string_view lanes_name = "lanes";

SumOrder parse_lanes(std::string_view text) {
  const std::string_view digits = text.substr(std::min(text.size(), lanes_name.size() + 1));
  unsigned count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc{} || end != digits.data() + digits.size() || !std::has_single_bit(count) || count < 2 ||
      count > SumOrder::most_lanes) {
    throw ConfigError(fmt::format("order of summation '{}' has no power of two from 2 to {} behind a colon, such as {}",
                                  text, SumOrder::most_lanes, to_text(SumOrder::in_lanes(8))));
  }
  return SumOrder::in_lanes(static_cast<int>(count));
}

}  // namespace

std::string to_text(const SumOrder& order) {
  if (order.kind == SumOrder::Kind::lanes) return fmt::format("{}:{}", lanes_name, order.lane_count);
  return std::string(names[static_cast<std::size_t>(order.kind)]);
}

SumOrder parse_sum_order(std::string_view text) {
  if (text.substr(0, text.find(':')) == lanes_name) return parse_lanes(text);
  return {static_cast<SumOrder::Kind>(index_of_word("order of summation", text, names))};
}

namespace reference {

Rounded sum(std::span<const Exact> terms, const Format& format, const Mode& mode, const SumOrder& order,
            std::size_t marked) {
  detail::Roundings roundings;
  const detail::Numbered engine(format, mode, roundings);
  Exact value = terms.empty() ? engine.sum_exactly(terms) : precipice::sum(engine, terms, order, marked);
  return {std::move(value), roundings.flags};
}

}  // namespace reference
}  // namespace precipice
