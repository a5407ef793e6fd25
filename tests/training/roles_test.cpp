// Formats by role: which role has which, and a step of training with every operation written out in the format of its
// role.
#include <doctest/doctest.h>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/replay.hpp"
#include "support/sample.hpp"
#include "training/transcription.hpp"

using namespace precipice;
using testing::Rounds;

namespace {

constexpr std::uint64_t seed = 20261127;

const std::array formats{RoleFormat{bfloat16},
                         RoleFormat{binary16},
                         RoleFormat{binary32},
                         RoleFormat{},
                         RoleFormat{ieee_like(5, 6), Rounding::toward_zero},
                         RoleFormat{ieee_like(30, 8), Rounding::to_odd}};

Experiment small_experiment() {
  Experiment e;
  e.task.name = TaskName::random_labels;
  e.task.samples = 5;
  e.task.inputs = 3;
  e.task.classes = 4;
  e.model.hidden = {4};
  e.optimizer = {.name = OptimizerName::gradient_descent, .learning_rate = 0.3};
  e.loss.mean = MeanPlace::outside;
  return e;
}

/// Rows of exact numbers.
using Table = std::vector<std::vector<Exact>>;

Table zeros(std::size_t rows, std::size_t cols) { return Table(rows, std::vector<Exact>(cols)); }

Table transposed(const Table& x) {
  Table result = zeros(x[0].size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x[0].size(); ++j) result[j][i] = x[i][j];
  }
  return result;
}

/// A network with one hidden layer and a step of gradient descent, written out.
struct Transcribed {
  RoleFormats roles;
  Table w1, w2, inputs, features = {}, logits = {};
  std::vector<Exact> b1 = {}, b2 = {};

  [[nodiscard]] Rounds in(Role role) const { return {roles[role]}; }

  [[nodiscard]] Table product(const Table& left, const Table& right) const {
    Table out = zeros(left.size(), right[0].size());
    for (std::size_t i = 0; i < left.size(); ++i) {
      for (std::size_t j = 0; j < right[0].size(); ++j) {
        for (std::size_t k = 0; k < right.size(); ++k) {
          out[i][j] = in(Role::sums).add(out[i][j], in(Role::products).mul(left[i][k], right[k][j]));
        }
      }
    }
    return out;
  }
  [[nodiscard]] std::vector<Exact> sum_of_rows(const Table& x) const {
    std::vector<Exact> sums(x[0].size());
    for (const std::vector<Exact>& row : x) {
      for (std::size_t j = 0; j < row.size(); ++j) sums[j] = in(Role::sums).add(sums[j], row[j]);
    }
    return sums;
  }

  void forward() {
    features = product(inputs, w1);
    for (std::vector<Exact>& row : features) {
      for (std::size_t j = 0; j < row.size(); ++j) {
        const Exact x = in(Role::features).add(row[j], b1[j]);
        row[j] = compare(x, Exact()) > 0 ? x : Exact();
      }
    }
    logits = product(features, w2);
    for (std::vector<Exact>& row : logits) {
      for (std::size_t j = 0; j < row.size(); ++j) row[j] = in(Role::logits).add(row[j], b2[j]);
    }
  }

  /// The gradients of w1, b1, w2, b2 one behind the other, divided by the number of samples.
  [[nodiscard]] std::vector<Exact> gradients(const Loss& loss, const std::vector<std::uint32_t>& labels) const {
    Table g;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      testing::LogitRow row{{}, labels[i]};
      for (const Exact& z : logits[i]) row.logits.push_back(to_double(z));
      g.emplace_back();
      for (const double x : testing::transcribed_gradient(roles, loss, row, 1)) g.back().push_back(Exact::from(x));
    }
    Table below = product(g, transposed(w2));
    for (std::size_t i = 0; i < below.size(); ++i) {
      for (std::size_t j = 0; j < below[i].size(); ++j) {
        below[i][j] = features[i][j].is_zero() ? Exact() : in(Role::gradients).convert(below[i][j]);
      }
    }
    std::vector<Exact> all;
    const auto add = [&](const Table& rows) {
      for (const std::vector<Exact>& row : rows) all.insert(all.end(), row.begin(), row.end());
    };
    add(product(transposed(inputs), below));
    add({sum_of_rows(below)});
    add(product(transposed(features), g));
    add({sum_of_rows(g)});
    const auto samples = Exact::from(static_cast<double>(labels.size()));
    for (Exact& x : all) x = in(Role::gradients).div(in(Role::gradients).convert(x), samples);
    return all;
  }

  /// Parameters w1, b1, w2, b2, one behind the other.
  void read(const std::vector<Exact>& parameters) {
    std::size_t at = 0;
    const auto fill = [&](std::vector<Exact>& row) {
      for (Exact& x : row) x = parameters[at++];
    };
    for (std::vector<Exact>& row : w1) fill(row);
    fill(b1);
    for (std::vector<Exact>& row : w2) fill(row);
    fill(b2);
  }
};

