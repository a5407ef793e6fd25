#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <span>
#include <utility>
#include <vector>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/arithmetic/value.hpp"

#pragma GCC visibility push(default)
namespace precipice {

namespace detail {

#include "precipice/arithmetic/sum_formula.inc"

/// The i-th index of a sum that begins with `marked`.
constexpr std::size_t index_from_marked(std::size_t i, std::size_t marked) {
  return i == 0 ? marked : i <= marked ? i - 1 : i;
}

/// Values as an engine adds them up, for SumFormula.
template <Arithmetic A>
struct Terms {
  using V = typename A::Value;
  const A& a;
  std::span<const V> values;
  std::size_t marked;
  std::vector<V>& room;

  template <class Index>
  V run(std::size_t count, const Index& index) const {
    V total = a.convert(values[index(0)]);
    for (std::size_t i = 1; i < count; ++i) total = a.add(total, values[index(i)]);
    return total;
  }
  template <class Index>
  V run_on(V total, std::size_t count, const Index& index) const {
    for (std::size_t i = 0; i < count; ++i) total = a.add(total, values[index(i)]);
    return total;
  }
  V run_from_marked() const {
    return run(values.size(), [&](std::size_t i) { return index_from_marked(i, marked); });
  }
  V join(const V& u, const V& v) const { return a.add(u, v); }
  V zero() const { return exactly<V>(0); }
  V compensated() const {
    const auto term_minus = [&](std::size_t k, const V& c) { return a.sub(values[k], c); };
    return SumFormula::compensated(a, a.convert(values[0]), zero(), 1, values.size(), term_minus);
  }
  V exact() const { return a.sum_exactly(values); }
  std::vector<V>& sums(std::size_t count) const {
    if (room.size() < count) room.resize(count);
    return room;
  }
};

}  // namespace detail

/// Sum of terms[0..n) in the engine's format. `marked` is the index that correct_first begins with. n >= 1. `room` is
/// for the sums of lanes and may be empty.
template <Arithmetic A>
typename A::Value sum(const A& a, std::span<const typename A::Value> terms, const SumOrder& order, std::size_t marked,
                      std::vector<typename A::Value>& room) {
  assert(!terms.empty() && marked < terms.size());
  const detail::Terms<A> values{a, terms, marked, room};
  return detail::SumFormula::total<typename A::Value>(order, terms.size(), values);
}
template <Arithmetic A>
typename A::Value sum(const A& a, std::span<const typename A::Value> terms, const SumOrder& order, std::size_t marked) {
  std::vector<typename A::Value> room;
  return sum(a, terms, order, marked, room);
}

namespace reference {

/// The same sum in any mode, with what its operations signal together; the empty sum is +0. Stochastic: the operation
/// number k, from 0, draws for part k of the mode's draw (see for_part), so that no two share random bits. They are
/// numbered as they are carried out: running sums from lane 0 up (the rounding of the first term is an operation), in a
/// tree each sum of sums after both of its operands, the left one before the right one; the terms that packets and
/// cascade leave over come behind the lanes.
Rounded sum(std::span<const Exact> terms, const Format& format, const Mode& mode, const SumOrder& order,
            std::size_t marked = 0);

}  // namespace reference
}  // namespace precipice
#pragma GCC visibility pop
