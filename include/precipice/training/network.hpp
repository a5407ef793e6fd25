#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/training/activation.hpp"
#include "precipice/training/matrix_products.hpp"
#include "precipice/training/normalisation.hpp"
#include "precipice/training/shape.hpp"
#include "precipice/training/sparse_rows.hpp"

namespace precipice {

/// What a network is shown: B samples.
template <class V>
struct Batch {
  MatrixView<const V> inputs;                        ///< B x inputs
  std::span<const std::uint32_t> feature_rows = {};  ///< of each sample; free features only

  [[nodiscard]] std::size_t samples() const { return inputs.rows; }
};

/// What one pass over up to B samples leaves behind, and its room.
template <class V>
struct Activations {
  std::vector<Matrix<V>> outputs;               ///< of each layer: B x width
  std::vector<Matrix<V>> normalised;            ///< of normalising layers: before scale and shift, B x width
  std::vector<ColumnStatistics<V>> statistics;  ///< of normalising layers
  std::array<std::vector<V>, 3> rooms;          ///< each for the widest layer
  SparseRows entries;                           ///< of the inputs, where zeros are skipped
  std::vector<V> products;                      ///< of one of them
  ProductRoom<V> product_room;

  Activations() = default;
  Activations(const Shape& shape, std::size_t samples)
      : normalised(shape.layers.size()), statistics(shape.layers.size()) {
    std::size_t widest = 0;
    for (std::size_t l = 0; l < shape.layers.size(); ++l) {
      const Layer& layer = shape.layers[l];
      outputs.emplace_back(samples, layer.width);
      if (std::holds_alternative<DenseLayer>(layer.kind)) continue;
      widest = std::max(widest, layer.width);
      if (!std::holds_alternative<NormalisationLayer>(layer.kind)) continue;
      normalised[l] = Matrix<V>(samples, layer.width);
      statistics[l] = ColumnStatistics<V>(std::max(samples, layer.width));
    }
    for (std::vector<V>& room : rooms) room.resize(samples * widest);
    const auto* const first = std::get_if<DenseLayer>(&shape.layers.front().kind);
    if (first == nullptr || first->most_entries == 0) return;
    entries.reserve(samples, samples * first->most_entries);
    products.resize(first->fan_out);
  }

  [[nodiscard]] ActivationRoom<V> room(std::size_t values) {
    return {std::span(rooms[0]).first(values), std::span(rooms[1]).first(values)};
  }
  [[nodiscard]] MatrixView<V> room(std::size_t which, std::size_t rows, std::size_t cols) {
    return {rooms[which].data(), rows, cols};
  }
};

/// The engines of a network, by what comes out.
template <Arithmetic A>
struct NetworkEngines {
  ProductEngines<A> products;
  A features, logits, gradients;

  NetworkEngines(const A& engine)  // NOLINT(google-explicit-constructor): the same for all
      : NetworkEngines(ProductEngines<A>{engine, engine}, engine, engine, engine) {}
  NetworkEngines(ProductEngines<A> of_products, A of_features, A of_logits, A of_gradients)
      : products(std::move(of_products)),
        features(std::move(of_features)),
        logits(std::move(of_logits)),
        gradients(std::move(of_gradients)) {}
};

/// A list of layers. In matrix products every product and partial sum is rounded by its engine (MatrixProducts); sums
/// run by rising index (fan_in forward, fan_out and samples backward), the bias is added last; a sum that becomes a
/// feature, a logit or a gradient as it is, without another operation, is rounded once more if these have another
/// format. All else that a layer computes is features forward (logits in the last layer) and gradients backward. The
/// gradient of a bias is no matrix product: it adds up gradients as they are, not as operands.
template <Arithmetic A>
class Network {
 public:
  using V = typename A::Value;

  Network(const NetworkEngines<A>& engines, Shape shape, std::size_t samples)
      : a_(engines), products_(engines.products), shape_(std::move(shape)) {
    for (const Layer& layer : shape_.layers) deltas_.emplace_back(samples, layer.width);
  }

  [[nodiscard]] const Shape& shape() const { return shape_; }

