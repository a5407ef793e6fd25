#include "precipice/diagnosis/predicted_dynamics.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "precipice/arithmetic/native.hpp"

using namespace precipice;
using namespace precipice::predicted;

namespace {

double logarithm(double x) { return Native<double>::log(x); }

}  // namespace

TEST_CASE("the rates by hand: eta = 2, eps = 1/4, four classes, eight samples") {
  CHECK(classifier_drift_rate(2, 0.25, 4) == 0.125);
  CHECK(feature_drift_rate(2, 0.25, 8) == 0.0625);
  CHECK(feature_drift_rate(8 * 2, 0.25, 8) == 0.5);  // the paper's convention: eta eps
}

TEST_CASE("two steps of the linear map by hand, both means from the state before") {
  const DriftRates rates{0.25, 0.5};
  const TwoMeans once = drifted(rates, {{0, 2}, {1, -4}});
  CHECK(once.classifier == std::vector{-0.25, 3.0});
  CHECK(once.features == std::vector{1.0, -5.0});
  const TwoMeans twice = drifted(rates, once);
  CHECK(twice.classifier == std::vector{-0.5, 4.25});
  CHECK(twice.features == std::vector{1.125, -6.5});
}

TEST_CASE("the growing direction is antiparallel, grows by 1 + sqrt(alpha beta) and stays what it is") {
  const DriftRates rates{0.25, 0.0625};
  CHECK(growth_rate(rates) == 0.125);
  CHECK(direction_ratio(rates) == 2);
  const TwoMeans next = drifted(rates, {{-2}, {1}});
  CHECK(next.features[0] == 1.125);
  CHECK(next.classifier[0] == -2 * 1.125);
  const TwoMeans decayed = drifted(rates, {{2}, {1}});
  CHECK(decayed.features[0] == 0.875);
  CHECK(decayed.classifier[0] == 2 * 0.875);
}

TEST_CASE("both conventions: 1/sqrt(K) in the paper's, sqrt(B/K) if features have 1/B") {
  constexpr double eta = 0.5, eps = 0.125;
  constexpr std::size_t classes = 4, batch = 64;
  const DriftRates paper{classifier_drift_rate(eta, eps, classes), feature_drift_rate(batch * eta, eps, batch)};
  const DriftRates mean{classifier_drift_rate(eta, eps, classes), feature_drift_rate(eta, eps, batch)};
  CHECK(direction_ratio(paper) == 0.5);
  CHECK(direction_ratio(mean) == 4);
  CHECK(growth_rate(paper) == eta * eps / 2);  // eta eps / sqrt(K)
  CHECK(growth_rate(mean) == eta * eps / 16);  // eta eps / sqrt(K B)
}

TEST_CASE("the share of the decaying mode is that of the state which the maps lead to") {
  const std::vector<DriftRates> rates{{0.25, 0.0625}, {0.5, 0.125}, {0.125, 0.03125}};
  TwoMeans means{{0.5, 0}, {1, 3}};
  const TwoMeans start = means;
  for (const DriftRates& r : rates) means = drifted(r, means);
  // mu_G = a + b, W_G = -2 (a - b)
  const auto length = [&](double sign) {
    double squares = 0;
    for (std::size_t j = 0; j < 2; ++j) {
      const double mode = (means.features[j] - sign * means.classifier[j] / 2) / 2;
      squares += mode * mode;
    }
    return std::sqrt(squares);
  };
  CHECK(decaying_share(rates, start) == doctest::Approx(length(-1) / length(1)).epsilon(1e-14));
  CHECK(continuous_growth(rates) == 0.125 + 0.25 + 0.0625);
}

TEST_CASE("small rates grow as the sum of sqrt(alpha beta) says, less ln 2 from one mean alone") {
  constexpr int steps = 40'000;
  const std::vector<DriftRates> rates(steps, DriftRates{4e-4, 1e-4});
  TwoMeans means{{0}, {1}};
  for (const DriftRates& r : rates) means = drifted(r, means);
  const double growth = logarithm(means.features[0]);
  // log(1 + x) = x - x^2/2: 40 000 times 2e-8
  CHECK(growth == doctest::Approx(continuous_growth(rates) - 8e-4 - logarithm(2)).epsilon(1e-6));
}

TEST_CASE("margins limit the growth: a power (K - 1) / 2 of them") {
  CHECK(growth_limit(3, 7, 14) == doctest::Approx(logarithm(2)).epsilon(1e-15));
  CHECK(growth_limit(10, 8, 8) == 0);
}

TEST_CASE("theory's example: some 33 times the step before") {
  CHECK(reemerged_gradient(24, 1) == 0x1p-23);
  CHECK(reemerged_gradient(8, 4) == 0x1p-9);
  const ReemergedStep step = reemerged_step({1e-3, 0.9, 0.95, 1e-8, 1e-10, reemerged_gradient(24, 1)});
  CHECK(step.mean == doctest::Approx(1.2e-8).epsilon(0.01));
  CHECK(std::sqrt(step.square) == doctest::Approx(2.7e-8).epsilon(0.02));
  CHECK(step.step == doctest::Approx(3.3e-4).epsilon(0.01));
  CHECK(step.step_before == doctest::Approx(9.9e-6).epsilon(0.01));
  CHECK(step.jump() == doctest::Approx(33).epsilon(0.01));
}

TEST_CASE("Adam's closed form by hand, betas 1/2 and 3/4") {
  // m = (3 + 1) / 2, v = (27 + 1) / 4 = 7
  const ReemergedStep step = reemerged_step({0.5, 0.5, 0.75, 1, 3, 1});
  CHECK(step.mean == 2);
  CHECK(step.square == 7);
  CHECK(step.step == 0.5 * 2 / (std::sqrt(7.0) + 1));
  CHECK(step.step_before == 0.5 * 3 / (3 + 1));
}
