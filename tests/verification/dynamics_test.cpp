#include "precipice/verification/dynamics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "precipice/format/error.hpp"
#include "precipice/verification/part.hpp"

using namespace precipice;
using namespace precipice::verification;

namespace {

/// Quick ones of each kind; features with 1/B and without.
const std::vector<FreeFeaturesSetting> quick{{30, 1, 6, 0.5, FeatureConvention::mean},
                                             {30, 5, 8, 2.0, FeatureConvention::mean},
                                             {30, 5, 11, 0.5, FeatureConvention::paper},
                                             {100, 1, 17, 0.5, FeatureConvention::paper}};
const TrainedSetting quick_training{0.1, 0};
const ReemergenceSetting theorys_example{24, 1, 0.9, 0.95, 1e-8, 1e-10};

DynamicsPredictions with_classes(std::ptrdiff_t more) {
  DynamicsPredictions predictions;
  predictions.classifier_rate = [more](double rate, double residual, std::size_t classes) {
    return predicted::classifier_drift_rate(rate, residual, classes + static_cast<std::size_t>(more));
  };
  return predictions;
}

FreeFeaturesFinding examined(const FreeFeaturesSetting& setting, const DynamicsPredictions& predictions = {}) {
  return examine(setting, Course{}, predictions);
}

}  // namespace

TEST_CASE("the linear map of the measured eps predicts growth and direction of unconstrained features") {
  for (const FreeFeaturesSetting& setting : quick) {
    const FreeFeaturesFinding finding = examined(setting);
    CAPTURE(setting.classes);
    CHECK(finding.missed() == 0);
    CHECK(finding.growth_error() < growth_tolerance);
    CHECK(finding.growth > 1);
    CHECK(finding.steps_as_one == finding.steps);
    CHECK(finding.growth < finding.growth_limit);
    CHECK(finding.growth < finding.continuous_growth);  // one mean alone is half of the growing mode
    CHECK(finding.drive_share > 0);
    CHECK(finding.mean_share > 0);
  }
}

TEST_CASE("the two conventions end in their own directions") {
  const FreeFeaturesFinding mean = examined(quick[1]), paper = examined(quick[2]);
  CHECK(mean.direction == doctest::Approx(std::sqrt(5.0)).epsilon(0.01));
  CHECK(paper.direction == doctest::Approx(1 / std::sqrt(30.0)).epsilon(0.05));
  CHECK(mean.cosine == doctest::Approx(-1));
  CHECK(paper.cosine == doctest::Approx(-1));
}

TEST_CASE("a planted K - 1 or K + 1 is refuted by the drift of W_G, the growth and the direction") {
  for (const std::ptrdiff_t more : {-1, 1}) {
    for (const FreeFeaturesSetting& setting : {quick[0], quick[1]}) {
      const FreeFeaturesFinding finding = examined(setting, with_classes(more));
      CHECK(finding.drive_share > 1);
      CHECK(finding.mean_share > 1);
      CHECK(finding.growth_error() > growth_tolerance);
      CHECK(finding.direction_error() > finding.direction_bound());
    }
  }
}

TEST_CASE("the bound of roundings is so narrow that a rate which is off by a billionth is refuted") {
  DynamicsPredictions predictions;
  predictions.classifier_rate = [](double rate, double residual, std::size_t classes) {
    return predicted::classifier_drift_rate(rate, residual, classes) * (1 + 1e-9);
  };
  const FreeFeaturesFinding finding = examined(quick[0], predictions);
  CHECK(finding.drive_share > 1);
  CHECK(finding.mean_share > 1);
  CHECK(finding.missed() == 2);
}

TEST_CASE("a prediction that is no number is refuted") {
  DynamicsPredictions predictions;
  int calls = 0;
  predictions.classifier_rate = [&calls](double rate, double residual, std::size_t classes) {
    return ++calls == 3 ? NAN : predicted::classifier_drift_rate(rate, residual, classes);
  };
  const FreeFeaturesFinding finding = examined(quick[0], predictions);
  CHECK(std::isnan(finding.drive_share));
  CHECK(finding.missed() >= 1);
}

