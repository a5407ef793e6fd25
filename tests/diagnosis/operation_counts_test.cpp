#include "precipice/diagnosis/operation_counts.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <map>

#include "diagnosis/small_experiment.hpp"
#include "precipice/diagnosis/operation_counter.hpp"
#include "precipice/diagnosis/run.hpp"
#include "precipice/format/catalogue.hpp"
#include "support/data_of.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::data_of;

namespace {

/// Recorded every 10 steps.
Experiment small() {
  Experiment e = testing::small_experiment(100);
  e.run.record_every = 10;
  return e;
}

template <class Use>
auto with_replay(const Experiment& e, const DataSet& data, EngineName engine, const Use& use) {
  return with_engines(e.precision, choose_engines(e.precision, engine), [&]<class V>(const RoleEngines<V>& engines) {
    Replay<V> replay(engines, e, data);
    OperationCounter<V> counter(engines, e, data);
    return use(replay, counter);
  });
}

/// NaNs are alike.
template <class V>
bool are_same(std::span<const V> a, std::span<const V> b) {
  return std::ranges::equal(a, b, [](const V& x, const V& y) {
    const double u = nearest_double(x), v = nearest_double(y);
    return std::isnan(u) ? std::isnan(v) : u == v && std::signbit(u) == std::signbit(v);
  });
}

using ByRole = std::map<Role, Observations>;

ByRole by_role(const std::vector<OperationCounts>& all) {
  ByRole result;
  for (const OperationCounts& of : all) result[of.role] = of.counts;
  return result;
}

/// Operations on exact numbers, counted as they are defined: what has another value than the exact result, and why.
struct Tally {
  Format format;
  std::uint64_t operations = 0, additions = 0, absorbed = 0, underflows = 0;

  Exact counted(const Rounded& r, bool is_zero_exactly) {
    ++operations;
    if (r.value.is_zero() && !is_zero_exactly) ++underflows;
    return r.value;
  }
  Exact add(const Exact& x, const Exact& y) {
    const Rounded r = reference::add(x, y, format, Rounding::nearest_even);
    if (!x.is_zero() && !y.is_zero()) {
      ++additions;
      if (compare(r.value, x) == 0 || compare(r.value, y) == 0) ++absorbed;
    }
    return counted(r, compare(x, y.negated()) == 0);
  }
  Exact sub(const Exact& x, const Exact& y) { return add(x, y.negated()); }
  Exact mul(const Exact& x, const Exact& y) {
    return counted(reference::multiply(x, y, format, Rounding::nearest_even), x.is_zero() || y.is_zero());
  }
  Exact exp(const Exact& x) { return counted(reference::exp(x, format, Rounding::nearest_even), false); }
  Exact log(const Exact& x) {
    return counted(reference::log(x, format, Rounding::nearest_even), compare(x, Exact::from(1)) == 0);
  }
  Exact convert(const Exact& x) { return counted(reference::convert(x, format, Rounding::nearest_even), x.is_zero()); }

  void check(const Observations& found) const {
    CHECK(found.operations == operations);
    CHECK(found.additions == additions);
    CHECK(found.absorbed == absorbed);
    CHECK(found.underflows_to_zero == underflows);
  }
};

/// The loss `shift`, 1/B before, sums in sequence, of all samples.
struct TalliedLoss {
  Tally loss, exp, sum, log, gradient;

  explicit TalliedLoss(const Format& f) : loss{f}, exp{f}, sum{f}, log{f}, gradient{f} {}

  void row(std::span<const double> z, std::size_t label, std::size_t batch) {
    const Exact maximum = Exact::from(*std::ranges::max_element(z));
    std::vector<Exact> shifted, terms;
    for (const double x : z) {
      shifted.push_back(loss.sub(Exact::from(x), maximum));
      terms.push_back(exp.exp(shifted.back()));
    }
    Exact total = sum.convert(terms[0]);
    for (std::size_t k = 1; k < terms.size(); ++k) total = sum.add(total, terms[k]);
    const Exact log_sum = log.log(total);
    const Exact share = reference::divide(Exact::from(1), Exact::from(static_cast<double>(batch)), gradient.format,
                                          Rounding::nearest_even)
                            .value;
    for (std::size_t k = 0; k < z.size(); ++k) {
      const Exact p = gradient.exp(loss.sub(shifted[k], log_sum));
      static_cast<void>(gradient.sub(gradient.mul(p, share), k == label ? share : Exact()));
    }
  }
};

}  // namespace

TEST_CASE("loss-only: the counts are those of the loss written out, role by role, as the softmax collapses") {
  Experiment e = small();
  e.optimizer.learning_rate = 0.05;
  e.precision.format = parse_format("e4m3");
  const DataSet data = data_of(e);
  std::uint64_t absorbed = 0, underflows = 0;
  with_replay(e, data, EngineName::automatic, [&](auto& replay, auto& counter) {
    for (int step = 0; step < 60; ++step) {
      const auto snapshot = replay.observe();
      TalliedLoss expected(e.precision.format);
      for (std::size_t i = 0; i < data.train.labels.size(); ++i) {
        std::vector<double> z;
        for (std::size_t k = 0; k < data.classes; ++k) z.push_back(nearest_double(snapshot.logits(i, k)));
        expected.row(z, data.train.labels[i], data.train.labels.size());
      }
      const ByRole found = by_role(counter.of_next_step(replay));
      CAPTURE(step);
      CHECK(found.size() == 5);
      expected.loss.check(found.at(Role::loss));
      expected.exp.check(found.at(Role::loss_exp));
      expected.sum.check(found.at(Role::loss_sum));
      expected.log.check(found.at(Role::loss_log));
      expected.gradient.check(found.at(Role::loss_gradient));
      absorbed += expected.sum.absorbed;
      underflows += expected.exp.underflows + expected.gradient.underflows;
      replay.step();
    }
    return 0;
  });
  CHECK(absorbed > 100);
  CHECK(underflows > 100);
}

