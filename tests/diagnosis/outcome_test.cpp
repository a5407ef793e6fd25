#include "precipice/diagnosis/outcome.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace precipice;

namespace {

/// A trace of 400 records, ten steps apart, whose loss falls smoothly; events are put in by hand.
Trace quiet() {
  Trace trace;
  for (int i = 0; i < 400; ++i) {
    Record r;
    r.step = 10 * i;
    r.loss = std::ldexp(1.0, -i / 20);
    r.train_accuracy = i < 5 ? 0.4 : 1;
    r.feature_mean_norm = 10;
    r.feature_norm = 100;
    r.residual_probability = r.loss;
    r.mean_cosine = -0.2;
    trace.records.push_back(r);
  }
  trace.steps = 3990;
  return trace;
}

template <class Change>
Trace changed(Trace trace, std::size_t from, Change change) {
  for (std::size_t i = from; i < trace.records.size(); ++i) change(trace.records[i], i);
  return trace;
}

Trace absorbing() {
  return changed(quiet(), 100, [](Record& r, std::size_t i) {
    r.collapsed_share = i < 150 ? 0.1 : 0.7;
    r.zero_sum_residual = 0.8 * r.residual_probability;
  });
}

Trace inflating() {
  return changed(absorbing(), 200, [](Record& r, std::size_t) {
    r.feature_mean_norm = 80;
    r.mean_cosine = -0.95;
  });
}

Trace spiking(const Trace& trace) {
  return changed(trace, 250, [](Record& r, std::size_t i) {
    if (i < 255) r.loss *= 1000;
  });
}

}  // namespace

TEST_CASE("the rate of inflation is that of its first e-fold growth") {
  const Trace trace = changed(absorbing(), 200, [](Record& r, std::size_t i) {
    r.feature_mean_norm = std::ldexp(80.0, static_cast<int>(i - 200) / 10);  // doubles every 100 steps
    r.mean_cosine = -0.95;
  });
  const Diagnosis diagnosis = diagnose(trace);
  CHECK(diagnosis.onsets.nfi == 2000);
  CHECK(diagnosis.inflation_rate == std::log(4.0) / 200);  // a factor of e is reached at the second doubling
  CHECK_FALSE(diagnose(inflating()).inflation_rate);       // it jumped and stayed
  CHECK_FALSE(diagnose(quiet()).inflation_rate);
  CHECK_FALSE(inflation_rate(trace.records, 7));  // no record at this step
}

TEST_CASE("each outcome from a trace made for it") {
  CHECK(diagnose(quiet()).outcome == Outcome::clean);
  CHECK(diagnose(absorbing()).outcome == Outcome::absorbs);
  CHECK(diagnose(inflating()).outcome == Outcome::inflates);
  CHECK(diagnose(spiking(inflating())).outcome == Outcome::slingshots);
  CHECK(diagnose(spiking(quiet())).outcome == Outcome::spikes_only);
  CHECK(diagnose(spiking(absorbing())).outcome == Outcome::spikes_only);
  CHECK(diagnose(changed(quiet(), 0, [](Record& r, std::size_t) { r.train_accuracy = 0.89; })).outcome ==
        Outcome::never_fits);
  Trace frozen = absorbing();
  frozen.frozen_at = 3000;
  CHECK(diagnose(frozen).outcome == Outcome::frozen);
  Trace diverged = quiet();
  diverged.diverged_at = 3990;
  CHECK(diagnose(diverged).outcome == Outcome::diverges);
}

TEST_CASE("inflation comes before what follows it: freezing and divergence show in their steps only") {
  Trace trace = inflating();
  trace.frozen_at = 3000;
  trace.diverged_at = 3990;
  const Diagnosis found = diagnose(trace);
  CHECK(found.outcome == Outcome::inflates);
  CHECK(found.onsets.frozen_at == 3000);
  CHECK(found.onsets.diverged_at == 3990);
}

TEST_CASE("onsets are the recorded steps at which things began") {
  const Onsets o = diagnose(spiking(inflating())).onsets;
  CHECK(o.fitted == 50);
  CHECK(o.first_absorption == 1000);
  CHECK(o.sc50 == 1500);
  CHECK(o.nfi == 2000);
  CHECK(o.first_spike == 2500);
  CHECK(o.spikes == 1);
}

