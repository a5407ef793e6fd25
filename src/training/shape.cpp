#include "precipice/training/shape.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace precipice {
namespace {

void describe(const DenseLayer& layer, std::size_t, std::vector<std::string>& parts) {
  parts.push_back(fmt::format("{} x {} weights", layer.fan_in, layer.fan_out));
  if (layer.biases_at) parts.push_back(fmt::format("{} biases", layer.fan_out));
}
void describe(const NormalisationLayer& layer, std::size_t width, std::vector<std::string>& parts) {
  if (layer.scales_at) parts.push_back(fmt::format("{} scales", width));
  if (layer.shifts_at) parts.push_back(fmt::format("{} shifts", width));
}
void describe(const FeatureTable& table, std::size_t width, std::vector<std::string>& parts) {
  parts.push_back(fmt::format("{} x {} features", table.rows, width));
}
void describe(const ActivationLayer&, std::size_t, std::vector<std::string>&) {}
void describe(const ResidualLayer&, std::size_t, std::vector<std::string>&) {}

}  // namespace

Shape::Shape(const Model& model, std::size_t samples, std::size_t inputs, std::size_t classes) {
  if (model.name == ModelName::unconstrained_features) add_features(model, samples, classes);
  if (model.name == ModelName::mlp) add_hidden(model, inputs);
  const std::size_t features = layers.empty() ? inputs : layers.back().width;
  if (model.where == NormalisedPlace::classifier) add_normalisation(model, features);
  add_dense(features, classes, model.biases == Biases::all || model.biases == Biases::classifier);
}

void Shape::add_dense(std::size_t fan_in, std::size_t fan_out, bool has_biases) {
  DenseLayer layer{fan_in, fan_out, parameters, {}, 0};
  parameters += fan_in * fan_out;
  if (has_biases) {
    layer.biases_at = parameters;
    parameters += fan_out;
  }
  layers.push_back({layer, fan_out, {}});
}

void Shape::add_normalisation(const Model& model, std::size_t width) {
  if (model.normalisation == Normalisation::none) return;
  NormalisationLayer layer{model.normalisation, model.epsilon, {}, {}};
  if (model.is_affine && model.normalisation != Normalisation::centring) {
    layer.scales_at = parameters;
    layer.shifts_at = parameters + width;
    parameters += 2 * width;
  }
  layers.push_back({layer, width, {}});
}

void Shape::add_activation(const Model& model, Activation function, std::size_t width) {
  if (model.where == NormalisedPlace::activations) add_normalisation(model, width);
  layers.push_back({ActivationLayer{function, model.slope}, width, {}});
}

void Shape::add_hidden(const Model& model, std::size_t inputs) {
  std::size_t fan_in = inputs;
  for (const std::int64_t units : model.hidden) {
    const auto fan_out = static_cast<std::size_t>(units);
    const std::size_t before = layers.size();  // of layers; the last of them put out what this block reads
    add_dense(fan_in, fan_out, model.biases == Biases::all || model.biases == Biases::hidden);
    add_activation(model, model.activation, fan_out);
    if (model.residual == Residual::add && before > 0) {
      layers[before - 1].added_to = layers.size();
      layers.push_back({ResidualLayer{before - 1}, fan_out, {}});
    }
    fan_in = fan_out;
  }
}

void Shape::add_features(const Model& model, std::size_t samples, std::size_t classes) {
  const auto width = static_cast<std::size_t>(model.features.width);
  const FeatureTable table{model.features.owner == FeatureOwner::each_sample ? samples : classes, parameters};
  parameters += table.rows * width;
  layers.push_back({table, width, {}});
  if (model.features.rate != 1) groups.push_back({table.features_at, table.rows * width, model.features.rate});
  if (model.features.are_rectified) add_activation(model, Activation::relu, width);
}

void Shape::expect_entries(std::size_t most) {
  constexpr std::size_t worth = 16;  // times an entry costs what one of a product in blocks costs, roughly
  auto* const first = std::get_if<DenseLayer>(&layers.front().kind);
  if (first != nullptr && most * worth <= first->fan_in) first->most_entries = most;
}

bool Shape::reads_the_batch() const {
  return std::ranges::any_of(layers, [](const Layer& layer) {
    const auto* const norm = std::get_if<NormalisationLayer>(&layer.kind);
    return norm != nullptr && norm->kind != Normalisation::layer_norm;
  });
}

std::vector<DenseLayer> Shape::dense() const {
  std::vector<DenseLayer> all;
  for (const Layer& layer : layers) {
    if (const auto* const dense = std::get_if<DenseLayer>(&layer.kind)) all.push_back(*dense);
  }
  return all;
}

std::string layout_of(const Shape& shape) {
  std::vector<std::string> parts;
  for (const Layer& layer : shape.layers) {
    std::visit([&](const auto& kind) { describe(kind, layer.width, parts); }, layer.kind);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace precipice
