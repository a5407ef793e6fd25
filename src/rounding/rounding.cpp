#include "precipice/rounding/rounding.hpp"

#include <fmt/format.h>

#include <array>
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
                                "away-from-zero, to-odd"));
}

std::span<const Rounding> all_roundings() {
  static constexpr std::array directions{Rounding::nearest_even,    Rounding::nearest_away,    Rounding::toward_zero,
                                         Rounding::toward_positive, Rounding::toward_negative, Rounding::away_from_zero,
                                         Rounding::to_odd};
  return directions;
}

}  // namespace precipice
