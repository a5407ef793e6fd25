#include "precipice/diagnosis/observe.hpp"

#include <doctest/doctest.h>
#include <mpfr.h>

#include <cmath>

using namespace precipice;

namespace {

/// log(sum exp(z)) - z_r with 300 bits.
double cross_entropy_by_mpfr(const std::vector<double>& z, std::size_t label) {
  mpfr_t sum, term;
  mpfr_inits2(300, sum, term, static_cast<mpfr_ptr>(nullptr));
  mpfr_set_zero(sum, 1);
  for (const double x : z) {
    mpfr_set_d(term, x, MPFR_RNDN);
    mpfr_sub_d(term, term, z[label], MPFR_RNDN);
    mpfr_exp(term, term, MPFR_RNDN);
    mpfr_add(sum, sum, term, MPFR_RNDN);
  }
  mpfr_log(sum, sum, MPFR_RNDN);
  const double result = mpfr_get_d(sum, MPFR_RNDN);
  mpfr_clears(sum, term, static_cast<mpfr_ptr>(nullptr));
  return result;
}

/// Two samples, two features, three classes.
struct Scene {
  Matrix<double> features{2, 2}, logits{2, 3}, gradients{2, 3}, classifier{2, 3};
  std::vector<std::uint32_t> labels{0, 2};

  Scene() {
    features.values() = {1, 2, 3, 4};
    logits.values() = {5, 1, 0, -1, 0, 3};
    gradients.values() = {0, 0.25, 0.125, 0.5, 0.25, -0.75};
    classifier.values() = {-3, -3, -3, -4, -4, -4};
  }
  [[nodiscard]] Record record(MeanPlace mean, double batch) const {
    const Snapshot<double> snapshot{features.view(), logits.view(), gradients.view(), labels, classifier.view(), batch};
    Sight sight;
    look(snapshot, Loss{.mean = mean}, sight);
    return measure(sight, 7);
  }
};

}  // namespace

TEST_CASE("the exact loss is right to an ulp or two where the textbook formula has lost everything") {
  const std::vector<std::vector<double>> rows{{40, 0, 0}, {0.1, 0.2, 0.3}, {17.3, -5, 17.29}, {800, 0},
                                              {0, 1},     {-1000, 30, 3},  {37, 0},           {1e-9, 0}};
  for (const auto& row : rows) {
    for (std::size_t label = 0; label < row.size(); ++label) {
      const double expected = cross_entropy_by_mpfr(row, label);
      CHECK(std::fabs(cross_entropy(row, label) - expected) <= 4 * std::ldexp(expected, -52));
    }
  }
}

TEST_CASE("a record of two samples, computed by hand") {
  const Record r = Scene().record(MeanPlace::outside, 2);
  CHECK(r.step == 7);
  CHECK(r.train_accuracy == 1);
  CHECK(r.least_margin == 3);
  CHECK(r.median_margin == 3);  // the lower one
  CHECK(r.largest_margin == 4);
  CHECK(r.collapsed_share == 0.5);
  CHECK(r.vanished_share == 0);
  CHECK(r.residual_probability == (0.375 + 0.75) / 2);
  CHECK(r.zero_sum_residual == 0.375 / 2);  // the second sample's gradients sum to zero
  CHECK(r.classifier_mean_norm == 5);       // W_G = (-3, -4)
  CHECK(r.feature_mean_norm == std::sqrt(2.0 * 2 + 3 * 3));
  CHECK(r.mean_cosine == doctest::Approx(-18 / (5 * std::sqrt(13.0))).epsilon(1e-15));
  // sum_i d_i h_i = 0.375 (1, 2)
  CHECK(r.drift_cosine == doctest::Approx(-11 / (5 * std::sqrt(5.0))).epsilon(1e-15));
  CHECK(r.classifier_norm == std::sqrt(75.0));
  CHECK(r.feature_norm == doctest::Approx(std::sqrt((1 * 1 + 2 * 2 + 3 * 3 + 4 * 4) / 2.0)).epsilon(1e-15));
}

TEST_CASE("the loss as the arithmetic has it: its mean, summed exactly, and the share that is exactly zero") {
  const Scene scene;
  const auto record = [&](const std::vector<double>& losses) {
    Sight sight;
    look(Snapshot<double>{scene.features.view(), scene.logits.view(), scene.gradients.view(), scene.labels,
                          scene.classifier.view(), 2, 1, losses},
         Loss{}, sight);
    return measure(sight, 0);
  };
  CHECK(record({0.75, 0}).emulated_loss == 0.375);
  CHECK(record({0.75, 0}).zero_loss_share == 0.5);
  CHECK(record({-0.0, 0}).zero_loss_share == 1);
  CHECK(record({1, 0x1p-1000}).emulated_loss == 0.5);
  CHECK(record({0x1p53, 1 + 0x1p-52}).emulated_loss == 0x1p52 + 1);  // the sum lies just above a tie
  CHECK(std::isinf(record({INFINITY, 1}).emulated_loss));
  CHECK(std::isnan(record({NAN, 1}).emulated_loss));
}

TEST_CASE("logits have a mean and a spread about the means of their samples") {
  const Record r = Scene().record(MeanPlace::outside, 2);  // (5, 1, 0) and (-1, 0, 3)
  CHECK(r.logit_mean == 8.0 / 6);
  const double squares = 9 + 1 + 4 + (25 + 4 + 49) / 9.0;
  CHECK(r.logit_spread == doctest::Approx(std::sqrt(squares / 6)).epsilon(1e-15));
}