/// Parameters after some steps, and whether any of them is not what the weights' format holds.
std::vector<double> transcribed_training(const Experiment& e, const DataSet& data, int steps) {
  const std::size_t inputs = data.train.inputs.cols(), hidden = 4, samples = data.train.labels.size();
  Transcribed t{RoleFormats(e.precision), zeros(inputs, hidden), zeros(hidden, data.classes), zeros(samples, inputs)};
  t.b1.resize(hidden);
  t.b2.resize(data.classes);
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t j = 0; j < inputs; ++j) t.inputs[i][j] = Exact::from(data.train.inputs(i, j));
  }
  const bool keeps_master = t.roles.keeps_master_weights();
  const Rounds updated = t.in(keeps_master ? Role::master_weights : Role::weights);
  std::vector<Exact> parameters;
  for (const double x :
       initial_parameters(e.model, Shape(e.model, samples, inputs, data.classes), data.train.labels, e.run.seed)) {
    parameters.push_back(updated.convert(Exact::from(x)));
  }
  const Exact minus_rate = Exact::from(-e.optimizer.learning_rate);
  for (int step = 0; step < steps; ++step) {
    std::vector<Exact> seen = parameters;
    if (keeps_master) {
      for (Exact& x : seen) x = t.in(Role::weights).convert(x);
    }
    t.read(seen);
    t.forward();
    const std::vector<Exact> g = t.gradients(e.loss, data.train.labels);
    for (std::size_t i = 0; i < g.size(); ++i) {
      parameters[i] = updated.add(parameters[i], t.in(Role::optimizer).mul(minus_rate, g[i]));
    }
  }
  std::vector<double> result;
  for (const Exact& x : parameters) result.push_back(to_double(x));
  return result;
}

std::vector<double> replayed(const Experiment& e, const DataSet& data, int steps, EngineName engine) {
  return with_engines(e.precision, choose_engines(e.precision, engine), [&]<class V>(const RoleEngines<V>& engines) {
    Replay<V> replay(engines, e, data);
    for (int i = 0; i < steps; ++i) replay.step();
    std::vector<double> result;
    for (const V& x : replay.parameters()) result.push_back(nearest_double(x));
    return result;
  });
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

}  // namespace

TEST_CASE("a plan gives each role its format, and a role may have its own") {
  Precision precision{.plan = PrecisionPlan::loss_only, .format = bfloat16, .rounding = Rounding::to_odd};
  const RoleFormat given{bfloat16, Rounding::to_odd};
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    CAPTURE(to_text(role));
    CHECK(RoleFormats(precision)[role] == (is_of_loss(role) ? given : RoleFormat{}));
  }
  precision.of(Role::loss) = RoleFormat{binary16};
  precision.of(Role::loss_sum) = RoleFormat{binary32};
  precision.of(Role::weights) = given;
  const RoleFormats roles(precision);
  CHECK(roles[Role::loss] == RoleFormat{binary16});
  CHECK(roles[Role::loss_exp] == RoleFormat{binary16});  // a part of the loss without its own
  CHECK(roles[Role::loss_sum] == RoleFormat{binary32});
  CHECK(roles[Role::weights] == given);
  CHECK(roles[Role::features] == RoleFormat{});
  CHECK_FALSE(roles.keeps_master_weights());

  const RoleFormats weights(Precision{.plan = PrecisionPlan::weights_only, .format = binary16});
  CHECK(weights[Role::weights] == RoleFormat{binary16});
  CHECK(weights[Role::optimizer] == RoleFormat{});
  CHECK(weights[Role::loss] == RoleFormat{});

  Precision mixed{.plan = PrecisionPlan::everything, .format = bfloat16};
  mixed.of(Role::master_weights) = RoleFormat{binary32};
  CHECK(RoleFormats(mixed).keeps_master_weights());
  CHECK(RoleFormats(mixed)[Role::master_weights] == RoleFormat{binary32});
  CHECK(RoleFormats(mixed)[Role::weights] == RoleFormat{bfloat16});
}