TEST_CASE("growth alone, a broken sum alone or opposed means alone are no inflation") {
  const auto without_break = changed(inflating(), 0, [](Record& r, std::size_t) { r.zero_sum_residual = 0; });
  CHECK(diagnose(without_break).outcome == Outcome::absorbs);
  const auto without_growth = changed(inflating(), 0, [](Record& r, std::size_t) { r.feature_mean_norm = 10; });
  CHECK(diagnose(without_growth).outcome == Outcome::absorbs);
  const auto without_opposition = changed(inflating(), 0, [](Record& r, std::size_t) { r.mean_cosine = -0.4; });
  CHECK(diagnose(without_opposition).outcome == Outcome::absorbs);
  const auto before_absorption = changed(inflating(), 0, [](Record& r, std::size_t) { r.collapsed_share = 0; });
  CHECK(diagnose(before_absorption).outcome == Outcome::clean);
}

TEST_CASE("a mean of rounding errors does not inflate, in either direction") {
  const auto noise = [](double cosine) {
    return changed(inflating(), 0, [=](Record& r, std::size_t i) {
      r.feature_mean_norm = i < 200 ? 1e-14 : 1e-13;
      r.mean_cosine = cosine;
    });
  };
  CHECK(diagnose(noise(-0.95)).outcome == Outcome::absorbs);
  CHECK_FALSE(diagnose(noise(0.95)).onsets.aligned);
  const auto at_the_edge = [](double norm) {
    return changed(inflating(), 0, [=](Record& r, std::size_t) { r.feature_norm = norm; });
  };
  CHECK(diagnose(at_the_edge(80 / 0.01)).onsets.nfi == 2000);
  CHECK_FALSE(diagnose(at_the_edge(81 / 0.01)).onsets.nfi);
}

TEST_CASE("the steps at which test accuracy reaches a half, nine tenths, all but a hundredth") {
  const auto learning = changed(quiet(), 0, [](Record& r, std::size_t i) {
    r.test_accuracy = i < 30 ? 0.49 : i < 60 ? 0.9 : 0.98;
  });
  const Onsets o = diagnose(learning).onsets;
  CHECK(o.test_accuracy_50 == 300);
  CHECK(o.test_accuracy_90 == 300);
  CHECK_FALSE(o.test_accuracy_99);
  const auto untested =
      changed(quiet(), 0, [](Record& r, std::size_t) { r.test_accuracy = std::numeric_limits<double>::quiet_NaN(); });
  CHECK_FALSE(diagnose(untested).onsets.test_accuracy_50);
}

TEST_CASE("a residual without any eps is no break: the wrong classes' gradients are gone") {
  const auto gone = changed(inflating(), 0, [](Record& r, std::size_t) { r.residual_probability = 0; });
  CHECK(diagnose(gone).outcome == Outcome::absorbs);
}

TEST_CASE(
    "means that grow along each other after a broken sum are the mirror image of inflation, with no outcome of its "
    "own") {
  const auto aligned = changed(quiet(), 150, [](Record& r, std::size_t i) {
    r.zero_sum_residual = r.residual_probability;
    r.feature_mean_norm = i < 180 ? 10 : 60;
    r.mean_cosine = 0.9;
  });
  CHECK(diagnose(aligned).onsets.aligned == 1800);
  CHECK_FALSE(diagnose(aligned).onsets.nfi);
  CHECK(diagnose(aligned).outcome == Outcome::clean);
  CHECK_FALSE(diagnose(inflating()).onsets.aligned);
  CHECK_FALSE(diagnose(quiet()).onsets.aligned);
}

TEST_CASE("a slow rise of the loss is no spike, two jumps are two") {
  const auto slow = changed(
      quiet(), 200, [](Record& r, std::size_t i) { r.loss = std::ldexp(1e-4, static_cast<int>(i - 200) / 20); });
  CHECK(diagnose(slow).onsets.spikes == 0);
  const auto twice = changed(spiking(quiet()), 300, [](Record& r, std::size_t i) {
    if (i < 303) r.loss *= 100;
  });
  CHECK(diagnose(twice).onsets.spikes == 2);
}

TEST_CASE("a loss that jumps before the fit, or that falls to exactly zero, is no spike") {
  CHECK(diagnose(changed(quiet(), 3, [](Record& r, std::size_t i) {
          if (i == 3) r.loss *= 1e6;
        })).onsets.spikes == 0);
  CHECK(diagnose(changed(quiet(), 300, [](Record& r, std::size_t) { r.loss = 0; })).onsets.spikes == 0);
}

TEST_CASE("every outcome has a name of its own") {
  CHECK(to_text(Outcome::never_fits) == "never-fits");
  CHECK(to_text(Outcome::spikes_only) == "spikes-only");
  CHECK(outcome_names().size() == 9);
  CHECK(outcome_names().back() == to_text(Outcome::clean));
}