TEST_CASE("classes collapse apart: the least and the most collapsed one that has samples") {
  Scene scene;
  Record r = scene.record(MeanPlace::outside, 2);
  CHECK(r.least_collapsed_class == 0);  // class 2
  CHECK(r.most_collapsed_class == 1);   // class 0
  scene.labels = {0, 0};
  r = scene.record(MeanPlace::outside, 2);
  CHECK(r.least_collapsed_class == 0.5);
  CHECK(r.most_collapsed_class == 0.5);
}

TEST_CASE("the error of the gradient is split into what all classes have alike and the rest") {
  Scene scene;
  Matrix<double> exact(2, 3);
  for (std::size_t i = 0; i < 2; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < 3; ++k) sum += std::exp(scene.logits(i, k));
    for (std::size_t k = 0; k < 3; ++k) {
      exact(i, k) = std::exp(scene.logits(i, k)) / sum - (k == scene.labels[i] ? 1 : 0);
    }
  }
  const auto with_error = [&](const std::vector<double>& error, double unscale) {
    for (std::size_t i = 0; i < 6; ++i) scene.gradients.values()[i] = (exact.values()[i] + error[i]) / unscale;
  };
  constexpr double rounding = 1e-15;  // the exact gradient is computed in binary64 here and there
  with_error({0.25, 0.25, 0.25, 0, 0, 0}, 1);
  Record r = scene.record(MeanPlace::outside, 2);
  CHECK(r.common_gradient_error == doctest::Approx(0.25 * std::sqrt(3.0 / 2)).epsilon(1e-14));
  CHECK(r.centred_gradient_error < rounding);
  with_error({0, 0, 0, 0.5, -0.25, -0.25}, 8);
  r = scene.record(MeanPlace::before, 8);
  CHECK(r.common_gradient_error < rounding);
  CHECK(r.centred_gradient_error == doctest::Approx(std::sqrt((0.25 + 2 * 0.0625) / 2)).epsilon(1e-14));
}

TEST_CASE("smoothed targets belong to the exact gradient; of other losses there is none") {
  const Scene scene;
  const auto record = [&](const Loss& loss) {
    Sight sight;
    look(Snapshot<double>{scene.features.view(), scene.logits.view(), scene.gradients.view(), scene.labels,
                          scene.classifier.view(), 1},
         loss, sight);
    return measure(sight, 0);
  };
  const double plain = record({.mean = MeanPlace::outside}).centred_gradient_error,
               smoothed = record({.mean = MeanPlace::outside, .smoothing = 0.3}).centred_gradient_error;
  CHECK(plain > 0);
  CHECK(std::fabs(plain - smoothed) > 1e-3);
  CHECK(std::isnan(record({.formulation = Formulation::stablemax}).common_gradient_error));
  CHECK(std::isnan(record({.z_loss = 0.1}).common_gradient_error));
  CHECK(std::isnan(record({.margin_clamp = 9}).centred_gradient_error));
}

TEST_CASE("1/B inside the gradients is taken out of eps and of the residual") {
  const Record outside = Scene().record(MeanPlace::outside, 8), before = Scene().record(MeanPlace::before, 8);
  CHECK(before.residual_probability == 8 * outside.residual_probability);
  CHECK(before.zero_sum_residual == 8 * outside.zero_sum_residual);
}

TEST_CASE("the zero-sum residual is summed exactly: cancellation leaves the small term") {
  Scene scene;
  scene.gradients.values() = {-1, 1, 0x1p-80, 0, 0, 0};
  const Record r = scene.record(MeanPlace::outside, 1);
  CHECK(r.zero_sum_residual == 0x1p-81);
  CHECK(r.vanished_share == 0.5);
  CHECK(r.collapsed_share == 0);
}

TEST_CASE("a snapshot of Reference's values gives the same record") {
  const Scene scene;
  const auto exact = [](const Matrix<double>& m) {
    Matrix<Exact> result(m.rows(), m.cols());
    for (std::size_t i = 0; i < m.values().size(); ++i) result.values()[i] = Exact::from(m.values()[i]);
    return result;
  };
  const Matrix<Exact> h = exact(scene.features), z = exact(scene.logits), g = exact(scene.gradients),
                      w = exact(scene.classifier);
  Sight sight;
  look(Snapshot<Exact>{h.view(), z.view(), g.view(), scene.labels, w.view(), 2}, Loss{}, sight);
  const Record a = measure(sight, 7), b = scene.record(MeanPlace::before, 2);
  for (const RecordColumn& column : record_columns) {
    const double x = a.*column.value, y = b.*column.value;
    CHECK((x == y || (std::isnan(x) && std::isnan(y))));
  }
}

TEST_CASE("accuracy takes the first of equal logits; without samples it does not apply") {
  Matrix<double> logits(2, 2);
  logits.values() = {1, 1, 0, 2};
  const std::vector<std::uint32_t> labels{1, 1};
  CHECK(accuracy<double>(std::as_const(logits).view(), labels) == 0.5);
  const Matrix<double> none(0, 2);
  CHECK(std::isnan(accuracy<double>(none.view(), {})));
}
