#include "precipice/training/loss.hpp"

#include <array>

#include "precipice/format/word.hpp"

namespace precipice {
namespace {

constexpr std::array<std::string_view, 3> places{"before", "after", "outside"};

}  // namespace

std::string_view to_text(MeanPlace place) { return places[static_cast<std::size_t>(place)]; }

MeanPlace parse_mean_place(std::string_view text) {
  return static_cast<MeanPlace>(index_of_word("place of 1/B", text, places));
}

}  // namespace precipice
