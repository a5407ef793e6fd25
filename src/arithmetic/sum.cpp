#include "precipice/arithmetic/sum.hpp"

#include <array>

#include "precipice/format/word.hpp"

namespace precipice {
namespace {

constexpr std::array<std::string_view, 3> names{"sequential", "correct-first", "exact"};

}  // namespace

std::string_view to_text(SumOrder order) { return names[static_cast<std::size_t>(order)]; }

SumOrder parse_sum_order(std::string_view text) {
  return static_cast<SumOrder>(index_of_word("order of summation", text, names));
}

}  // namespace precipice
