// Every model as a whole: operations written out in the formats of their roles, engines, starts, samples held out.
#include <doctest/doctest.h>

#include <cmath>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/replay.hpp"
#include "support/sample.hpp"
#include "training/transcribed_network.hpp"

using namespace precipice;
using testing::Table;

namespace {

constexpr std::uint64_t seed = 20261128;

const std::array formats{RoleFormat{bfloat16},
                         RoleFormat{binary16},
                         RoleFormat{binary32},
                         RoleFormat{},
                         RoleFormat{ieee_like(5, 6), Rounding::toward_zero},
                         RoleFormat{ieee_like(30, 8), Rounding::to_odd},
                         RoleFormat{ieee_like(9, 8), Rounding::toward_negative}};

Experiment small_experiment(const Model& model) {
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

Model any_model(testing::Sample& sample) {
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

Precision any_precision(testing::Sample& sample) {
  Precision precision{.plan = sample.one_of(
                          std::array{PrecisionPlan::loss_only, PrecisionPlan::everything, PrecisionPlan::weights_only}),
                      .format = sample.one_of(std::array{bfloat16, binary16, binary32})};
  for (std::size_t i = 0; i < role_count; ++i) {
    if (sample.below(3) == 0) precision.roles[i] = sample.one_of(formats);
  }
  return precision;
}

Table table_of(const Matrix<double>& m) {
  Table table(m.rows());
  for (std::size_t i = 0; i < m.rows(); ++i) {
    for (std::size_t j = 0; j < m.cols(); ++j) table[i].push_back(Exact::from(m(i, j)));
  }
  return table;
}

/// dL/dz, not divided by the number of samples.
Table logit_gradient(const RoleFormats& roles, const Loss& loss, const Table& logits,
                     const std::vector<std::uint32_t>& labels) {
  Table g;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    testing::LogitRow row{{}, labels[i]};
    for (const Exact& z : logits[i]) row.logits.push_back(to_double(z));
    g.emplace_back();
    for (const double x : testing::transcribed_gradient(roles, loss, row, 1)) g.back().push_back(Exact::from(x));
  }
  return g;
}

/// Parameters after some steps of gradient descent, every operation written out.
std::vector<double> transcribed_training(const Experiment& e, const DataSet& data, int steps) {
  const RoleFormats roles(e.precision);
  const auto in = [&](Role role) { return testing::Rounds{roles[role]}; };
  const std::vector<std::uint32_t>& labels = data.train.labels;
  const bool per_sample = e.model.features.owner == FeatureOwner::each_sample;
  const std::vector<std::uint32_t> rows = per_sample ? std::vector<std::uint32_t>{0, 1, 2, 3, 4} : labels;
  const testing::Rounds updated = in(roles.keeps_master_weights() ? Role::master_weights : Role::weights);
  const Shape shape(e.model, labels.size(), data.train.inputs.cols(), data.classes);
  std::vector<Exact> parameters;
  for (const double x : initial_parameters(e.model, shape, labels, e.run.seed)) {
    parameters.push_back(updated.convert(Exact::from(x)));
  }
  const std::size_t of_features =
      e.model.name == ModelName::unconstrained_features && e.model.features.rate != 1
          ? static_cast<std::size_t>(e.model.features.width) * (per_sample ? labels.size() : data.classes)
          : 0;
  const Exact count = Exact::from(static_cast<double>(labels.size())), rate = Exact::from(e.model.features.rate);
  for (int step = 0; step < steps; ++step) {
    std::vector<Exact> seen = parameters;
    if (roles.keeps_master_weights()) {
      for (Exact& x : seen) x = in(Role::weights).convert(x);
    }
    testing::TranscribedNetwork network(roles, e.model, seen);
    const Table logits = network.forward(table_of(data.train.inputs), rows, data.classes);
    std::vector<Exact> g = network.backward(logit_gradient(roles, e.loss, logits, labels));
    for (std::size_t i = 0; i < g.size(); ++i) {
      g[i] = in(Role::gradients).div(g[i], count);
      if (i < of_features) g[i] = in(Role::gradients).mul(g[i], rate);
      const Exact change = in(Role::optimizer).mul(Exact::from(-e.optimizer.learning_rate), g[i]);
      parameters[i] = updated.add(parameters[i], change);
    }
  }
  std::vector<double> result;
  for (const Exact& x : parameters) result.push_back(to_double(x));
  return result;
}

/// Calls use(replay) with a replay of the experiment.
template <class Use>
auto with_replay(const Experiment& e, const DataSet& data, EngineName engine, const Use& use) {
  return with_engines(e.precision, choose_engines(e.precision, engine), [&]<class V>(const RoleEngines<V>& engines) {
    Replay<V> replay(engines, e, data);
    return use(replay);
  });
}

template <class V>
std::vector<double> doubles(std::span<const V> values) {
  std::vector<double> result;
  for (const V& x : values) result.push_back(nearest_double(x));
  return result;
}

std::vector<double> replayed(const Experiment& e, const DataSet& data, int steps,
                             EngineName engine = EngineName::automatic) {
  return with_replay(e, data, engine, [&](auto& replay) {
    for (int i = 0; i < steps; ++i) replay.step();
    return doubles(replay.parameters());
  });
}

/// NaNs are alike.
bool are_same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

DataSet data_of(const Experiment& e) { return load_data(e.task, e.run.seed, data_directory()); }

}  // namespace

TEST_CASE("every operation of any model is rounded into the format of the role of its result") {
  testing::Sample sample(seed);
  for (int i = 0; i < 150; ++i) {
    Experiment e = small_experiment(any_model(sample));
    e.precision = any_precision(sample);
    e.run.seed = static_cast<std::uint64_t>(i);
    CAPTURE(i);
    CAPTURE(static_cast<int>(e.model.name));
    CAPTURE(static_cast<int>(e.model.activation));
    CAPTURE(static_cast<int>(e.model.normalisation));
    const DataSet data = data_of(e);
    const std::vector<double> expected = transcribed_training(e, data, 2);
    CHECK(are_same(replayed(e, data, 2), expected));
    CHECK(are_same(replayed(e, data, 2, EngineName::reference), expected));
  }
}

TEST_CASE("engines agree on every model, with mini-batches and Adam, in both plans") {
  testing::Sample sample(seed + 1);
  for (int i = 0; i < 40; ++i) {
    Experiment e = small_experiment(any_model(sample));
    e.task.samples = 11;
    e.run.batch = 4;
    e.optimizer = {.learning_rate = 0.05};
    e.precision = {.plan = i % 2 == 0 ? PrecisionPlan::loss_only : PrecisionPlan::everything, .format = bfloat16};
    CAPTURE(i);
    const DataSet data = data_of(e);
    CHECK(are_same(replayed(e, data, 7), replayed(e, data, 7, EngineName::reference)));
  }
}

TEST_CASE("collapsed features have the margin and the mean that were asked for") {
  // Margins are sums of K products of numbers near 1, in binary64.
  constexpr double tolerance = 1e-13;
  for (const FeatureOwner owner : {FeatureOwner::each_sample, FeatureOwner::each_class}) {
    for (const bool are_rectified : {false, true}) {
      Experiment e = small_experiment({});
      e.task.samples = 40;
      e.model.name = ModelName::unconstrained_features;
      e.model.features = {.width = 6,
                          .owner = owner,
                          .are_rectified = are_rectified,
                          .start = FeatureStart::collapsed,
                          .margin = 7,
                          .mean_offset = 0.5};
      const DataSet data = data_of(e);
      with_replay(e, data, EngineName::automatic, [&](auto& replay) {
        const auto seen = replay.observe();
        CHECK(replay.test_logits().rows == 0);
        std::vector<double> mean(6), count(4);
        for (std::size_t i = 0; i < 40; ++i) {
          const std::size_t label = data.train.labels[i];
          ++count[label];
          for (std::size_t k = 0; k < 4; ++k) {
            const double gap = nearest_double(seen.logits(i, label)) - nearest_double(seen.logits(i, k));
            CHECK(std::fabs(gap - (k == label ? 0 : 7)) < tolerance);
          }
        }
        for (std::size_t j = 0; j < 6; ++j) {
          double of_column = 0;
          for (std::size_t k = 0; k < 4; ++k) of_column += nearest_double(seen.classifier(j, k));
          CHECK(std::fabs(of_column) < tolerance);  // the classifier's mean is 0
          // What is left when the mean of the classes is taken as each class once.
          for (std::size_t i = 0; i < 40; ++i)
            mean[j] += nearest_double(seen.features(i, j)) / 4 / count[data.train.labels[i]];
          const double shared = 0.25 + (are_rectified ? std::sqrt(7.0) / 4 : 0);
          CHECK(std::fabs(mean[j] - (j < 4 ? shared : 0)) < tolerance);
        }
        return 0;
      });
    }
  }
}

TEST_CASE("a features' rate of B under the mean of the loss moves them as the sum of the loss would") {
  Experiment with_mean = small_experiment({});
  with_mean.model.name = ModelName::unconstrained_features;
  with_mean.model.features.rate = 8;
  with_mean.task.samples = 8;  // powers of two, so that nothing is rounded differently
  with_mean.precision.format = binary64;
  Experiment with_sum = with_mean;
  with_sum.model.features.rate = 1;
  with_sum.optimizer.learning_rate = 8 * with_mean.optimizer.learning_rate;
  const DataSet data = data_of(with_mean);
  const std::vector<double> one = replayed(with_mean, data, 1), other = replayed(with_sum, data, 1);
  const std::size_t features = 8 * 32;
  for (std::size_t i = 0; i < features; ++i) REQUIRE(one[i] == other[i]);
  CHECK(one[features] != other[features]);  // the classifier's rate is the optimiser's
}

TEST_CASE("samples held out are normalised with the statistics of all training samples") {
  for (const Normalisation normalisation : {Normalisation::batch_norm, Normalisation::centring}) {
    Experiment e = small_experiment({});
    e.task.name = TaskName::gaussian_clusters;
    e.task.samples = 9;
    e.model.normalisation = normalisation;
    e.run.batch = 4;
    DataSet data = data_of(e);
    data.test = {Matrix<double>(3, data.train.inputs.cols()),
                 {data.train.labels.begin(), data.train.labels.begin() + 3}};
    std::copy_n(data.train.inputs.row(0), data.test.inputs.values().size(), data.test.inputs.row(0));
    with_replay(e, data, EngineName::automatic, [&](auto& replay) {
      for (int i = 0; i < 3; ++i) replay.step();
      // Their own statistics would be others, and so would those of the last batch.
      const auto held_out = replay.test_logits();
      std::vector<double> logits;
      for (std::size_t i = 0; i < held_out.rows; ++i) logits.push_back(nearest_double(held_out(i, 0)));
      const auto seen = replay.observe();
      REQUIRE(logits.size() == 3);
      for (std::size_t i = 0; i < logits.size(); ++i) CHECK(logits[i] == nearest_double(seen.logits(i, 0)));
      return 0;
    });
  }
}
