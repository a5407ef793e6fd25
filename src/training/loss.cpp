#include "precipice/training/loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"

namespace precipice {
namespace {

constexpr std::array<std::string_view, 3> places{"before", "after", "outside"};

}  // namespace

std::string_view to_text(MeanPlace place) { return places[static_cast<std::size_t>(place)]; }

MeanPlace parse_mean_place(std::string_view text) {
  const auto* const found = std::ranges::find(places, text);
  if (found != places.end()) return static_cast<MeanPlace>(found - places.begin());
  throw ConfigError(
      fmt::format("unknown place of 1/B '{}'{} (accepted: before, after, outside)", text, did_you_mean(text, places)));
}

}  // namespace precipice
