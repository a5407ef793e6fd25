#include "precipice/arithmetic/sum_order.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "precipice/arithmetic/terms.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/word.hpp"

namespace precipice {
namespace {

/// In the order of the enumeration.
constexpr std::array terms{
    Term{"sequential", "by index, from the first up"},
    Term{"reverse", "from the last index down"},
    Term{"correct-first", "the correct class first, then the others by index"},
    Term{"pairwise", "two halves apart, each likewise, down to single terms"},
    Term{"lanes:<n>", "n running sums side by side, which then meet in a tree by halves"},
    Term{"butterfly", "a warp of 32 lanes that shuffles by xor: the sum of lane 0 (PyTorch on CUDA)"},
    Term{"kahan", "by index, compensated (Kahan 1965)"},
    Term{"exact", "the exact sum, rounded once"},
    Term{"vector:<n>", "as lanes where there are terms for all of them, else sequential (PyTorch)"},
    Term{"strided:<n>", "lanes whose sums meet one by one (PyTorch 0.4)"},
    Term{"packets:<n>", "lanes with whole rounds only, up to four running sums each (Eigen, TensorFlow)"},
    Term{"windows:<n>", "running sums of windows of n, summed in the same way (XLA on CPUs)"},
    Term{"cascade:<n>", "lanes with whole rounds only, each a sum of rows (PyTorch's sum)"},
};
constexpr auto names = words_of(terms);
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

std::span<const Term> sum_order_terms() { return terms; }

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
