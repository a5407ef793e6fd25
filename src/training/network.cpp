#include "precipice/training/network.hpp"

#include <cmath>

#include "precipice/training/random.hpp"

namespace precipice {

Shape::Shape(std::size_t inputs, const std::vector<std::int64_t>& hidden, std::size_t classes) {
  std::size_t fan_in = inputs;
  const auto add = [&](std::size_t fan_out) {
    layers.push_back({fan_in, fan_out, parameters, parameters + fan_in * fan_out});
    parameters += (fan_in + 1) * fan_out;
    fan_in = fan_out;
  };
  for (const std::int64_t units : hidden) add(static_cast<std::size_t>(units));
  add(classes);
}

std::vector<double> initial_parameters(const Shape& shape, std::uint64_t seed) {
  const Random random(seed, Purpose::weights);
  std::vector<double> values(shape.parameters);
  for (const Shape::Layer& layer : shape.layers) {
    const double bound = 1 / std::sqrt(static_cast<double>(layer.fan_in));
    for (std::size_t i = layer.weights; i < layer.biases + layer.fan_out; ++i) {
      values[i] = (2 * random.uniform(i) - 1) * bound;
    }
  }
  return values;
}

}  // namespace precipice