  /// Batch norms and centrings take the statistics of this batch.
  void forward(std::span<const V> parameters, const Batch<V>& batch, Activations<V>& activations) const {
    run(parameters, batch, activations, nullptr);
  }
  /// They take those of another pass.
  void forward_with(const Activations<V>& other, std::span<const V> parameters, const Batch<V>& batch,
                    Activations<V>& activations) const {
    run(parameters, batch, activations, &other);
  }

  /// What the classifier read: B x d.
  [[nodiscard]] MatrixView<const V> features(const Batch<V>& batch, const Activations<V>& activations) const {
    return input_of(shape_.layers.size() - 1, batch, activations);
  }

  /// logit_gradient: B x K -> parameter gradients, in the layout of the parameters. `activations` are those of forward.
  void backward(std::span<const V> parameters, const Batch<V>& batch, Activations<V>& activations,
                MatrixView<const V> logit_gradient, std::span<V> gradients) {
    MatrixView<const V> delta = logit_gradient;
    for (std::size_t l = shape_.layers.size(); l-- > 0;) {
      const Layer& layer = shape_.layers[l];
      const Place at{l, batch, activations, nullptr};
      // Without a layer below nothing asks for the gradient of what this one read.
      const MatrixView<V> below = l == 0 ? MatrixView<V>(nullptr, 0, 0) : deltas_[l - 1].top(batch.samples());
      std::visit([&](const auto& kind) { pull(kind, parameters, at, delta, below, gradients); }, layer.kind);
      if (l == 0) break;
      if (const auto residual = shape_.layers[l - 1].added_to) {
        each(a_.gradients, Elementwise::add,
             {all_of(below), all_of(std::as_const(deltas_[*residual]).top(batch.samples()))}, all_of(below));
      }
      delta = below;
    }
  }

 private:
  /// A layer in a pass.
  struct Place {
    std::size_t layer;
    const Batch<V>& batch;
    Activations<V>& activations;
    const Activations<V>* given;  ///< whose statistics of batches are taken; none: the batch's own
  };

  [[nodiscard]] static MatrixView<const V> input_of(std::size_t l, const Batch<V>& batch,
                                                    const Activations<V>& activations) {
    return l == 0 ? batch.inputs : activations.outputs[l - 1].top(batch.samples());
  }
  [[nodiscard]] static MatrixView<const V> input_of(const Place& at) {
    return input_of(at.layer, at.batch, at.activations);
  }
  [[nodiscard]] static MatrixView<const V> weights(const DenseLayer& layer, std::span<const V> parameters) {
    return {&parameters[layer.weights_at], layer.fan_in, layer.fan_out};
  }

  void run(std::span<const V> parameters, const Batch<V>& batch, Activations<V>& activations,
           const Activations<V>* given) const {
    for (std::size_t l = 0; l < shape_.layers.size(); ++l) {
      const Place at{l, batch, activations, given};
      const MatrixView<V> out = activations.outputs[l].top(batch.samples());
      std::visit([&](const auto& kind) { put(kind, parameters, at, out); }, shape_.layers[l].kind);
    }
  }

  // Dense.

  void put(const DenseLayer& layer, std::span<const V> parameters, const Place& at, MatrixView<V> out) const {
    const A& result = at.layer + 1 == shape_.layers.size() ? a_.logits : a_.features;
    ProductRoom<V>& room = at.activations.product_room;
    const MatrixView<const V> x = products_.operand(input_of(at), room.left),
                              of_layer = products_.operand(weights(layer, parameters), room.right);
    if (skips_zeros(layer)) at.activations.entries.find(x);
    if (skips_zeros(layer) && are_finite(all_of(of_layer))) {
      multiply_sparse<A>(products_.products(), products_.sums(), at.activations.entries, x, of_layer, out,
                         at.activations.products);
    } else {
      products_.multiply_into(x, of_layer, out, room);
    }
    if (layer.biases_at) {
      add_to_rows(result, parameters.subspan(*layer.biases_at, out.cols), out);
    } else {
      round_sums(result, all_of(out));
    }
  }

