// Replays that round stochastically: which operation draws which random number, and that nobody who looks on changes
// it.
#include <doctest/doctest.h>

#include <set>
#include <tuple>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/replay.hpp"
#include "support/data_of.hpp"
#include "support/sample.hpp"
#include "training/any_model.hpp"
#include "training/saved_state.hpp"
#include "training/updates.hpp"

using namespace precipice;
using testing::data_of;

namespace {

constexpr std::uint64_t seed = 20261128;
constexpr std::array passes{Pass::constants, Pass::begin,  Pass::batch, Pass::learn,
                            Pass::observe,   Pass::losses, Pass::test};

Mode stochastic(int random_bits) {
  Mode mode = Rounding::stochastic;
  mode.random_bits = random_bits;
  return mode;
}

/// A linear model of two inputs and three classes that descends along its gradient, everything in one format.
Experiment linear(const Format& format, const Mode& mode) {
  Experiment e;
  e.task.name = TaskName::random_labels;
  e.task.samples = 4;
  e.task.inputs = 2;
  e.task.classes = 3;
  e.model.name = ModelName::linear;
  e.optimizer = {.name = OptimizerName::gradient_descent, .learning_rate = 0.7};
  e.precision = {.plan = PrecisionPlan::everything, .format = format, .rounding = mode};
  e.run.seed = seed;
  return e;
}

/// A role in a pass: its operations one by one.
class Numbered {
 public:
  Numbered(const Experiment& e, std::int64_t step, Pass pass, Role role)
      : format_(e.precision.format), mode_(e.precision.rounding), step_(step), pass_(pass), role_(role) {}

  Exact add(const Exact& x, const Exact& y) { return reference::add(x, y, format_, next()).value; }
  Exact sub(const Exact& x, const Exact& y) { return reference::subtract(x, y, format_, next()).value; }
  Exact mul(const Exact& x, const Exact& y) { return reference::multiply(x, y, format_, next()).value; }
  Exact div(const Exact& x, const Exact& y) { return reference::divide(x, y, format_, next()).value; }
  Exact exp(const Exact& x) { return reference::exp(x, format_, next()).value; }
  Exact log(const Exact& x) { return reference::log(x, format_, next()).value; }
  Exact convert(const Exact& x) { return reference::convert(x, format_, next()).value; }

 private:
  Mode next() {
    mode_.draw = draw_of(seed, step_, pass_, role_, index_++);
    return mode_;
  }

  Format format_;
  Mode mode_;
  std::int64_t step_;
  Pass pass_;
  Role role_;
  std::uint64_t index_ = 0;
};

Exact number(double x) { return Exact::from(x); }

/// Parameters after some steps, every operation and its draw written out.
std::vector<Exact> written_out(const Experiment& e, const DataSet& data, int steps) {
  const std::size_t samples = data.train.labels.size(), inputs = 2, classes = 3;
  const auto x = [&](std::size_t i, std::size_t j) { return number(data.train.inputs(i, j)); };
  std::vector<Exact> w;
  Numbered at_first(e, 0, Pass::begin, Role::weights);
  for (const double value : initial_parameters(e.model, shape_of(e.model, data), data.train.labels, e.run.seed)) {
    w.push_back(at_first.convert(number(value)));
  }
  const std::size_t biases = inputs * classes;
  const Exact share = Numbered(e, 0, Pass::constants, Role::loss_gradient).div(number(1), number(4));
  for (int step = 0; step < steps; ++step) {
    const auto role = [&](Pass pass, Role of) { return Numbered(e, step, pass, of); };
    Numbered products = role(Pass::batch, Role::products), sums = role(Pass::batch, Role::sums),
             logits = role(Pass::batch, Role::logits);
    std::vector<std::vector<Exact>> z(samples, std::vector<Exact>(classes));
    for (auto& row : z) {
      const auto i = static_cast<std::size_t>(&row - z.data());
      for (std::size_t j = 0; j < classes; ++j) {
        for (std::size_t k = 0; k < inputs; ++k) row[j] = sums.add(row[j], products.mul(x(i, k), w[k * classes + j]));
      }
    }
    for (auto& row : z) {
      for (std::size_t j = 0; j < classes; ++j) row[j] = logits.add(row[j], w[biases + j]);
    }
    Numbered loss = role(Pass::batch, Role::loss), exps = role(Pass::batch, Role::loss_exp),
             total = role(Pass::batch, Role::loss_sum), logs = role(Pass::batch, Role::loss_log),
             gradient = role(Pass::batch, Role::loss_gradient);
    for (auto& row : z) {
      const std::uint32_t label = data.train.labels[static_cast<std::size_t>(&row - z.data())];
      Exact m = row[0];
      for (const Exact& value : row) m = compare(value, m) > 0 ? value : m;
      std::vector<Exact> s, t;
      for (const Exact& value : row) {
        s.push_back(loss.sub(value, m));
        t.push_back(exps.exp(s.back()));
      }
      Exact sum = total.convert(t[0]);  // exact, but an operation
      for (std::size_t k = 1; k < classes; ++k) sum = total.add(sum, t[k]);
      const Exact log_sum = logs.log(sum);
      for (std::size_t k = 0; k < classes; ++k) {
        const Exact p = gradient.exp(loss.sub(s[k], log_sum));
        row[k] = gradient.sub(gradient.mul(p, share), k == label ? share : Exact());
      }
    }
    Numbered back_products = role(Pass::learn, Role::products), back_sums = role(Pass::learn, Role::sums),
             gradients = role(Pass::learn, Role::gradients), master = role(Pass::learn, Role::master_gradients),
             changes = role(Pass::learn, Role::optimizer), weights = role(Pass::learn, Role::weights);
    std::vector<Exact> g(w.size());
    for (std::size_t k = 0; k < inputs; ++k) {
      for (std::size_t j = 0; j < classes; ++j) {
        Exact& of = g[k * classes + j];
        for (std::size_t i = 0; i < samples; ++i) of = back_sums.add(of, back_products.mul(x(i, k), z[i][j]));
      }
    }
    for (std::size_t i = 0; i < biases; ++i) g[i] = gradients.convert(g[i]);
    for (std::size_t j = 0; j < classes; ++j) {
      for (std::size_t i = 0; i < samples; ++i) g[biases + j] = back_sums.add(g[biases + j], z[i][j]);
    }
    for (std::size_t j = 0; j < classes; ++j) g[biases + j] = gradients.convert(g[biases + j]);
    for (Exact& each : g) each = changes.mul(master.convert(each), number(-0.7));
    for (std::size_t i = 0; i < w.size(); ++i) w[i] = weights.add(w[i], g[i]);
  }
  return w;
}

/// The state after some steps, if somebody looks on before each of them.
State looked_at(const Experiment& e, const DataSet& data, int steps) {
  return testing::with_replay(e, data, EngineName::automatic, [&](auto& replay) {
    for (int i = 0; i < steps; ++i) {
      replay.observe();
      if (i % 2 == 0) replay.test_logits();
      if (i % 3 == 0) testing::saved(replay);
      replay.step();
    }
    return testing::saved(replay);
  });
}

}  // namespace