TEST_CASE("a planted feature rate without 1/B is refuted in both conventions") {
  DynamicsPredictions predictions;
  predictions.feature_rate = [](double rate, double residual, std::size_t) { return rate * residual; };
  for (const FreeFeaturesSetting& setting : {quick[1], quick[2]}) {
    const FreeFeaturesFinding finding = examined(setting, predictions);
    CHECK(finding.missed() >= 2);
    CHECK(finding.growth_error() > 0.1);
    CHECK(finding.drive_share <= 1);  // knows nothing of it
  }
}

TEST_CASE("planted signs are refuted: of one mean by the growth, of both by the drift of W_G") {
  DynamicsPredictions of_features, of_both;
  of_features.drifted = [](const predicted::DriftRates& r, const predicted::TwoMeans& m) {
    return predicted::drifted({r.classifier, -r.features}, m);
  };
  of_both.drifted = [](const predicted::DriftRates& r, const predicted::TwoMeans& m) {
    return predicted::drifted({-r.classifier, -r.features}, m);
  };
  const FreeFeaturesFinding one = examined(quick[0], of_features), both = examined(quick[0], of_both);
  CHECK(one.growth_error() > 0.1);
  CHECK(one.drive_share <= 1);
  CHECK(both.growth_error() < growth_tolerance);  // W_G for -W_G: lengths are the same
  CHECK(both.drive_share > 1);
  CHECK(both.mean_share > 1);
}

TEST_CASE("a planted ratio of the means, upside down, is refuted") {
  DynamicsPredictions predictions;
  predictions.direction_ratio = [](const predicted::DriftRates& r) { return 1 / predicted::direction_ratio(r); };
  CHECK(examined(quick[1], predictions).missed() == 1);
}

TEST_CASE("what drives W_G in a trained network is the sum of d_i h_i within roundings, before and behind absorption") {
  const DataSet digits = digits_of(quick_training.seed);
  const TrainedFinding finding = examine(quick_training, digits, Course{}, {});
  CHECK(finding.missed() == 0);
  CHECK(finding.drive_share > 0.01);  // the bound is no barn door
  CHECK(finding.steps > 1000);
  REQUIRE(finding.first_absorption);
  CHECK(*finding.first_absorption > 60);  // not the first of these steps
  CHECK(*finding.first_absorption < finding.begins);
  CHECK(finding.fit.rate > 0);
  CHECK(finding.fit.half_width > 0);
  CHECK(finding.paper_rate == doctest::Approx(finding.mean_rate * std::sqrt(50.0)).epsilon(1e-12));
  for (const std::ptrdiff_t more : {-1, 1}) {
    CHECK(examine(quick_training, digits, Course{}, with_classes(more)).missed() == 1);
  }
}

TEST_CASE("Adam takes theory's step when the gradient comes back") {
  const ReemergenceFinding finding = examine(theorys_example, Course{}, {});
  CHECK(finding.missed() == 0);
  CHECK(finding.step == doctest::Approx(3.3e-4).epsilon(0.01));
  CHECK(finding.jump == doctest::Approx(33).epsilon(0.01));
}

TEST_CASE("Adam's step is that of the closed form to a few roundings; another formula's is refuted") {
  using predicted::Reemergence;
  DynamicsPredictions without_epsilon, one_beta, smaller_gradient;
  without_epsilon.reemerged_step = [](Reemergence of) {
    of.epsilon = 0;
    return predicted::reemerged_step(of);
  };
  one_beta.reemerged_step = [](Reemergence of) {
    of.beta2 = of.beta1;
    return predicted::reemerged_step(of);
  };
  smaller_gradient.reemerged_step = [](Reemergence of) {
    of.after = std::nextafter(of.after * (1 - 1e-14), 0.0);
    return predicted::reemerged_step(of);
  };
  for (const ReemergenceSetting& setting : {theorys_example, ReemergenceSetting{8, 128, 0.9, 0.95, 1e-5, 0x1p-24}}) {
    CHECK(examine(setting, Course{}, {}).missed() == 0);
    CHECK(examine(setting, Course{}, without_epsilon).missed() == 2);
    CHECK(examine(setting, Course{}, one_beta).missed() == 1);          // the step before knows no beta
    CHECK(examine(setting, Course{}, smaller_gradient).missed() == 1);  // by some ten units of the last place
  }
}

