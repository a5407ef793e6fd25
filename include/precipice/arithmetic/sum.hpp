#pragma once

#include <algorithm>
#include <cassert>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice {

/// The order in which a sum's terms meet; it decides bits, so it is a parameter.
///
/// A running sum takes its first term rounded into the format, then the others one by one as they are, and rounds after
/// each. `lanes` and `butterfly` have one per lane: lane j takes the terms j, j + n, j + 2n, ..., as many as there are
/// (so the last round may leave the higher lanes out). Their sums then meet in a tree by halves: v[i] += v[i + n/2] for
/// all i < n/2, then v[i] += v[i + n/4] for all i < n/4, ..., v[0] += v[1]. Fewer terms than lanes are no special case:
/// each is a lane's sum.
struct SumOrder {
  enum class Kind : std::uint8_t {
    sequential,     ///< by index: ((t0 + t1) + t2) + ...
    reverse,        ///< from the last index down
    correct_first,  ///< the marked term first, then the others by index
    pairwise,       ///< the first floor(n/2) terms apart from the others, each part likewise, down to single terms
    lanes,          ///< lane_count lanes, then the tree; lanes without terms take no part in it
    butterfly,  ///< a warp of 32 that shuffles by xor with 16, 8, 4, 2, 1: lanes without terms hold +0; lane 0's sum
    kahan,      ///< compensated: s = t0, c = +0; y = t - c; u = s + y; c = (u - s) - y; s = u; ... (Kahan 1965)
    exact,      ///< the exact sum, rounded once
  };

  Kind kind = Kind::sequential;
  int lane_count = 0;  ///< of Kind::lanes: a power of two within 2..most_lanes; else 0

  static constexpr int most_lanes = 1024;

  static const SumOrder sequential, reverse, correct_first, pairwise, butterfly, kahan, exact;
  static constexpr SumOrder in_lanes(int count) { return {Kind::lanes, count}; }

  friend constexpr bool operator==(const SumOrder&, const SumOrder&) = default;
};

inline constexpr SumOrder SumOrder::sequential{Kind::sequential}, SumOrder::reverse{Kind::reverse},
    SumOrder::correct_first{Kind::correct_first}, SumOrder::pairwise{Kind::pairwise},
    SumOrder::butterfly{Kind::butterfly}, SumOrder::kahan{Kind::kahan}, SumOrder::exact{Kind::exact};

/// sequential, reverse, correct-first, pairwise, lanes:<n>, butterfly, kahan, exact.
std::string to_text(const SumOrder& order);
/// The inverse. Throws ConfigError naming what would be right.
SumOrder parse_sum_order(std::string_view text);

namespace detail {

/// The running sums of the lanes that have terms.
template <class V, class Terms>
std::vector<V> lane_sums(std::size_t lanes, std::size_t count, const Terms& terms) {
  std::vector<V> sums;
  for (std::size_t lane = 0; lane < std::min(lanes, count); ++lane) {
    const std::size_t own = (count - lane - 1) / lanes + 1;
    sums.push_back(terms.run(own, [&](std::size_t i) { return lane + i * lanes; }));
  }
  return sums;
}

template <class V, class Terms>
V tree_by_halves(std::size_t lanes, std::vector<V> sums, const Terms& terms) {
  for (std::size_t half = lanes / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half && i + half < sums.size(); ++i) sums[i] = terms.join(sums[i], sums[i + half]);
  }
  return std::move(sums.front());
}

template <class V, class Terms>
V pairwise_sum(std::size_t first, std::size_t count, const Terms& terms) {
  if (count == 1) return terms.run(1, [&](std::size_t) { return first; });
  const std::size_t half = count / 2;
  const V left = pairwise_sum<V>(first, half, terms);
  return terms.join(left, pairwise_sum<V>(first + half, count - half, terms));
}

