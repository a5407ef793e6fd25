#include "precipice/arithmetic/sum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"

namespace precipice {
namespace {

constexpr std::array<std::string_view, 3> names{"sequential", "correct-first", "exact"};

}  // namespace

std::string_view to_text(SumOrder order) { return names[static_cast<std::size_t>(order)]; }

SumOrder parse_sum_order(std::string_view text) {
  const auto* const found = std::ranges::find(names, text);
  if (found != names.end()) return static_cast<SumOrder>(found - names.begin());
  throw ConfigError(fmt::format("unknown order of summation '{}'{} (accepted: sequential, correct-first, exact)", text,
                                did_you_mean(text, names)));
}

}  // namespace precipice
