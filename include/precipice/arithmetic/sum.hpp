#pragma once

#include <span>
#include <string_view>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice {

/// The order in which a sum's terms meet; it decides bits, so it is a parameter.
enum class SumOrder : std::uint8_t {
  sequential,     ///< by index: ((t0 + t1) + t2) + ..., every partial sum rounded
  correct_first,  ///< the marked term first, then the others by index
  exact,          ///< the exact sum, rounded once
};

std::string_view to_text(SumOrder order);
/// Throws ConfigError naming the nearest known order.
SumOrder parse_sum_order(std::string_view text);

/// Sum of terms[0..n) in the engine's format. `marked` is the index that correct_first begins with. n >= 1.
template <Arithmetic A>
typename A::Value sum(const A& a, std::span<const typename A::Value> terms, SumOrder order, std::size_t marked) {
  if (order == SumOrder::exact) return a.sum_exactly(terms);
  const bool reordered = order == SumOrder::correct_first;
  typename A::Value total = a.convert(terms[reordered ? marked : 0]);
  for (std::size_t k = reordered ? 0 : 1; k < terms.size(); ++k) {
    if (reordered && k == marked) continue;
    total = a.add(total, terms[k]);
  }
  return total;
}

}  // namespace precipice
