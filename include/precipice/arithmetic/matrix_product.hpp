#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/native.hpp"

namespace precipice {

template <class V>
void check_product_shapes([[maybe_unused]] MatrixView<const V> left, [[maybe_unused]] MatrixView<const V> right,
                          [[maybe_unused]] MatrixView<V> out) {
  assert(left.cols == right.rows && out.rows == left.rows && out.cols == right.cols);
}

/// out = left right, every product rounded by `products` and every partial sum by `sums`: out(i, j) = (((0 + l(i,0)
/// r(0,j)) + l(i,1) r(1,j)) + ...), k rising. out overlaps neither factor.
template <Arithmetic P, Arithmetic A>
requires std::same_as<typename P::Value, typename A::Value>
void multiply(const P& products, const A& sums, MatrixView<const typename A::Value> left,
              MatrixView<const typename A::Value> right, MatrixView<typename A::Value> out) {
  using V = typename A::Value;
  check_product_shapes<V>(left, right, out);
  for (std::size_t i = 0; i < out.rows; ++i) {
    for (std::size_t j = 0; j < out.cols; ++j) {
      V sum{};
      for (std::size_t k = 0; k < left.cols; ++k) sum = sums.add(sum, products.mul(left(i, k), right(k, j)));
      out(i, j) = std::move(sum);
    }
  }
}

/// The same with exact products: out(i, j) = fma(l(i,1), r(1,j), fma(l(i,0), r(0,j), 0)) ...
template <Arithmetic A>
void multiply_fused(const A& sums, MatrixView<const typename A::Value> left, MatrixView<const typename A::Value> right,
                    MatrixView<typename A::Value> out) {
  using V = typename A::Value;
  check_product_shapes<V>(left, right, out);
  for (std::size_t i = 0; i < out.rows; ++i) {
    for (std::size_t j = 0; j < out.cols; ++j) {
      V sum{};
      for (std::size_t k = 0; k < left.cols; ++k) sum = sums.fma(left(i, k), right(k, j), sum);
      out(i, j) = std::move(sum);
    }
  }
}

/// The same bits, in vectors: columns of the result side by side, so the order of k is untouched.
template <std::floating_point T>
void multiply(const Carried<T>& products, const Carried<T>& sums, MatrixView<const std::type_identity_t<T>> left,
              MatrixView<const std::type_identity_t<T>> right, MatrixView<std::type_identity_t<T>> out);
template <std::floating_point T>
void multiply_fused(const Carried<T>& sums, MatrixView<const std::type_identity_t<T>> left,
                    MatrixView<const std::type_identity_t<T>> right, MatrixView<std::type_identity_t<T>> out);
void multiply(const Native<double>& a, MatrixView<const double> left, MatrixView<const double> right,
              MatrixView<double> out);
void multiply(const Native<double>& products, const Carried<double>& sums, MatrixView<const double> left,
              MatrixView<const double> right, MatrixView<double> out);
void multiply(const Carried<double>& products, const Native<double>& sums, MatrixView<const double> left,
              MatrixView<const double> right, MatrixView<double> out);
void multiply_fused(const Native<double>& sums, MatrixView<const double> left, MatrixView<const double> right,
                    MatrixView<double> out);
void multiply(const Native<float>& a, MatrixView<const float> left, MatrixView<const float> right,
              MatrixView<float> out);

/// Products and sums in one format.
template <Arithmetic A>
void multiply(const A& a, MatrixView<const typename A::Value> left, MatrixView<const typename A::Value> right,
              MatrixView<typename A::Value> out) {
  multiply(a, a, left, right, out);
}

}  // namespace precipice
