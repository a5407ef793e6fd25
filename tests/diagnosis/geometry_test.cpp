#include "precipice/diagnosis/geometry.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace precipice;

namespace {

/// Three classes in the plane at the corners of an equilateral triangle around the origin, two samples each.
struct Collapsed {
  Matrix<double> features{6, 2}, classifier{2, 3};
  std::vector<std::uint32_t> labels{0, 1, 2, 2, 1, 0};

  Collapsed() {
    for (std::size_t i = 0; i < 6; ++i) {
      features(i, 0) = corner(labels[i], 0);
      features(i, 1) = corner(labels[i], 1);
    }
    for (std::size_t c = 0; c < 3; ++c) {
      classifier(0, c) = 5 * corner(c, 0);
      classifier(1, c) = 5 * corner(c, 1);
    }
  }
  static double corner(std::size_t c, std::size_t axis) {
    const double height = std::sqrt(0.75);
    const double corners[3][2] = {{1, 0}, {-0.5, height}, {-0.5, -height}};
    return corners[c][axis];
  }
  [[nodiscard]] NeuralCollapse measured() const { return neural_collapse(features, labels, classifier); }
};

constexpr double tiny = 1e-14;  // a few roundings of numbers near 1

}  // namespace

TEST_CASE("at neural collapse every measure is 0, wherever the means are and however long the classifier is") {
  Collapsed scene;
  const auto check = [&] {
    const NeuralCollapse found = scene.measured();
    CHECK(found.within < tiny);
    CHECK(found.norms < tiny);
    CHECK(found.angles < tiny);
    CHECK(found.duality < tiny);
    CHECK(found.centred_duality < tiny);
  };
  check();
  for (std::size_t i = 0; i < 6; ++i) scene.features(i, 1) += 10;  // mu_G
  const NeuralCollapse moved = scene.measured();
  CHECK(moved.within < tiny);
  CHECK(moved.angles < 1e-13);
  CHECK(moved.centred_duality < 1e-13);
}

TEST_CASE("a mean of the classifier breaks duality, but not that of the centred one") {
  Collapsed scene;
  for (std::size_t c = 0; c < 3; ++c) scene.classifier(0, c) += 5;
  const NeuralCollapse found = scene.measured();
  // W = 5 (M + a), |M|^2 = 3, |M + a|^2 = 6: |M + a| / sqrt 6 - M / sqrt 3 has the square 2 - 2 * 3 / sqrt(18).
  CHECK(found.duality == doctest::Approx(std::sqrt(2 - std::sqrt(2.0))).epsilon(1e-12));
  CHECK(found.centred_duality < tiny);
}

TEST_CASE("each measure is what its definition says") {
  // Means (2, 0), (-1, 0) of two samples each, (0, 0) of none: m = (1.5, 0), (-1.5, 0).
  Matrix<double> features(4, 2), classifier(2, 3);
  features.values() = {3, 0, 1, 0, -1, 2, -1, -2};
  const std::vector<std::uint32_t> labels{0, 0, 1, 1};
  classifier.values() = {1, -1, 3, 0, 1, 0};
  const NeuralCollapse found = neural_collapse(features, labels, classifier);
  CHECK(found.within == doctest::Approx((1 + 1 + 4 + 4) / 4.0 / 2.25).epsilon(1e-15));
  CHECK(found.norms == doctest::Approx(0));
  CHECK(found.angles == doctest::Approx(0));  // two classes: opposite
  // W's rows of these classes (1, 0), (-1, 1) over sqrt 3, M's (1, 0), (-1, 0) over sqrt 2.
  const double a = 1 / std::sqrt(3.0), b = 1 / std::sqrt(2.0);
  CHECK(found.duality == doctest::Approx(std::sqrt(2 * (a - b) * (a - b) + a * a)).epsilon(1e-14));

  features.values() = {3, 0, 3, 0, 0, 1, 0, 1};  // orthogonal means of other lengths: m = (1.5, -0.5), (-1.5, 0.5)
  CHECK(neural_collapse(features, labels, classifier).angles == doctest::Approx(0));
  const std::vector<std::uint32_t> three{0, 0, 1, 2};
  features.values() = {3, 0, 3, 0, 0, 3, -6, -3};  // means (3, 0), (0, 3), (-6, -3), mu_G = 0
  const NeuralCollapse unequal = neural_collapse(features, three, classifier);
  const double norms[] = {3, 3, std::sqrt(45.0)};
  const double mean = (norms[0] + norms[1] + norms[2]) / 3;
  const double variance = (2 * (3 - mean) * (3 - mean) + (norms[2] - mean) * (norms[2] - mean)) / 3;
  CHECK(unequal.norms == doctest::Approx(std::sqrt(variance) / mean).epsilon(1e-14));
  const double cosines[] = {0, -18 / (3 * norms[2]), -9 / (3 * norms[2])};
  double angles = 0;
  for (const double c : cosines) angles += std::fabs(c + 0.5) / 3;
  CHECK(unequal.angles == doctest::Approx(angles).epsilon(1e-14));
}

TEST_CASE("with samples of one class only there is nothing to measure") {
  Matrix<double> features(2, 2), classifier(2, 3);
  CHECK(std::isnan(neural_collapse(features, std::vector<std::uint32_t>{1, 1}, classifier).within));
}
