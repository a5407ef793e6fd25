#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#pragma GCC visibility push(default)
namespace precipice {

enum class ModelName : std::uint8_t {
  mlp,                    ///< hidden layers, then a classifier
  linear,                 ///< a classifier of the inputs
  unconstrained_features  ///< a classifier of features that are parameters themselves; there are no inputs
};

/// Which dense layers have a bias.
enum class Biases : std::uint8_t { all, none, hidden, classifier };

enum class Activation : std::uint8_t {
  relu,        ///< max(0, x)
  leaky_relu,  ///< x, below zero slope x
  gelu,        ///< x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
  tanh
};

enum class Residual : std::uint8_t {
  none,
  add  ///< a hidden layer's input is added to its output; from the second hidden layer on
};

enum class Normalisation : std::uint8_t {
  none,
  layer_norm,  ///< each sample's features less their mean, over their deviation
  batch_norm,  ///< each feature less its mean over the batch, over its deviation there
  centring     ///< each feature less its mean over the batch
};

enum class NormalisedPlace : std::uint8_t {
  classifier,  ///< what the classifier reads
  activations  ///< what each activation reads
};

/// What has a free feature vector of its own.
enum class FeatureOwner : std::uint8_t { each_sample, each_class };

enum class FeatureStart : std::uint8_t {
  random,    ///< standard normal features, a classifier as in any model
  collapsed  ///< neural collapse: features and classifier of given margin and mean (ADR 0016)
};

/// Features that are parameters.
struct FreeFeatures {
  std::int64_t width = 32;  ///< d
  FeatureOwner owner = FeatureOwner::each_sample;
  bool are_rectified = false;  ///< whether the classifier reads max(0, h)
  /// Learning rate of the features over that of the optimiser. The mean of the loss over B samples gives a feature
  /// vector of one sample 1/B of its gradient; a rate of B takes it out again (theory: the two conventions).
  double rate = 1;
  FeatureStart start = FeatureStart::random;
  double margin = 10, mean_offset = 0;  ///< collapsed: of every sample; length of what all features share
};

struct Model {
  ModelName name = ModelName::mlp;
  std::vector<std::int64_t> hidden{32, 32};  ///< mlp: widths of the hidden layers; none: a linear classifier
  Biases biases = Biases::all;
  Activation activation = Activation::relu;  ///< mlp
  double slope = 0.01;                       ///< leaky ReLU
  Residual residual = Residual::none;        ///< mlp
  Normalisation normalisation = Normalisation::none;
  NormalisedPlace where = NormalisedPlace::classifier;
  double epsilon = 1e-5;  ///< LayerNorm, BatchNorm: added to the variance
  bool is_affine = true;  ///< LayerNorm, BatchNorm: whether a trained scale and shift follow
  FreeFeatures features;  ///< unconstrained-features
};

/// A setting of a model that does not go with the others, and why.
struct Misfit {
  std::string setting, problem;
};

/// What is wrong with a model for data of so many classes, if anything.
std::optional<Misfit> misfit_of(const Model& model, std::size_t classes);

}  // namespace precipice
#pragma GCC visibility pop
