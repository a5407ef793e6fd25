#include "precipice/training/loss.hpp"

#include <array>

#include "precipice/format/word.hpp"
#include "precipice/training/formulation_text.hpp"

namespace precipice {
namespace {

constexpr std::array<std::string_view, 3> places{"before", "after", "outside"};

}  // namespace

std::string_view to_text(MeanPlace place) { return places[static_cast<std::size_t>(place)]; }

MeanPlace parse_mean_place(std::string_view text) {
  return static_cast<MeanPlace>(index_of_word("place of 1/B", text, places));
}

std::string_view to_text(Formulation formulation) { return formulation_words[static_cast<std::size_t>(formulation)]; }

Formulation parse_formulation(std::string_view text) {
  return static_cast<Formulation>(index_of_word("formulation", text, formulation_words));
}

}  // namespace precipice
