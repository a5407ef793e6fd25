// The keys of [model].
#include <doctest/doctest.h>

#include "precipice/sweep/results.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using testing::complaint;
using testing::experiment;

namespace {

/// Names of [model] in an identity.
std::vector<std::string> keys(std::string_view text) {
  std::vector<std::string> result;
  for (const auto& [name, value] : identity(experiment(text))) {
    if (name.starts_with("model.")) result.push_back(name.substr(6));
  }
  return result;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("a model is its name, its layers and what stands between them") {
  const Model model = experiment(R"(
[model]
hidden = [8, 8, 8]
bias = "classifier"
activation = "leaky-relu"
slope = 0.2
residual = "add"
normalisation = "batch-norm"
where = "activations"
epsilon = 1e-3
affine = false
)")
                          .model;
  CHECK(model.name == ModelName::mlp);
  CHECK(model.biases == Biases::classifier);
  CHECK(model.activation == Activation::leaky_relu);
  CHECK(model.slope == 0.2);
  CHECK(model.residual == Residual::add);
  CHECK(model.normalisation == Normalisation::batch_norm);
  CHECK(model.where == NormalisedPlace::activations);
  CHECK(model.epsilon == 1e-3);
  CHECK_FALSE(model.is_affine);

  const FreeFeatures features = experiment(R"(
[model]
name = "unconstrained-features"
width = 12
per = "class"
rectified = true
feature_rate = 50
start = "collapsed"
margin = 3
mean_offset = 0.5
)")
                                    .model.features;
  CHECK(features.width == 12);
  CHECK(features.owner == FeatureOwner::each_class);
  CHECK(features.are_rectified);
  CHECK(features.rate == 50);
  CHECK(features.start == FeatureStart::collapsed);
  CHECK(features.margin == 3);
  CHECK(features.mean_offset == 0.5);
}

TEST_CASE("an identity has the keys of its model, and of these what is not at its default") {
  CHECK(keys("") == Keys{"name", "hidden"});
  CHECK(keys("[model]\nbias = \"all\"\nactivation = \"relu\"\nresidual = \"none\"\nnormalisation = \"none\"\nwidth = "
             "9\n") == Keys{"name", "hidden"});
  CHECK(keys("[model]\nactivation = \"gelu\"\nslope = 0.5\n") == Keys{"name", "hidden", "activation"});
  CHECK(keys("[model]\nactivation = \"leaky-relu\"\n") == Keys{"name", "hidden", "activation", "slope"});
  CHECK(keys("[model]\nname = \"linear\"\nactivation = \"gelu\"\n") == Keys{"name"});
  CHECK(keys("[model]\nnormalisation = \"centring\"\n") == Keys{"name", "hidden", "normalisation", "where"});
  CHECK(keys("[model]\nnormalisation = \"layer-norm\"\n") ==
        Keys{"name", "hidden", "normalisation", "where", "epsilon", "affine"});
  CHECK(keys("[model]\nname = \"unconstrained-features\"\n") ==
        Keys{"name", "width", "per", "rectified", "feature_rate", "start"});
  CHECK(keys("[model]\nname = \"unconstrained-features\"\nstart = \"collapsed\"\n") ==
        Keys{"name", "width", "per", "rectified", "feature_rate", "start", "margin", "mean_offset"});
}

TEST_CASE("a resolved model reads back as the same experiment") {
  for (const std::string_view text :
       {"[model]\nactivation = \"tanh\"\nresidual = \"add\"\nnormalisation = \"layer-norm\"\naffine = false\n",
        "[model]\nname = \"unconstrained-features\"\nrectified = true\nstart = \"collapsed\"\nmean_offset = 0.1\n"}) {
    const Plan first = parse_plan(text, "test.toml", "test");
    const Plan again = parse_plan(to_toml(first), "again.toml", "test");
    CHECK(key_of(expand(first).front().experiment) == key_of(expand(again).front().experiment));
  }
}

TEST_CASE("what a model cannot be is named with its place and what would be right") {
  const auto says = [](std::string_view text, std::string_view place, std::string_view part) {
    const std::string message = complaint(text);
    CAPTURE(message);
    CHECK(message.starts_with(place));
    CHECK(message.find(part) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  };
  says("[model]\nname = \"unconstrained-feature\"\n", "test.toml:2: model.name",
       "did you mean 'unconstrained-features'");
  says("[model]\nactivation = \"rely\"\n", "test.toml:2: model.activation", "did you mean 'relu'");
  says("[model]\nslope = 2\n", "test.toml:2: model.slope", "from 0 to 1");
  says("[model]\nhidden = [8, 9]\nresidual = \"add\"\n", "test.toml:3: model.residual",
       "layers of 8 and 9 units cannot be added");
  says("[model]\nhidden = [8]\nresidual = \"add\"\n", "test.toml:3: model.residual", "no second hidden layer");
  says("[model]\nname = \"linear\"\nnormalisation = \"layer-norm\"\nwhere = \"activations\"\n",
       "test.toml:4: model.where", "the model has none; use classifier");
  says("[model]\nname = \"unconstrained-features\"\nwidth = 9\nstart = \"collapsed\"\n", "test.toml:3: model.width",
       "is 9, but collapsed features of 10 classes need at least 10");
  says("[model]\nname = \"unconstrained-features\"\nper = \"batch\"\n", "test.toml:3: model.per",
       "one of sample, class");
  says("[model]\nfeature_rate = -1\n", "test.toml:2: model.feature_rate", "at least 0");
  says("[model]\naffine = 1\n", "test.toml:2: model.affine", "true or false");
}

TEST_CASE("the work of a cell grows with its model") {
  const auto work = [](std::string_view text) { return estimated_work(experiment(text)); };
  CHECK(work("[model]\nactivation = \"gelu\"\n") > work(""));
  CHECK(work("[model]\nnormalisation = \"layer-norm\"\n") > work(""));
  CHECK(work("[model]\nname = \"linear\"\n") < work(""));
  // Features of more samples are no more work for each of them.
  CHECK(work("[model]\nname = \"unconstrained-features\"\n") < work(""));
}
