#include "precipice/training/network.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "precipice/arithmetic/reference.hpp"
#include "training/derivatives.hpp"

using namespace precipice;
using testing::Derivatives;

namespace {

Model mlp(std::vector<std::int64_t> hidden) {
  Model model;
  model.hidden = std::move(hidden);
  return model;
}

constexpr std::array all_activations{Activation::relu, Activation::leaky_relu, Activation::gelu, Activation::tanh};
constexpr std::array all_normalisations{Normalisation::none, Normalisation::layer_norm, Normalisation::batch_norm,
                                        Normalisation::centring};
constexpr std::array all_places{NormalisedPlace::classifier, NormalisedPlace::activations};

}  // namespace

TEST_CASE("backward is the derivative of forward: widths and biases") {
  for (const std::vector<std::int64_t>& hidden : {std::vector<std::int64_t>{}, {6}, {5, 4}}) {
    for (const Biases biases : {Biases::all, Biases::none, Biases::hidden, Biases::classifier}) {
      Model model = mlp(hidden);
      model.biases = biases;
      CAPTURE(hidden.size());
      CAPTURE(static_cast<int>(biases));
      Derivatives(model).check();
    }
  }
  Model linear;
  linear.name = ModelName::linear;
  Derivatives(linear).check();
}

TEST_CASE("backward is the derivative of forward: activations, with residual connections and without") {
  for (const Activation activation : all_activations) {
    for (const Residual residual : {Residual::none, Residual::add}) {
      Model model = mlp({4, 4, 4});
      model.activation = activation;
      model.slope = 0.25;
      model.residual = residual;
      CAPTURE(static_cast<int>(activation));
      CAPTURE(static_cast<int>(residual));
      Derivatives(model).check();
    }
  }
}

TEST_CASE("backward is the derivative of forward: normalisations before the classifier and before activations") {
  for (const Normalisation normalisation : all_normalisations) {
    for (const NormalisedPlace where : all_places) {
      for (const bool is_affine : {true, false}) {
        Model model = mlp({4, 4});
        model.activation = Activation::tanh;
        model.residual = Residual::add;
        model.normalisation = normalisation;
        model.where = where;
        model.is_affine = is_affine;
        CAPTURE(static_cast<int>(normalisation));
        CAPTURE(static_cast<int>(where));
        CAPTURE(is_affine);
        Derivatives(model).check();
        if (where == NormalisedPlace::activations) continue;
        model.name = ModelName::linear;
        Derivatives(model).check();
      }
    }
  }
}

TEST_CASE("backward is the derivative of forward: free features of samples and of classes") {
  for (const FeatureOwner owner : {FeatureOwner::each_sample, FeatureOwner::each_class}) {
    for (const bool are_rectified : {false, true}) {
      for (const Normalisation normalisation : all_normalisations) {
        for (const NormalisedPlace where : all_places) {
          Model model;
          model.name = ModelName::unconstrained_features;
          model.features.width = 5;
          model.features.owner = owner;
          model.features.are_rectified = are_rectified;
          model.normalisation = normalisation;
          model.where = where;
          CAPTURE(static_cast<int>(owner));
          CAPTURE(are_rectified);
          CAPTURE(static_cast<int>(normalisation));
          if (!misfit_of(model, 4)) Derivatives(model).check();
        }
      }
    }
  }
}

TEST_CASE("parameters lie layer after layer, weights then biases, within +-1/sqrt(fan_in)") {
  const Model model = mlp({32, 32});
  const Shape shape(model, 50, 64, 10);
  const std::vector<DenseLayer> dense = shape.dense();
  CHECK(shape.parameters == 64 * 32 + 32 + 32 * 32 + 32 + 32 * 10 + 10);
  CHECK(dense[1].weights_at == 64 * 32 + 32);
  CHECK(*dense[2].biases_at == shape.parameters - 10);
  const std::vector<double> w = initial_parameters(model, shape, {}, 0);
  for (std::size_t i = 0; i < dense[1].weights_at; ++i) REQUIRE(std::fabs(w[i]) <= 0.125);
  CHECK(w != initial_parameters(model, shape, {}, 1));
}

TEST_CASE("ReLU passes no negative zero on and stops the gradient at zero") {
  const Shape shape(mlp({1}), 1, 1, 2);
  Network<Native<double>> network(NetworkEngines(Native<double>{}), shape, 1);
  const std::vector<double> parameters{1, -1, 2, 3, 0, 0};  // h = max(0, x - 1), z = (2 h, 3 h)
  Matrix<double> x(1, 1);
  x(0, 0) = 1;  // exactly at the kink
  Activations<double> activations(shape, 1);
  const Batch<double> batch{std::as_const(x).view()};
  network.forward(parameters, batch, activations);
  CHECK(activations.outputs[1](0, 0) == 0);
  CHECK_FALSE(std::signbit(activations.outputs[1](0, 0)));
  Matrix<double> g(1, 2);
  g(0, 0) = 1;
  std::vector<double> gradients(shape.parameters);
  network.backward(parameters, batch, activations, std::as_const(g).view(), gradients);
  CHECK(gradients == std::vector<double>{0, 0, 0, 0, 1, 0});
}
