#pragma once

#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/training/shape.hpp"

// Normalisation of columns, forward beside backward: n x m values, each column less its mean, over its deviation.
// BatchNorm and centring take samples x features, LayerNorm features x samples. Every operation is rounded by the one
// engine given; sums run down a column, ((0 + x_1) + x_2) + ...

namespace precipice {

/// Of each column, and room for its gradients' means.
template <class V>
struct ColumnStatistics {
  std::vector<V> mean, deviation, of_gradient, of_product;

  ColumnStatistics() = default;
  explicit ColumnStatistics(std::size_t columns)
      : mean(columns), deviation(columns), of_gradient(columns), of_product(columns) {}
};

/// out(i, j) = operation(x(i, j), y[j]); out may be x.
template <Arithmetic A>
void each_row(const A& a, Elementwise operation, MatrixView<const typename A::Value> x,
              std::span<const typename A::Value> y, MatrixView<typename A::Value> out) {
  for (std::size_t i = 0; i < out.rows; ++i) each(a, operation, {x.row(i), y}, out.row(i));
}

template <class V>
std::span<V> all_of(MatrixView<V> rows) {
  return {rows.data, rows.rows * rows.cols};
}

/// means[j] = (sum of column j) / n
template <Arithmetic A>
void column_means(const A& a, MatrixView<const typename A::Value> x, std::span<typename A::Value> means) {
  using V = typename A::Value;
  const V count = exactly<V>(static_cast<double>(x.rows));
  add_up_rows(a, x, means);
  each(a, Elementwise::div, {means, std::span(&count, 1)}, means);
}

/// mean_j = (sum_i x_ij) / n; c_ij = x_ij - mean_j; deviation_j = sqrt((sum_i c_ij c_ij) / n + epsilon). `room` and
/// `centred` are of x's size; centred holds c afterwards.
template <Arithmetic A>
void find_statistics(const A& a, const NormalisationLayer& layer, MatrixView<const typename A::Value> x,
                     ColumnStatistics<typename A::Value>& of, MatrixView<typename A::Value> centred,
                     MatrixView<typename A::Value> room) {
  using V = typename A::Value;
  const auto mean = std::span(of.mean).first(x.cols), deviation = std::span(of.deviation).first(x.cols);
  column_means(a, x, mean);
  each_row<A>(a, Elementwise::sub, x, mean, centred);
  if (layer.kind == Normalisation::centring) return;
  const V epsilon = exactly<V>(layer.epsilon);
  each(a, Elementwise::mul, {all_of(centred), all_of(centred)}, all_of(room));
  column_means<A>(a, room, deviation);
  each(a, Elementwise::add, {deviation, std::span(&epsilon, 1)}, deviation);
  each(a, Elementwise::sqrt, {deviation}, deviation);
}

/// centred <- centred / deviation, where the kind has one.
template <Arithmetic A>
void divide_by_deviation(const A& a, const NormalisationLayer& layer, const ColumnStatistics<typename A::Value>& of,
                         MatrixView<typename A::Value> centred) {
  if (layer.kind == Normalisation::centring) return;
  each_row<A>(a, Elementwise::div, centred, std::span(of.deviation).first(centred.cols), centred);
}

/// delta, the gradient of the normalised columns y, becomes that of x:
/// ((delta_ij - (sum_i delta_ij) / n) - y_ij ((sum_i delta_ij y_ij) / n)) / deviation_j; of centring the first bracket.
template <Arithmetic A>
void normalisation_gradient(const A& a, const NormalisationLayer& layer, MatrixView<const typename A::Value> y,
                            ColumnStatistics<typename A::Value>& of, MatrixView<typename A::Value> delta,
                            MatrixView<typename A::Value> room) {
  const auto of_gradient = std::span(of.of_gradient).first(y.cols), of_product = std::span(of.of_product).first(y.cols);
  column_means<A>(a, delta, of_gradient);
  if (layer.kind != Normalisation::centring) {
    each(a, Elementwise::mul, {all_of(delta), all_of(y)}, all_of(room));
    column_means<A>(a, room, of_product);
  }
  each_row<A>(a, Elementwise::sub, delta, of_gradient, delta);
  if (layer.kind == Normalisation::centring) return;
  each_row<A>(a, Elementwise::mul, y, of_product, room);
  each(a, Elementwise::sub, {all_of(delta), all_of(room)}, all_of(delta));
  divide_by_deviation(a, layer, of, delta);
}

}  // namespace precipice
