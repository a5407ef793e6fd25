#pragma once

#include <span>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/training/network.hpp"

namespace precipice {

/// Takes from the weights of a classifier, d x K, their mean over the classes, so that W_G = 0 but for rounding:
///
///   s = ((0 + w_j0) + w_j1) + ... + w_j,K-1,  m = s / K,  w_jk <- w_jk - m
///
/// for each feature j, every operation rounded in the format of the parameters. Biases stay.
template <Arithmetic A>
class Centring {
 public:
  using V = typename A::Value;
  Centring(A of_parameters, const DenseLayer& classifier)
      : a_(std::move(of_parameters)),
        classifier_(classifier),
        by_class_(classifier.fan_out, classifier.fan_in),
        means_(classifier.fan_in) {}

  void apply(std::span<V> parameters) {
    const MatrixView<V> weights(&parameters[classifier_.weights_at], classifier_.fan_in, classifier_.fan_out);
    transpose<V>(weights, by_class_.view());
    const V classes = exactly<V>(static_cast<double>(classifier_.fan_out));
    add_up_rows(a_, std::as_const(by_class_).view(), std::span(means_));
    each(a_, Elementwise::div, {means_, std::span(&classes, 1)}, std::span(means_));
    for (std::size_t k = 0; k < weights.cols; ++k) {
      const std::span<V> of_class(by_class_.row(k), weights.rows);
      each(a_, Elementwise::sub, {of_class, means_}, of_class);
    }
    transpose<V>(std::as_const(by_class_).view(), weights);
  }

 private:
  A a_;
  DenseLayer classifier_;
  Matrix<V> by_class_;  // K x d: vectors run across features
  std::vector<V> means_;
};

}  // namespace precipice
