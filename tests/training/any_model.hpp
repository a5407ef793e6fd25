#pragma once

#include <array>
#include <vector>

#include "precipice/training/experiment.hpp"
#include "support/sample.hpp"

namespace precipice::testing {

/// Five samples, gradient descent, one update of each parameter a step.
inline Experiment small_experiment(const Model& model) {
  Experiment e;
  e.task.name = TaskName::random_labels;
  e.task.samples = 5;
  e.task.inputs = 3;
  e.task.classes = 4;
  e.model = model;
  e.optimizer = {.name = OptimizerName::gradient_descent, .learning_rate = 0.3};
  e.loss.mean = MeanPlace::outside;
  return e;
}

/// One hidden layer of three.
inline Model three_hidden() {
  Model model;
  model.hidden = {3};
  return model;
}

/// Any model that is possible with four classes.
inline Model any_model(Sample& sample) {
  Model model;
  model.name =
      sample.one_of(std::array{ModelName::mlp, ModelName::mlp, ModelName::linear, ModelName::unconstrained_features});
  model.hidden = sample.one_of(std::array<std::vector<std::int64_t>, 3>{{{4}, {4, 4}, {3, 3, 3}}});
  model.biases = sample.one_of(std::array{Biases::all, Biases::none, Biases::hidden, Biases::classifier});
  model.activation =
      sample.one_of(std::array{Activation::relu, Activation::leaky_relu, Activation::gelu, Activation::tanh});
  model.slope = 0.1;
  model.residual = sample.one_of(std::array{Residual::none, Residual::add});
  model.normalisation = sample.one_of(
      std::array{Normalisation::none, Normalisation::layer_norm, Normalisation::batch_norm, Normalisation::centring});
  model.where = sample.one_of(std::array{NormalisedPlace::classifier, NormalisedPlace::activations});
  model.is_affine = sample.below(2) == 0;
  model.features.width = 4;
  model.features.owner = sample.one_of(std::array{FeatureOwner::each_sample, FeatureOwner::each_class});
  model.features.are_rectified = sample.below(2) == 0;
  model.features.rate = sample.one_of(std::array{1.0, 5.0, 0.3});
  model.features.start = sample.one_of(std::array{FeatureStart::random, FeatureStart::collapsed});
  return misfit_of(model, 4) ? any_model(sample) : model;
}

}  // namespace precipice::testing
