#include <algorithm>
#include <cmath>

#include "precipice/training/random.hpp"
#include "precipice/training/shape.hpp"

namespace precipice {
namespace {

/// The values of one model, layer by layer. Every operation is in binary64.
class Start {
 public:
  Start(const Model& model, const Shape& shape, std::span<const std::uint32_t> labels, std::uint64_t seed)
      : features_(model.features),
        is_collapsed_(shape.has_free_features() && features_.start == FeatureStart::collapsed),
        classes_(shape.classes()),
        labels_(labels),
        seed_(seed),
        values_(shape.parameters) {
    for (const Layer& layer : shape.layers) {
      std::visit([&](const auto& kind) { set(kind, layer.width); }, layer.kind);
    }
  }

  std::vector<double> values() && { return std::move(values_); }

 private:
  void set(const DenseLayer& layer, std::size_t) {
    if (is_collapsed_) return collapse(layer);
    const Random random(seed_, Purpose::weights);
    const double bound = 1 / std::sqrt(static_cast<double>(layer.fan_in));
    const auto draw = [&](std::size_t first, std::size_t count) {
      for (std::size_t i = first; i < first + count; ++i) values_[i] = (2 * random.uniform(i) - 1) * bound;
    };
    draw(layer.weights_at, layer.fan_in * layer.fan_out);
    if (layer.biases_at) draw(*layer.biases_at, layer.fan_out);
  }

  void set(const NormalisationLayer& layer, std::size_t width) {
    if (layer.scales_at) std::fill_n(&values_[*layer.scales_at], width, 1.0);
  }

  void set(const FeatureTable& table, std::size_t width) {
    if (is_collapsed_) return collapse(table, width);
    const Random random(seed_, Purpose::features);
    for (std::size_t i = 0; i < table.rows * width; ++i) values_[table.features_at + i] = random.gaussian(i);
  }

  static void set(const ActivationLayer&, std::size_t) {}
  static void set(const ResidualLayer&, std::size_t) {}

  /// Side of the frames: features and classifier columns are this long per unit, so that their products differ by the
  /// margin.
  [[nodiscard]] double side() const { return std::sqrt(features_.margin); }

  /// Column k of the classifier: side (e_k - 1/K), on the first K coordinates. No bias.
  void collapse(const DenseLayer& layer) {
    const auto count = static_cast<double>(classes_);
    for (std::size_t j = 0; j < classes_; ++j) {
      for (std::size_t k = 0; k < classes_; ++k) {
        values_[layer.weights_at + j * layer.fan_out + k] = side() * ((j == k ? 1.0 : 0.0) - 1 / count);
      }
    }
  }

  /// A feature vector of class r: side (e_r - 1/K) + offset 1/sqrt(K), on the first K coordinates; where only what is
  /// positive reaches the classifier, side e_r + offset 1/sqrt(K). What all coordinates share meets no column.
  void collapse(const FeatureTable& table, std::size_t width) {
    const auto count = static_cast<double>(classes_);
    const double shared = features_.mean_offset / std::sqrt(count) - (features_.are_rectified ? 0.0 : side() / count);
    for (std::size_t i = 0; i < table.rows; ++i) {
      const std::size_t label = features_.owner == FeatureOwner::each_class ? i : labels_[i];
      double* const row = &values_[table.features_at + i * width];
      for (std::size_t j = 0; j < classes_; ++j) row[j] = (j == label ? side() : 0.0) + shared;
    }
  }

  const FreeFeatures& features_;
  bool is_collapsed_;
  std::size_t classes_;
  std::span<const std::uint32_t> labels_;
  std::uint64_t seed_;
  std::vector<double> values_;
};

}  // namespace

std::vector<double> initial_parameters(const Model& model, const Shape& shape, std::span<const std::uint32_t> labels,
                                       std::uint64_t seed) {
  return Start(model, shape, labels, seed).values();
}

}  // namespace precipice