  void pull(const DenseLayer& layer, std::span<const V> parameters, const Place& at, MatrixView<const V> delta,
            MatrixView<V> below, std::span<V> gradients) const {
    ProductRoom<V>& room = at.activations.product_room;
    const MatrixView<V> of_weights(&gradients[layer.weights_at], layer.fan_in, layer.fan_out);
    const MatrixView<const V> x = products_.operand(input_of(at), room.left),
                              factor = products_.gradient_operand(delta, room.gradient);
    if (skips_zeros(layer) && are_finite(all_of(factor))) {
      multiply_sparse_transposed<A>(products_.products(), products_.sums(), at.activations.entries, x, factor,
                                    of_weights, at.activations.products);
    } else {
      products_.multiply_into(x.transposed(), factor, of_weights, room);
    }
    round_sums(a_.gradients, all_of(of_weights));
    if (layer.biases_at) {
      const std::span<V> of_biases = gradients.subspan(*layer.biases_at, layer.fan_out);
      products_.add_up_rows_into(delta, of_biases, room);
      round_sums(a_.gradients, of_biases);
    }
    if (at.layer == 0) return;
    products_.multiply_into(factor, products_.operand(weights(layer, parameters), room.right).transposed(), below,
                            room);
    round_sums(a_.gradients, all_of(below));
  }

  [[nodiscard]] bool skips_zeros(const DenseLayer& layer) const {
    return products_.skips_zeros() && layer.most_entries > 0;
  }

  // Activations.

  void put(const ActivationLayer& layer, std::span<const V>, const Place& at, MatrixView<V> out) const {
    activate<A>(a_.features, layer, all_of(input_of(at)), all_of(out), at.activations.room(all_of(out).size()));
  }

  void pull(const ActivationLayer& layer, std::span<const V>, const Place& at, MatrixView<const V> delta,
            MatrixView<V> below, std::span<V>) const {
    const MatrixView<const V> out = std::as_const(at.activations).outputs[at.layer].top(at.batch.samples());
    activation_gradient<A>(a_.gradients, layer, all_of(input_of(at)), all_of(out), all_of(delta), all_of(below),
                           at.activations.room(all_of(out).size()));
  }

  // Residual connections: what was added has its part of the gradient when its own layer's turn comes.

  void put(const ResidualLayer& layer, std::span<const V>, const Place& at, MatrixView<V> out) const {
    const MatrixView<const V> added = std::as_const(at.activations).outputs[layer.from].top(out.rows);
    each(a_.features, Elementwise::add, {all_of(input_of(at)), all_of(added)}, all_of(out));
  }

  void pull(const ResidualLayer&, std::span<const V>, const Place&, MatrixView<const V> delta, MatrixView<V> below,
            std::span<V>) const {
    std::ranges::copy(all_of(delta), all_of(below).begin());
  }

  // Free features: rows of the table, rounded into the format of features.

  void put(const FeatureTable& table, std::span<const V> parameters, const Place& at, MatrixView<V> out) const {
    for (std::size_t i = 0; i < out.rows; ++i) {
      const std::size_t row = table.features_at + at.batch.feature_rows[i] * out.cols;
      each(a_.features, Elementwise::convert, {parameters.subspan(row, out.cols)}, out.row(i));
    }
  }

  /// The gradient of a row is the sum over its samples, by rising index, as that of a bias is.
  void pull(const FeatureTable& table, std::span<const V>, const Place& at, MatrixView<const V> delta, MatrixView<V>,
            std::span<V> gradients) const {
    const MatrixView<V> of_table(&gradients[table.features_at], table.rows, delta.cols);
    products_.add_up_groups(delta, at.batch.feature_rows, of_table, at.activations.product_room);
    round_sums(a_.gradients, all_of(of_table));
  }

  // Normalisation.

  [[nodiscard]] static MatrixView<V> normalised(const Place& at) {
    return at.activations.normalised[at.layer].top(at.batch.samples());
  }

