#include "sweep/setting_values.hpp"

namespace precipice {
namespace {

constexpr Words<ModelName, 3> models{{"mlp", "linear", "unconstrained-features"}};
constexpr Words<Biases, 4> biases{{"all", "none", "hidden", "classifier"}};
constexpr Words<Activation, 4> activations{{"relu", "leaky-relu", "gelu", "tanh"}};
constexpr Words<Residual, 2> residuals{{"none", "add"}};
constexpr Words<Normalisation, 4> normalisations{{"none", "layer-norm", "batch-norm", "centring"}};
constexpr Words<NormalisedPlace, 2> places{{"classifier", "activations"}};
constexpr Words<FeatureOwner, 2> owners{{"sample", "class"}};
constexpr Words<FeatureStart, 2> starts{{"random", "collapsed"}};

bool is_mlp(const Experiment& e) { return e.model.name == ModelName::mlp; }
bool has_free_features(const Experiment& e) { return e.model.name == ModelName::unconstrained_features; }
bool is_collapsed(const Experiment& e) {
  return has_free_features(e) && e.model.features.start == FeatureStart::collapsed;
}
bool is_leaky(const Experiment& e) { return is_mlp(e) && e.model.activation == Activation::leaky_relu; }
bool is_normalised(const Experiment& e) { return e.model.normalisation != Normalisation::none; }
bool has_deviation(const Experiment& e) { return is_normalised(e) && e.model.normalisation != Normalisation::centring; }

std::vector<std::int64_t> widths(const Value& value) {
  const auto* const list = std::get_if<std::vector<std::int64_t>>(&value);
  const auto sound = [](std::int64_t n) { return n >= 1 && n <= 1'000'000; };
  if (list == nullptr || !std::ranges::all_of(*list, sound)) {
    refuse(value, "a list of layer widths of at least 1, such as [32, 32]");
  }
  return *list;
}

/// A real number of a model for which `allowed` holds.
template <class Get>
Setting real_of_model(std::string_view name, std::string_view help, Get get, bool (*allowed)(double),
                      std::string_view wanted, bool (*applies)(const Experiment&)) {
  return {name, help, [=](Experiment& e, const Value& v) { get(e.model) = real(v, allowed, std::string(wanted)); },
          [=](const Experiment& e) {
            Model model = e.model;
            return get(model);
          },
          applies};
}

/// One of some words.
template <class Enum, std::size_t N>
Setting word_of_model(std::string_view name, std::string_view help, const Words<Enum, N>& words, Enum Model::*member,
                      std::function<bool(const Experiment&)> applies) {
  return {name, help, [=](Experiment& e, const Value& v) { e.model.*member = words.parse(v); },
          [=](const Experiment& e) { return words.write(e.model.*member); }, std::move(applies)};
}

/// What was an experiment before these keys were there has kept its identity: at their defaults they are no part of it.
std::vector<Setting> layer_settings() {
  return {
      {"model.hidden", "widths of the hidden layers, such as [32, 32] (mlp)",
       [](Experiment& e, const Value& v) { e.model.hidden = widths(v); },
       [](const Experiment& e) { return e.model.hidden; }, is_mlp},
      word_of_model("model.bias", "dense layers with a bias: all, none, hidden or classifier", biases, &Model::biases,
                    [](const Experiment& e) { return e.model.biases != Biases::all; }),
      word_of_model("model.activation", "relu, leaky-relu, gelu (by tanh) or tanh (mlp)", activations,
                    &Model::activation,
                    [](const Experiment& e) { return is_mlp(e) && e.model.activation != Activation::relu; }),
      real_of_model(
          "model.slope", "slope below zero (leaky-relu)", [](Model& m) -> double& { return m.slope; },
          [](double x) { return x >= 0 && x <= 1; }, "a number from 0 to 1", is_leaky),
      word_of_model("model.residual",
                    "add: what a hidden layer reads is added to what it puts out, from the second on "
                    "(mlp); none",
                    residuals, &Model::residual,
                    [](const Experiment& e) { return is_mlp(e) && e.model.residual != Residual::none; }),
  };
}

std::vector<Setting> normalisation_settings() {
  return {
      word_of_model("model.normalisation",
                    "none, layer-norm, batch-norm or centring (over the batch; of test samples with the statistics of "
                    "all training samples)",
                    normalisations, &Model::normalisation, is_normalised),
      word_of_model("model.where", "what is normalised: what the classifier reads, or what the activations read",
                    places, &Model::where, is_normalised),
      real_of_model(
          "model.epsilon", "added to the variance (layer-norm, batch-norm)",
          [](Model& m) -> double& { return m.epsilon; }, [](double x) { return x >= 0; }, "a number of at least 0",
          has_deviation),
      {"model.affine", "whether a trained scale and shift follow: true or false (layer-norm, batch-norm)",
       [](Experiment& e, const Value& v) { e.model.is_affine = truth(v); },
       [](const Experiment& e) { return std::string(e.model.is_affine ? "true" : "false"); }, has_deviation},
  };
}

std::vector<Setting> feature_settings() {
  return {
      {"model.width", "width of the features (unconstrained-features)",
       [](Experiment& e, const Value& v) { e.model.features.width = integer(v, 1, 1'000'000); },
       [](const Experiment& e) { return e.model.features.width; }, has_free_features},
      {"model.per", "whether each sample or each class has a feature vector (unconstrained-features)",
       [](Experiment& e, const Value& v) { e.model.features.owner = owners.parse(v); },
       [](const Experiment& e) { return owners.write(e.model.features.owner); }, has_free_features},
      {"model.rectified", "whether the classifier reads max(0, features): true or false (unconstrained-features)",
       [](Experiment& e, const Value& v) { e.model.features.are_rectified = truth(v); },
       [](const Experiment& e) { return std::string(e.model.features.are_rectified ? "true" : "false"); },
       has_free_features},
      real_of_model(
          "model.feature_rate",
          "learning rate of the features over optimizer.learning_rate; as many as there are samples takes 1/B out "
          "(unconstrained-features)",
          [](Model& m) -> double& { return m.features.rate; }, [](double x) { return x >= 0; },
          "a number of at least 0", has_free_features),
      {"model.start",
       "random, or collapsed: features and classifier of neural collapse with model.margin and model.mean_offset "
       "(unconstrained-features)",
       [](Experiment& e, const Value& v) { e.model.features.start = starts.parse(v); },
       [](const Experiment& e) { return starts.write(e.model.features.start); }, has_free_features},
      real_of_model(
          "model.margin", "of every sample at the start (collapsed)",
          [](Model& m) -> double& { return m.features.margin; }, [](double x) { return x > 0; }, "a positive number",
          is_collapsed),
      real_of_model(
          "model.mean_offset", "length of what is added to all features at the start (collapsed)",
          [](Model& m) -> double& { return m.features.mean_offset; }, [](double x) { return x >= 0; },
          "a number of at least 0", is_collapsed),
  };
}

}  // namespace

std::vector<Setting> model_settings() {
  std::vector<Setting> all{{"model.name", "mlp, linear, or unconstrained-features: the features are parameters",
                            [](Experiment& e, const Value& v) { e.model.name = models.parse(v); },
                            [](const Experiment& e) { return models.write(e.model.name); }}};
  for (const auto& part : {layer_settings(), normalisation_settings(), feature_settings()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace precipice