TEST_CASE("a straight line is fitted exactly, and its interval widens where residuals are a curve") {
  std::vector<double> line(101), noisy(101), curved(101);
  for (std::size_t t = 0; t < line.size(); ++t) {
    const double x = static_cast<double>(t) - 50;
    line[t] = 3 + 0.25 * x;
    noisy[t] = line[t] + (t % 2 == 0 ? 0.1 : -0.1);
    curved[t] = line[t] + 1e-4 * x * x;
  }
  const GrowthFit exact = fit_growth(line), alternating = fit_growth(noisy), parabola = fit_growth(curved);
  CHECK(exact.rate == doctest::Approx(0.25).epsilon(1e-14));
  CHECK(exact.deviation < 1e-13);
  CHECK(alternating.rate == doctest::Approx(0.25).epsilon(1e-12));
  CHECK(alternating.correlation < -0.9);
  // 1.96 s / sqrt(n (n^2 - 1) / 12), s = 0.1 but for the degrees of freedom
  CHECK(alternating.half_width == doctest::Approx(1.96 * 0.1 / std::sqrt(101 * 10200 / 12.0)).epsilon(0.02));
  CHECK(parabola.rate == doctest::Approx(0.25).epsilon(1e-12));
  CHECK(parabola.correlation > 0.9);
  CHECK(parabola.half_width > 4 * alternating.half_width * parabola.deviation / alternating.deviation);
  CHECK(std::isnan(fit_growth(std::span(line).first(2)).rate));
}

TEST_CASE("the part counts what was compared and refuted, and says the same whatever the number of jobs") {
  const DynamicsAgenda agenda{{quick[0], quick[3]}, {quick_training}, {theorys_example}};
  const auto part = [&](std::size_t jobs, const DynamicsPredictions& predictions) {
    Course course;
    course.jobs = jobs;
    return verify_dynamics(course, agenda, predictions);
  };
  const Part one = part(1, {}), two = part(2, {});
  CHECK(one.name == "dynamics");
  CHECK(one.checked == 2 * 5 + 1 + 2);
  CHECK(one.missed == 0);
  CHECK(one.text == two.text);
  CHECK(one.markdown == two.markdown);
  CHECK(one.json == two.json);
  CHECK(one.json["unconstrained_features"].size() == 2);
  CHECK(one.text.find('!') == std::string::npos);
  const Part wrong = part(2, with_classes(1));
  CHECK(wrong.checked == one.checked);
  // Drift twice and growth of both; the direction where the decaying mode has gone; drift in the network.
  CHECK(wrong.missed == 2 * 3 + 1 + 1);
  CHECK(wrong.text.find('!') != std::string::npos);
}

TEST_CASE(
    "the usual grid has both conventions in at least 24 settings, all precisions, classes and numbers of samples") {
  const std::vector<FreeFeaturesSetting> usual = dynamics_agenda(Extent::usual).free_features;
  CHECK(usual.size() >= 24);
  for (const std::size_t classes : {4U, 10U, 30U}) {
    for (const FeatureConvention convention : {FeatureConvention::mean, FeatureConvention::paper}) {
      for (const double above : {0.5, 2.0}) {
        CHECK(std::ranges::any_of(usual, [&](const FreeFeaturesSetting& s) {
          return s.classes == classes && s.convention == convention && s.above == above;
        }));
      }
    }
  }
  CHECK(dynamics_agenda(Extent::full).size() > dynamics_agenda(Extent::usual).size());
}

TEST_CASE("a stopped verification throws Interrupted") {
  const std::atomic<bool> stop = true;
  Course course;
  course.stop = &stop;
  CHECK_THROWS_AS(verify_dynamics(course, Extent::usual), Interrupted);
}