  void find_normalised(const NormalisationLayer& layer, const Place& at) const {
    const MatrixView<const V> x = input_of(at);
    ColumnStatistics<V>& statistics = at.activations.statistics[at.layer];
    if (layer.kind != Normalisation::layer_norm) {
      find_statistics<A>(a_.features, layer, x, statistics, normalised(at), at.activations.room(0, x.rows, x.cols));
      return divide_by_deviation<A>(a_.features, layer, statistics, normalised(at));
    }
    const MatrixView<V> columns = at.activations.room(0, x.cols, x.rows), y = at.activations.room(1, x.cols, x.rows);
    transpose<V>(x, columns);
    find_statistics<A>(a_.features, layer, columns, statistics, y, at.activations.room(2, x.cols, x.rows));
    divide_by_deviation<A>(a_.features, layer, statistics, y);
    transpose<V>(y, normalised(at));
  }

  void normalise_with(const NormalisationLayer& layer, const ColumnStatistics<V>& given, const Place& at) const {
    const MatrixView<const V> x = input_of(at);
    each_row<A>(a_.features, Elementwise::sub, x, std::span(given.mean).first(x.cols), normalised(at));
    divide_by_deviation<A>(a_.features, layer, given, normalised(at));
  }

  void put(const NormalisationLayer& layer, std::span<const V> parameters, const Place& at, MatrixView<V> out) const {
    if (at.given == nullptr || layer.kind == Normalisation::layer_norm) {
      find_normalised(layer, at);
    } else {
      normalise_with(layer, at.given->statistics[at.layer], at);
    }
    const MatrixView<const V> y = normalised(at);
    if (!layer.scales_at) {
      std::ranges::copy(all_of(y), all_of(out).begin());
      return;
    }
    each_row<A>(a_.features, Elementwise::mul, y, parameters.subspan(*layer.scales_at, out.cols), out);
    add_to_rows(a_.features, parameters.subspan(*layer.shifts_at, out.cols), out);
  }

  /// Scales: sum_i delta_ij y_ij, shifts: sum_i delta_ij, by rising i; then the scaled delta goes on.
  void pull(const NormalisationLayer& layer, std::span<const V> parameters, const Place& at, MatrixView<const V> delta,
            MatrixView<V> below, std::span<V> gradients) const {
    const MatrixView<const V> y = normalised(at);
    if (layer.scales_at) {
      const MatrixView<V> products = at.activations.room(0, y.rows, y.cols);
      each(a_.gradients, Elementwise::mul, {all_of(delta), all_of(y)}, all_of(products));
      add_up_rows(a_.gradients, products, gradients.subspan(*layer.scales_at, y.cols));
      add_up_rows(a_.gradients, delta, gradients.subspan(*layer.shifts_at, y.cols));
    }
    if (at.layer == 0) return;
    if (layer.scales_at) {
      each_row<A>(a_.gradients, Elementwise::mul, delta, parameters.subspan(*layer.scales_at, y.cols), below);
    } else {
      std::ranges::copy(all_of(delta), all_of(below).begin());
    }
    ColumnStatistics<V>& statistics = at.activations.statistics[at.layer];
    if (layer.kind != Normalisation::layer_norm) {
      const MatrixView<V> room = at.activations.room(0, y.rows, y.cols);
      return normalisation_gradient<A>(a_.gradients, layer, y, statistics, below, room);
    }
    const auto columns = [&](std::size_t which) { return at.activations.room(which, y.cols, y.rows); };
    transpose<V>(below, columns(0));
    transpose<V>(y, columns(1));
    normalisation_gradient<A>(a_.gradients, layer, columns(1), statistics, columns(0), columns(2));
    transpose<V>(columns(0), below);
  }

  /// What was added up becomes a result of another role.
  void round_sums(const A& result, std::span<V> sums) const {
    if (!are_alike(products_.results(), result)) each(result, Elementwise::convert, {sums}, sums);
  }

  NetworkEngines<A> a_;
  MatrixProducts<A> products_;
  Shape shape_;
  std::vector<Matrix<V>> deltas_;  // gradients of what each layer put out
};

}  // namespace precipice