TEST_CASE("a counted step gives the bits of the run's, and Reference the counts of the fast engines") {
  precipice::testing::Sample sample(29);
  for (int i = 0; i < 24; ++i) {
    Experiment e = small();
    e.precision.plan =
        sample.one_of(std::array{PrecisionPlan::everything, PrecisionPlan::loss_only, PrecisionPlan::weights_only});
    e.precision.format = sample.one_of(std::array{bfloat16, binary16, parse_format("e4m3"), binary32});
    if (sample.coin()) e.precision.of(Role::sums) = RoleFormat{binary32};
    if (sample.coin()) e.precision.of(Role::master_weights) = RoleFormat{binary32};
    if (sample.coin()) e.precision.of(Role::loss_gradient) = RoleFormat{};
    e.optimizer.name = sample.one_of(std::array{OptimizerName::adam, OptimizerName::adamw, OptimizerName::momentum,
                                                OptimizerName::nesterov, OptimizerName::gradient_descent});
    e.optimizer.weight_decay = sample.coin() ? 0.1 : 0;
    e.optimizer.clip_norm = sample.coin() ? 0.5 : 0;
    e.run.batch = sample.coin() ? 5 : 0;
    e.model.normalisation = sample.coin() ? Normalisation::layer_norm : Normalisation::none;
    if (sample.coin()) {
      e.optimizer_switch.step = 4;
      e.optimizer_switch.set(&Optimizer::name, std::optional(OptimizerName::momentum));
      e.optimizer_switch.set(&Optimizer::learning_rate, std::optional(0.01));
    }
    CAPTURE(i);
    const DataSet data = data_of(e);
    const auto counts_of = [&](EngineName engine) {
      return with_replay(e, data, engine, [&](auto& replay, auto& counter) {
        std::vector<ByRole> counts;
        for (int step = 0; step < 8; ++step) {
          const bool is_counted = step % 3 != 1;
          if (is_counted) counts.push_back(by_role(counter.of_next_step(replay)));
          replay.step();
          const auto counted = counter.parameters();
          CHECK(counted.has_value() == (e.precision.plan != PrecisionPlan::loss_only || e.run.batch != 0 ||
                                        e.precision.of(Role::sums) || e.precision.of(Role::master_weights)));
          if (is_counted && counted) CHECK(are_same(replay.parameters(), *counted));
        }
        return counts;
      });
    };
    const std::vector<ByRole> counts = counts_of(EngineName::automatic);
    CHECK(counts == counts_of(EngineName::reference));
    const RoleFormats formats(e.precision);
    for (const ByRole& of_step : counts) {
      CHECK_FALSE(of_step.empty());
      for (const auto& counted : of_step) {
        const auto& [role, of_role] = counted;
        CAPTURE(to_text(counted.first));
        CHECK(is_emulated(formats[role]));
        CHECK(of_role.operations > 0);
      }
    }
  }
}

TEST_CASE("everything: parameters are counted where they are added up, products and sums apart") {
  Experiment e = small();
  e.precision.plan = PrecisionPlan::everything;
  const DataSet data = data_of(e);
  const ByRole found = with_replay(e, data, EngineName::automatic,
                                   [&](auto& replay, auto& counter) { return by_role(counter.of_next_step(replay)); });
  const std::uint64_t n = 12, parameters = 4 * 6 + 6 + 6 * 5 + 5, macs = n * (4 * 6 + 6 * 5) * 2 + n * 6 * 5;
  CHECK(found.at(Role::products).operations == macs);
  CHECK(found.at(Role::sums).operations == macs + n * (6 + 5));  // and biases' gradients
  CHECK(found.at(Role::weights).operations == parameters);       // the addition of the change
  CHECK(found.at(Role::optimizer).operations == 12 * parameters);
  CHECK(found.at(Role::features).operations == n * 6);  // biases
  CHECK(found.at(Role::logits).operations == n * 5);
  CHECK_FALSE(found.contains(Role::master_weights));
}

TEST_CASE("a run counts every so many steps, with the same trajectory, and nothing where all is binary64") {
  Experiment e = small();
  e.run.steps = 25;
  e.run.record_every = 5;
  const DataSet data = data_of(e);
  const Trace without = run_experiment(e, data);
  CHECK(without.counts.empty());
  e.run.count_every = 10;
  const Trace with = run_experiment(e, data);
  CHECK(with.state_digest == without.state_digest);
  std::vector<std::int64_t> steps;
  for (const OperationCounts& of : with.counts) steps.push_back(of.step);
  CHECK(steps.size() == 3 * 5);
  CHECK(steps.front() == 0);
  CHECK(steps.back() == 20);
  e.precision.format = binary64;
  CHECK(run_experiment(e, data).counts.empty());
}
