#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice {

/// Shapes of a multi-layer perceptron and where each layer's parameters lie in one flat array:
/// weights fan_in x fan_out row by row, then fan_out biases, layer after layer.
struct Shape {
  struct Layer {
    std::size_t fan_in, fan_out, weights, biases;
  };
  std::vector<Layer> layers;
  std::size_t parameters = 0;

  Shape(std::size_t inputs, const std::vector<std::int64_t>& hidden, std::size_t classes);
  [[nodiscard]] std::size_t inputs() const { return layers.front().fan_in; }
  [[nodiscard]] std::size_t classes() const { return layers.back().fan_out; }
};

/// Uniform in +-1/sqrt(fan_in), weights and biases alike (PyTorch's default), in binary64; parameter i is a function of
/// (seed, i).
std::vector<double> initial_parameters(const Shape& shape, std::uint64_t seed);

/// What one pass over B samples leaves behind: outputs[l] is B x fan_out of layer l, after its ReLU but for the last
/// (the logits).
template <class V>
struct Activations {
  std::vector<Matrix<V>> outputs;

  Activations() = default;
  Activations(const Shape& shape, std::size_t samples) {
    for (const Shape::Layer& layer : shape.layers) outputs.emplace_back(samples, layer.fan_out);
  }
};

/// The engines of a network, by what comes out.
template <Arithmetic A>
struct NetworkEngines {
  A products, sums, features, logits, gradients;

  NetworkEngines(const A& engine)  // NOLINT(google-explicit-constructor): the same for all
      : NetworkEngines(engine, engine, engine, engine, engine) {}
  NetworkEngines(A of_products, A of_sums, A of_features, A of_logits, A of_gradients)
      : products(std::move(of_products)),
        sums(std::move(of_sums)),
        features(std::move(of_features)),
        logits(std::move(of_logits)),
        gradients(std::move(of_gradients)) {}
};

/// Multi-layer perceptron h <- max(0, h W + b), logits z = h W + b. Every product, partial sum and bias addition is
/// rounded by its engine; sums run by rising index (fan_in forward, fan_out and samples backward), the bias is added
/// last. A sum that becomes a gradient is rounded once more if gradients have another format.
template <Arithmetic A>
class Perceptron {
 public:
  using V = typename A::Value;

  Perceptron(const NetworkEngines<A>& engines, Shape shape, std::size_t samples)
      : a_(engines),
        rounds_gradients_(!are_alike(engines.sums, engines.gradients)),
        shape_(std::move(shape)),
        gradient_(shape_, samples) {}

  [[nodiscard]] const Shape& shape() const { return shape_; }

  /// inputs: B x fan_in of the first layer.
  void forward(std::span<const V> parameters, MatrixView<const V> inputs, Activations<V>& activations) const {
    for (std::size_t l = 0; l < shape_.layers.size(); ++l) {
      const MatrixView<V> out = activations.outputs[l].top(inputs.rows);
      const MatrixView<const V> in = l == 0 ? inputs : std::as_const(activations.outputs[l - 1]).top(inputs.rows);
      const bool is_last = l + 1 == shape_.layers.size();
      multiply(a_.products, a_.sums, in, weights(parameters, l), out);
      add_to_rows(is_last ? a_.logits : a_.features, parameters.subspan(shape_.layers[l].biases, out.cols), out);
      if (!is_last) rectify(out);
    }
  }

  /// logit_gradient: B x K -> parameter gradients, in the layout of the parameters. `activations` are those of forward.
  void backward(std::span<const V> parameters, MatrixView<const V> inputs, const Activations<V>& activations,
                MatrixView<const V> logit_gradient, std::span<V> gradients) {
    MatrixView<const V> delta = logit_gradient;
    for (std::size_t l = shape_.layers.size(); l-- > 0;) {
      const Shape::Layer& layer = shape_.layers[l];
      const MatrixView<const V> in = l == 0 ? inputs : activations.outputs[l - 1].top(inputs.rows);
      const MatrixView<V> of_weights(&gradients[layer.weights], layer.fan_in, layer.fan_out);
      multiply(a_.products, a_.sums, in.transposed(), delta, of_weights);
      add_up_rows(a_.sums, delta, gradients.subspan(layer.biases, delta.cols));
      if (l == 0) break;
      const MatrixView<V> below = gradient_.outputs[l - 1].top(inputs.rows);
      multiply(a_.products, a_.sums, delta, weights(parameters, l).transposed(), below);
      round_gradients({below.data, below.rows * below.cols});
      pass_where_positive(in, below);
      delta = below;
    }
    round_gradients(gradients);
  }

 private:
  [[nodiscard]] MatrixView<const V> weights(std::span<const V> parameters, std::size_t l) const {
    const Shape::Layer& layer = shape_.layers[l];
    return {&parameters[layer.weights], layer.fan_in, layer.fan_out};
  }

  void round_gradients(std::span<V> sums) const {
    if (rounds_gradients_) each(a_.gradients, Elementwise::convert, {sums}, sums);
  }

  /// max(0, x); NaN stays, -0 becomes +0.
  static void rectify(MatrixView<V> out) {
    const V zero{};
    for (std::size_t i = 0; i < out.rows; ++i) {
      for (std::size_t j = 0; j < out.cols; ++j) {
        if (is_less(out(i, j), zero) || is_zero(out(i, j))) out(i, j) = zero;
      }
    }
  }

  static void pass_where_positive(MatrixView<const V> activation, MatrixView<V> gradient) {
    const V zero{};
    for (std::size_t i = 0; i < gradient.rows; ++i) {
      for (std::size_t j = 0; j < gradient.cols; ++j) {
        if (is_zero(activation(i, j))) gradient(i, j) = zero;
      }
    }
  }

  NetworkEngines<A> a_;
  bool rounds_gradients_;
  Shape shape_;
  Activations<V> gradient_;  // of the hidden layers' outputs
};

}  // namespace precipice
