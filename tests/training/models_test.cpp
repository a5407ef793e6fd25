// Every model as a whole: operations written out in the formats of their roles, engines, starts, samples held out.
#include <doctest/doctest.h>

#include <cmath>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/replay.hpp"
#include "support/data_of.hpp"
#include "support/sample.hpp"
#include "training/any_model.hpp"
#include "training/transcribed_training.hpp"

using namespace precipice;
using testing::any_model;
using testing::data_of;
using testing::small_experiment;

namespace {

constexpr std::uint64_t seed = 20261128;

/// NaNs are alike.
bool are_same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace

TEST_CASE("every operation of any model is rounded into the format of the role of its result") {
  testing::Sample sample(seed);
  for (int i = 0; i < 150; ++i) {
    Experiment e = small_experiment(any_model(sample));
    e.precision = testing::any_precision(sample);
    e.run.seed = static_cast<std::uint64_t>(i);
    CAPTURE(i);
    CAPTURE(static_cast<int>(e.model.name));
    CAPTURE(static_cast<int>(e.model.activation));
    CAPTURE(static_cast<int>(e.model.normalisation));
    const DataSet data = data_of(e);
    const std::vector<double> expected = testing::transcribed_training(e, data, 2);
    CHECK(are_same(testing::replayed(e, data, 2), expected));
    CHECK(are_same(testing::replayed(e, data, 2, EngineName::reference), expected));
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
    CHECK(are_same(testing::replayed(e, data, 7), testing::replayed(e, data, 7, EngineName::reference)));
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
      testing::with_replay(e, data, EngineName::automatic, [&](auto& replay) {
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
  const std::vector<double> one = testing::replayed(with_mean, data, 1), other = testing::replayed(with_sum, data, 1);
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
    testing::with_replay(e, data, EngineName::automatic, [&](auto& replay) {
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