TEST_CASE("each role has the fastest engine that is exact for its format, unless one has numbers that are no doubles") {
  Precision precision{.plan = PrecisionPlan::loss_only, .format = bfloat16};
  precision.of(Role::weights) = RoleFormat{binary32};
  precision.of(Role::loss_log) = RoleFormat{binary64, Rounding::toward_zero};
  const Engines engines = choose_engines(precision, EngineName::automatic);
  CHECK(engines.in_binary64);
  CHECK(to_text(engines) == "native, carried-binary64 + carried-binary64, reference");
  CHECK(engines.slowest_of_network() == EngineKind::carried);
  CHECK(engines.slowest_of_loss() == EngineKind::reference);
  precision.of(Role::features) = RoleFormat{binary128};
  CHECK_FALSE(choose_engines(precision, EngineName::automatic).in_binary64);
  CHECK(to_text(choose_engines(precision, EngineName::automatic)) == "reference + reference");
}

TEST_CASE("every operation of a step is rounded into the format of the role of its result") {
  testing::Sample sample(seed);
  for (int i = 0; i < 60; ++i) {
    Experiment e = small_experiment();
    e.precision = any_precision(sample);
    e.run.seed = static_cast<std::uint64_t>(i);
    CAPTURE(i);
    const DataSet data = load_data(e.task, e.run.seed, data_directory());
    const std::vector<double> expected = transcribed_training(e, data, 3);
    CHECK(replayed(e, data, 3, EngineName::automatic) == expected);
    CHECK(replayed(e, data, 3, EngineName::reference) == expected);
  }
}

TEST_CASE("Adam's state and operations are in the optimiser's format, its last addition in that of the parameters") {
  testing::Sample sample(seed);
  for (int i = 0; i < 20; ++i) {
    Experiment e = small_experiment();
    e.optimizer = {.learning_rate = 0.05, .epsilon = 1e-3};
    e.precision = any_precision(sample);
    e.precision.of(Role::optimizer) = sample.one_of(formats);
    CAPTURE(i);
    const DataSet data = load_data(e.task, 0, data_directory());
    CHECK(replayed(e, data, 4, EngineName::automatic) == replayed(e, data, 4, EngineName::reference));
  }
  // One parameter in bfloat16, everything else in binary64.
  const AnyEngine wide{Native<double>{}}, narrow{Carried<double>(bfloat16)};
  const Optimizer settings{.learning_rate = 0.05};
  Adam<AnyEngine> mixed(UpdateEngines<AnyEngine>(wide, narrow), settings, 1),
      exact(UpdateEngines<AnyEngine>(wide), settings, 1);
  std::vector<double> w{1}, change{0};
  const std::vector<double> g{0.25};
  mixed.step(settings.learning_rate, w, g);
  exact.step(settings.learning_rate, change, g);
  CHECK(w[0] == Carried<double>(bfloat16).add(1, change[0]));
}

TEST_CASE("a loss scale and a division by B outside leave the parameter gradients what they are, but for rounding") {
  Experiment plain = small_experiment(), scaled = plain;
  plain.precision.format = scaled.precision.format = binary64;
  scaled.loss.scale = 4096;
  const DataSet data = load_data(plain.task, 0, data_directory());
  // A power of two is exact.
  CHECK(replayed(plain, data, 5, EngineName::automatic) == replayed(scaled, data, 5, EngineName::automatic));
  for (const MeanPlace mean : {MeanPlace::before, MeanPlace::after}) {
    plain.loss.mean = scaled.loss.mean = mean;
    CHECK(replayed(plain, data, 5, EngineName::automatic) == replayed(scaled, data, 5, EngineName::automatic));
  }
}