TEST_CASE("no two operations of a run draw the same random number") {
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>> seen;
  std::size_t count = 0;
  for (std::size_t role = 0; role < role_count; ++role) {
    for (const Pass pass : passes) {
      for (const std::int64_t step : {std::int64_t{0}, std::int64_t{1}, std::int64_t{4'000'000'000}}) {
        for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, (std::uint64_t{1} << 48U) - 1}) {
          const Draw draw = draw_of(seed, step, pass, static_cast<Role>(role), index);
          seen.emplace(draw.key, draw.counter, draw.part);
          ++count;
        }
      }
    }
  }
  CHECK(seen.size() == count);
  CHECK(draw_of(7, 5, Pass::learn, Role::sums, 9) == Draw{7, (3U * 8U + 4U) * (std::uint64_t{1} << 48U) + 9, 5});
}

TEST_CASE("three steps of a linear model with every draw written out") {
  for (const Format& format : {bfloat16, parse_format("e4m3"), parse_format("e8m30"), parse_format("e11m7")}) {
    for (const int bits : {unlimited_random_bits, 1, 8, 19}) {
      const Experiment e = linear(format, stochastic(bits));
      const DataSet data = data_of(e);
      std::vector<double> expected;
      for (const Exact& value : written_out(e, data, 3)) expected.push_back(to_double(value));
      CAPTURE(to_text(format));
      CAPTURE(bits);
      CHECK(testing::replayed(e, data, 3) == expected);
      CHECK(testing::replayed(e, data, 3, EngineName::reference) == expected);
    }
  }
}

TEST_CASE("the seed decides, and nobody who looks on") {
  testing::Sample sample(seed);
  int others = 0;
  constexpr int experiments = 40, steps = 7;
  for (int i = 0; i < experiments; ++i) {
    CAPTURE(i);
    Experiment e = testing::small_experiment(testing::any_model(sample));
    e.task.samples = 11;
    e.run.batch = sample.coin() ? 4 : 0;
    e.run.steps = steps;
    e.optimizer = testing::any_optimizer(sample);
    e.precision = {.plan = PrecisionPlan::everything,
                   .format = ieee_like(11, 8),
                   .rounding = stochastic(sample.coin() ? unlimited_random_bits : 5)};
    const DataSet data = data_of(e);
    const std::string alone = testing::exact_text(testing::state_after(e, data, steps));
    CHECK(testing::exact_text(looked_at(e, data, steps)) == alone);
    CHECK(testing::exact_text(testing::state_after(e, data, steps, nullptr, EngineName::reference)) == alone);
    Experiment other = e;
    other.run.seed += 1;  // on the same data
    if (testing::exact_text(testing::state_after(other, data, steps)) != alone) ++others;
  }
  CHECK(others == experiments);
}

TEST_CASE("a state that moves to a stochastic format is rounded so, by its own draws") {
  Experiment wide = linear(binary32, Rounding::nearest_even), narrow = linear(bfloat16, stochastic(8));
  const DataSet data = data_of(wide);
  const State middle = testing::state_after(wide, data, 5);
  const std::vector<double> moved = testing::with_replay(narrow, data, EngineName::automatic, [&](auto& replay) {
    testing::restore(replay, middle);
    return testing::doubles(replay.parameters());
  });
  const auto& numbers = std::get<std::vector<double>>(middle.numbers.at("parameters").values);
  Numbered draws(narrow, 5, Pass::begin, Role::weights);
  REQUIRE(moved.size() == numbers.size());
  int inexact = 0;
  for (std::size_t i = 0; i < moved.size(); ++i) {
    CHECK(moved[i] == to_double(draws.convert(number(numbers[i]))));
    if (moved[i] != numbers[i]) ++inexact;
  }
  CHECK(inexact > 3);
}
