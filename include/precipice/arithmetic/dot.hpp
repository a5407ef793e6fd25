#pragma once

#include <cassert>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "precipice/arithmetic/accumulation.hpp"
#include "precipice/arithmetic/sum.hpp"
#include "precipice/rounding/round.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// x[0] y[0] + x[1] y[1] + ...: every product rounded by the engine `products`, their sum by `sums`. n >= 1.
template <Arithmetic P, Arithmetic A>
requires std::same_as<typename P::Value, typename A::Value>
typename A::Value dot(const P& products, const A& sums, std::span<const typename A::Value> x,
                      std::span<const typename A::Value> y, const SumOrder& order, std::size_t marked = 0) {
  assert(x.size() == y.size());
  std::vector<typename A::Value> terms;
  terms.reserve(x.size());
  for (std::size_t k = 0; k < x.size(); ++k) terms.push_back(products.mul(x[k], y[k]));
  return sum<A>(sums, terms, order, marked);
}

/// The operands of start + x[0] y[0] + x[1] y[1] + ...
struct DotOperands {
  std::span<const Exact> x, y;  ///< of equal length
  /// The running sum that comes first (in lanes that of lane 0; in a pairwise sum that of the first product) begins
  /// with it, as it is, instead of with its first product. Without it and without products the sum is +0.
  std::optional<Exact> start = {};
  std::size_t marked = 0;  ///< the product that correct_first begins with
};

namespace reference {

/// A dot product whose running sums are of `format` and round as `mode` says, with what its operations signal together.
/// In a compensated sum the difference t - c takes the exact product too. Where factors are flushed as operands of
/// `format`, exact products are not. Stochastic: products that are rounded by themselves are the operations 0, 1, ...
/// by index; those that add them up follow in the order given at `sum`. Each draws from the draw of its own mode.
/// Throws ConfigError if `how` is refused.
Rounded dot(const DotOperands& operands, const Accumulation& how, const Format& format, const Mode& mode);

}  // namespace reference
}  // namespace precipice
#pragma GCC visibility pop
