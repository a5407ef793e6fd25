#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/training/optimizer_settings.hpp"
#include "precipice/training/update_passes.hpp"

namespace precipice {

/// The sum of the squares of all gradients, each square and each partial sum rounded, in the order lanes:16 of SumOrder
/// over the flat array: lane j adds up the squares j, j + 16, j + 32, ..., and the lanes meet in a tree by halves.
/// `squares` is room for as many numbers as there are gradients, at least one.
template <Arithmetic A, class V = typename A::Value>
V sum_of_squares(const A& a, std::span<const V> gradients, std::span<V> squares) {
  constexpr std::size_t lanes = 16;
  each(a, Elementwise::mul, {gradients, gradients}, squares);
  const std::size_t rows = squares.size() / lanes, used = std::min(lanes, squares.size());
  std::array<V, lanes> sums{};
  // No square is -0: a sum that starts at +0 is one that starts with its first term.
  add_up_rows(a, MatrixView<const V>(squares.data(), rows, lanes), std::span<V>(sums));
  for (std::size_t i = rows * lanes; i < squares.size(); ++i) {
    V& sum = sums[i - rows * lanes];
    sum = rows == 0 ? squares[i] : a.add(sum, squares[i]);
  }
  for (std::size_t half = lanes / 2; half > 0; half /= 2) {
    for (std::size_t j = 0; j < half && j + half < used; ++j) sums[j] = a.add(sums[j], sums[j + half]);
  }
  return sums[0];
}

/// What is done to the gradients before an optimiser sees them: clipping by value (torch.nn.utils.clip_grad_value_),
/// then by norm (clip_grad_norm_), then weight decay that is no part of the optimiser. All results are gradients: every
/// operation is rounded in their format.
template <Arithmetic A>
class GradientTreatment {
 public:
  using V = typename A::Value;
  GradientTreatment(A of_gradients, const Optimizer& settings, std::size_t parameters)
      : a_(std::move(of_gradients)), settings_(settings), squares_(settings.clip_norm != 0 ? parameters : 0) {}

  void apply(std::span<const V> parameters, std::span<V> gradients) {
    if (settings_.clip_value != 0) clip_values(gradients);
    if (settings_.clip_norm != 0) clip_norm(gradients);
    const bool is_decoupled = settings_.name == OptimizerName::adamw;
    if (settings_.weight_decay == 0 || is_decoupled) return;
    add_multiple(a_, exactly<V>(settings_.weight_decay), parameters, gradients);  // g + decay w
  }

 private:
  /// A gradient beyond +-limit becomes the limit, rounded. NaN stays.
  void clip_values(std::span<V> gradients) const {
    const V highest = exactly<V>(settings_.clip_value), lowest = exactly<V>(-settings_.clip_value);
    const V high = a_.convert(highest), low = a_.convert(lowest);
    for (V& g : gradients) {
      if (is_less(highest, g)) {
        g = high;
      } else if (is_less(g, lowest)) {
        g = low;
      }
    }
  }

  /// g <- g min(1, limit / (norm + 1e-6)).
  void clip_norm(std::span<V> gradients) {
    const V norm = a_.sqrt(sum_of_squares(a_, std::span<const V>(gradients), std::span(squares_)));
    V factor = a_.div(exactly<V>(settings_.clip_norm), a_.add(norm, exactly<V>(1e-6)));
    if (is_less(exactly<V>(1), factor)) factor = exactly<V>(1);
    each(a_, Elementwise::mul, {gradients, std::span<const V>(&factor, 1)}, gradients);
  }

  A a_;
  Optimizer settings_;
  std::vector<V> squares_;
};

}  // namespace precipice
