#include "precipice/rounding/rounding.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/format/word.hpp"
#include "precipice/rounding/terms.hpp"

namespace precipice {
namespace {

/// In the order of the enumeration; other words: a short one, and IEEE's.
constexpr std::array terms{
    Term{"nearest-even", "to the nearest number, a tie to the one with an even last bit", "rne roundTiesToEven"},
    Term{"nearest-away", "to the nearest number, a tie away from zero", "rna roundTiesToAway"},
    Term{"toward-zero", "to the nearest number that is not larger in magnitude", "rz roundTowardZero"},
    Term{"toward-positive", "upward", "ru roundTowardPositive"},
    Term{"toward-negative", "downward", "rd roundTowardNegative"},
    Term{"away-from-zero", "to the nearest number that is not smaller in magnitude", "raz roundAwayFromZero"},
    Term{"to-odd", "of the two neighbours to the one with an odd last bit; what is exact stays", "ro roundToOdd"},
    Term{"stochastic", "to either neighbour, the nearer one more often; stochastic:<n> draws n random bits",
         "sr roundStochastic"},
};

/// But for capitals: RNE, RoundTiesToEven.
bool is_same_word(std::string_view a, std::string_view b) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, small, small);
}

}  // namespace

std::span<const Term> rounding_terms() { return terms; }

std::string_view to_text(Rounding direction) { return terms[static_cast<std::size_t>(direction)].word; }

Rounding parse_rounding(std::string_view text) {
  std::vector<std::string_view> known;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const auto also = split(terms[i].also, ' ');
    const auto is_text = [&](std::string_view word) { return is_same_word(word, text); };
    if (is_text(terms[i].word) || std::ranges::any_of(also, is_text)) return static_cast<Rounding>(i);
    known.push_back(terms[i].word);
    known.push_back(also.front());
  }
  throw ConfigError(fmt::format("unknown rounding '{}'{} (accepted: {})", text, did_you_mean(text, known),
                                fmt::join(words_of(terms), ", ")));
}

Mode parse_mode(std::string_view text) {
  const std::size_t colon = text.find(':');
  Mode mode = parse_rounding(text.substr(0, colon));
  if (colon == std::string_view::npos) return mode;
  if (mode.direction != Rounding::stochastic) {
    throw ConfigError(fmt::format("'{}' takes no random bits; only stochastic:<n> does", text.substr(0, colon)));
  }
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), mode.random_bits);
  if (error != std::errc{} || end != digits.data() + digits.size() || mode.random_bits < 1 ||
      mode.random_bits > most_random_bits) {
    throw ConfigError(fmt::format("'{}' has no number of random bits from 1 to {} behind the colon, such as sr:8", text,
                                  most_random_bits));
  }
  return mode;
}

std::string to_text(const Mode& mode) {
  const std::string_view direction = to_text(mode.direction);
  if (mode.random_bits == unlimited_random_bits) return std::string(direction);
  return fmt::format("{}:{}", direction, mode.random_bits);
}

std::span<const Rounding> deterministic_roundings() {
  static constexpr std::array directions{Rounding::nearest_even,    Rounding::nearest_away,    Rounding::toward_zero,
                                         Rounding::toward_positive, Rounding::toward_negative, Rounding::away_from_zero,
                                         Rounding::to_odd};
  return directions;
}

}  // namespace precipice
