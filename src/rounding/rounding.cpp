#include "precipice/rounding/rounding.hpp"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <vector>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"

namespace precipice {
namespace {

struct Names {
  Rounding direction;
  std::string_view canonical, brief, ieee;
};

constexpr std::array names{
    Names{Rounding::nearest_even, "nearest-even", "rne", "roundTiesToEven"},
    Names{Rounding::nearest_away, "nearest-away", "rna", "roundTiesToAway"},
    Names{Rounding::toward_zero, "toward-zero", "rz", "roundTowardZero"},
    Names{Rounding::toward_positive, "toward-positive", "ru", "roundTowardPositive"},
    Names{Rounding::toward_negative, "toward-negative", "rd", "roundTowardNegative"},
    Names{Rounding::away_from_zero, "away-from-zero", "raz", "roundAwayFromZero"},
    Names{Rounding::to_odd, "to-odd", "ro", "roundToOdd"},
    Names{Rounding::stochastic, "stochastic", "sr", "roundStochastic"},
};

}  // namespace

std::string_view to_text(Rounding direction) { return names[static_cast<std::size_t>(direction)].canonical; }

Rounding parse_rounding(std::string_view text) {
  std::vector<std::string_view> known;
  for (const Names& name : names) {
    if (text == name.canonical || text == name.brief || text == name.ieee) return name.direction;
    known.push_back(name.canonical);
    known.push_back(name.brief);
  }
  throw ConfigError(fmt::format("unknown rounding '{}'{} (accepted: {})", text, did_you_mean(text, known),
                                "nearest-even, nearest-away, toward-zero, toward-positive, toward-negative, "
                                "away-from-zero, to-odd, stochastic"));
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
