#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "precipice/training/model.hpp"

namespace precipice {

// The layers of a network. In all of them B is the number of samples, a layer puts out B x width, and reads what the
// layer before it put out. Numbers that end in _at say where parameters begin in the flat array of all.

/// x W + b: B x fan_in -> B x fan_out; W is fan_in x fan_out, row by row.
struct DenseLayer {
  std::size_t fan_in, fan_out, weights_at;
  std::optional<std::size_t> biases_at;
  /// Where the zeros among its inputs are skipped: the most inputs of a sample that are none; 0: they are not skipped.
  std::size_t most_entries = 0;
};

/// A function of each element.
struct ActivationLayer {
  Activation function;
  double slope;
};

/// Less a mean, over a deviation, times a scale, plus a shift; as far as the kind has them.
struct NormalisationLayer {
  Normalisation kind;
  double epsilon;
  std::optional<std::size_t> scales_at, shifts_at;
};

/// What layer `from` put out is added: x + h_from.
struct ResidualLayer {
  std::size_t from;
};

/// Puts out rows of a table of parameters, one for each sample.
struct FeatureTable {
  std::size_t rows, features_at;
};

struct Layer {
  std::variant<DenseLayer, ActivationLayer, NormalisationLayer, ResidualLayer, FeatureTable> kind;
  std::size_t width;
  std::optional<std::size_t> added_to;  ///< the residual layer that also reads what this one puts out
};

/// Parameters with a learning rate of their own, as a multiple of the optimiser's.
struct ParameterGroup {
  std::size_t first, count;
  double rate;
};

/// Legend of a network: its layers in order, and where their parameters lie in one flat array, layer after layer, each
/// weights then biases, scales then shifts.
struct Shape {
  std::vector<Layer> layers;
  std::size_t parameters = 0;
  std::vector<ParameterGroup> groups;  ///< those whose rate is not 1

  /// Precondition: !misfit_of(model, classes). `samples`: of the training set.
  Shape(const Model& model, std::size_t samples, std::size_t inputs, std::size_t classes);

  /// Says how many inputs of a sample are not zero, at most. Few of them are added up one by one.
  void expect_entries(std::size_t most);

  [[nodiscard]] const DenseLayer& classifier() const { return std::get<DenseLayer>(layers.back().kind); }
  [[nodiscard]] std::size_t classes() const { return layers.back().width; }
  /// Whether samples are known by their features alone.
  [[nodiscard]] bool has_free_features() const { return std::holds_alternative<FeatureTable>(layers.front().kind); }
  /// Whether what a sample becomes depends on the others of its batch.
  [[nodiscard]] bool reads_the_batch() const;
  /// The dense layers in order.
  [[nodiscard]] std::vector<DenseLayer> dense() const;

 private:
  void add_dense(std::size_t fan_in, std::size_t fan_out, bool has_biases);
  void add_normalisation(const Model& model, std::size_t width);
  void add_activation(const Model& model, Activation function, std::size_t width);
  void add_hidden(const Model& model, std::size_t inputs);
  void add_features(const Model& model, std::size_t samples, std::size_t classes);
};

/// What the parameters are, in order: "64 x 32 weights, 32 biases, 32 x 10 weights, 10 biases". Parameters of one
/// layout mean the same.
std::string layout_of(const Shape& shape);

/// Parameters at the start, in binary64. Weights and biases are uniform in +-1/sqrt(fan_in) (PyTorch's default),
/// parameter i a function of (seed, i); scales are 1, shifts 0; free features as their start says. `labels`: of the
/// training samples.
std::vector<double> initial_parameters(const Model& model, const Shape& shape, std::span<const std::uint32_t> labels,
                                       std::uint64_t seed);

}  // namespace precipice