/// Adds up `count` >= 1 terms, whatever they are: terms.run(n, index) is the running sum of the terms index(0), ...,
/// index(n - 1); terms.join(u, v) the sum of two sums; terms.compensated() and terms.exact() that of all. Runs are
/// asked for from lane 0 up and in a tree from the left, and every sum of sums after both of its operands.
template <class V, class Terms>
V add_up(const SumOrder& order, std::size_t count, std::size_t marked, const Terms& terms) {
  constexpr std::size_t warp = 32;
  switch (order.kind) {
    case SumOrder::Kind::sequential: return terms.run(count, [](std::size_t i) { return i; });
    case SumOrder::Kind::reverse: return terms.run(count, [&](std::size_t i) { return count - 1 - i; });
    case SumOrder::Kind::correct_first:
      return terms.run(count, [&](std::size_t i) { return i == 0 ? marked : i <= marked ? i - 1 : i; });
    case SumOrder::Kind::pairwise: return pairwise_sum<V>(0, count, terms);
    case SumOrder::Kind::lanes: {
      const auto lanes = static_cast<std::size_t>(order.lane_count);
      return tree_by_halves(lanes, lane_sums<V>(lanes, count, terms), terms);
    }
    case SumOrder::Kind::butterfly: {
      std::vector<V> sums = lane_sums<V>(warp, count, terms);
      sums.resize(warp, exactly<V>(0));
      return tree_by_halves(warp, std::move(sums), terms);
    }
    case SumOrder::Kind::kahan: return terms.compensated();
    case SumOrder::Kind::exact: break;
  }
  return terms.exact();
}

/// s with the terms first, ..., count - 1 added to it, compensated; term_minus(k, c) is the rounded t_k - c.
template <Arithmetic A, class TermMinus>
typename A::Value compensated_sum(const A& a, typename A::Value s, std::size_t first, std::size_t count,
                                  const TermMinus& term_minus) {
  using V = typename A::Value;
  V c = exactly<V>(0);
  for (std::size_t k = first; k < count; ++k) {
    const V y = term_minus(k, c);
    V u = a.add(s, y);
    c = a.sub(a.sub(u, s), y);
    s = std::move(u);
  }
  return s;
}

/// Values as an engine adds them up.
template <Arithmetic A>
struct Terms {
  using V = typename A::Value;
  const A& a;
  std::span<const V> values;

  template <class Index>
  V run(std::size_t count, const Index& index) const {
    V total = a.convert(values[index(0)]);
    for (std::size_t i = 1; i < count; ++i) total = a.add(total, values[index(i)]);
    return total;
  }
  V join(const V& u, const V& v) const { return a.add(u, v); }
  V compensated() const {
    const auto term_minus = [&](std::size_t k, const V& c) { return a.sub(values[k], c); };
    return compensated_sum(a, a.convert(values[0]), 1, values.size(), term_minus);
  }
  V exact() const { return a.sum_exactly(values); }
};

}  // namespace detail

/// Sum of terms[0..n) in the engine's format. `marked` is the index that correct_first begins with. n >= 1.
template <Arithmetic A>
typename A::Value sum(const A& a, std::span<const typename A::Value> terms, const SumOrder& order, std::size_t marked) {
  assert(!terms.empty() && marked < terms.size());
  return detail::add_up<typename A::Value>(order, terms.size(), marked, detail::Terms<A>{a, terms});
}

namespace reference {

/// The same sum in any mode, with what its operations signal together; the empty sum is +0. Stochastic: the operation
/// number k, from 0, draws for part k of the mode's draw (see for_part), so that no two share random bits. They are
/// numbered as they are carried out: running sums from lane 0 up (the rounding of the first term is an operation), in a
/// tree each sum of sums after both of its operands, the left one before the right one.
Rounded sum(std::span<const Exact> terms, const Format& format, const Mode& mode, const SumOrder& order,
            std::size_t marked = 0);

}  // namespace reference
}  // namespace precipice
