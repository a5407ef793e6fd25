#include "precipice/training/network.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/training/loss.hpp"
#include "precipice/training/random.hpp"

using namespace precipice;

namespace {

constexpr std::size_t inputs = 3, classes = 4, samples = 5;
const std::vector<std::uint32_t> labels{0, 3, 1, 2, 1};

/// A format so wide that a central difference is good to some forty digits.
constexpr Format wide = ieee_like(400, 20);

Matrix<Exact> drawn_inputs() {
  const Random random(1, Purpose::inputs);
  Matrix<Exact> x(samples, inputs);
  for (std::size_t i = 0; i < x.values().size(); ++i) x.values()[i] = Exact::from(random.gaussian(i));
  return x;
}

/// Mean cross-entropy, every operation in the wide format.
Exact mean_loss(const Reference& a, const MatrixView<const Exact>& z) {
  Exact total;
  for (std::size_t i = 0; i < z.rows; ++i) {
    Exact sum;
    for (std::size_t k = 0; k < z.cols; ++k) sum = a.add(sum, a.exp(z(i, k)));
    total = a.add(total, a.sub(a.log(sum), z(i, labels[i])));
  }
  return a.div(total, Exact::from(static_cast<double>(z.rows)));
}

}  // namespace

TEST_CASE("backward is the derivative of forward: central differences with 400 bits") {
  const Reference a(wide);
  for (const std::vector<std::int64_t>& hidden : {std::vector<std::int64_t>{}, {6}, {5, 4}}) {
    const Shape shape(inputs, hidden, classes);
    Perceptron<Reference> network(NetworkEngines<Reference>(a), shape, samples);
    std::vector<Exact> parameters;
    for (const double value : initial_parameters(shape, 2)) parameters.push_back(Exact::from(value));
    const Matrix<Exact> x = drawn_inputs();
    Activations<Exact> activations(shape, samples);
    const auto loss_at = [&](const std::vector<Exact>& w) {
      network.forward(w, x.view(), activations);
      return mean_loss(a, std::as_const(activations.outputs.back()).view());
    };
    static_cast<void>(loss_at(parameters));
    Matrix<Exact> logit_gradient(samples, classes);
    SoftmaxCrossEntropy<Reference> head(a, Loss{}, samples, classes);
    head.gradient(std::as_const(activations.outputs.back()).view(), labels, logit_gradient.view());
    std::vector<Exact> gradients(shape.parameters);
    network.backward(parameters, x.view(), activations, std::as_const(logit_gradient).view(), gradients);
    const Exact h = Exact::finite(Sign::positive, 1, -80);
    for (std::size_t i = 0; i < shape.parameters; ++i) {
      std::vector<Exact> up = parameters, down = parameters;
      up[i] = a.add(up[i], h);
      down[i] = a.sub(down[i], h);
      const Exact slope = a.div(a.sub(loss_at(up), loss_at(down)), a.mul(h, Exact::from(2)));
      const double error = nearest_double(a.sub(slope, gradients[i]));
      CAPTURE(i);
      CHECK(std::fabs(error) < 0x1p-140);  // the difference's own error: h^2 times a third derivative of order one
    }
  }
}

TEST_CASE("parameters lie layer after layer, weights then biases, within +-1/sqrt(fan_in)") {
  const Shape shape(64, {32, 32}, 10);
  CHECK(shape.parameters == 64 * 32 + 32 + 32 * 32 + 32 + 32 * 10 + 10);
  CHECK(shape.layers[1].weights == 64 * 32 + 32);
  CHECK(shape.layers[2].biases == shape.parameters - 10);
  const std::vector<double> w = initial_parameters(shape, 0);
  for (std::size_t i = 0; i < shape.layers[1].weights; ++i) REQUIRE(std::fabs(w[i]) <= 0.125);
  CHECK(w != initial_parameters(shape, 1));
}

TEST_CASE("ReLU passes no negative zero on and stops the gradient at zero") {
  const Shape shape(1, {1}, 2);
  Perceptron<Native<double>> network(NetworkEngines(Native<double>{}), shape, 1);
  const std::vector<double> parameters{1, -1, 2, 3, 0, 0};  // h = max(0, x - 1), z = (2 h, 3 h)
  Matrix<double> x(1, 1);
  x(0, 0) = 1;  // exactly at the kink
  Activations<double> activations(shape, 1);
  network.forward(parameters, std::as_const(x).view(), activations);
  CHECK(activations.outputs[0](0, 0) == 0);
  CHECK_FALSE(std::signbit(activations.outputs[0](0, 0)));
  Matrix<double> g(1, 2);
  g(0, 0) = 1;
  std::vector<double> gradients(shape.parameters);
  network.backward(parameters, std::as_const(x).view(), activations, std::as_const(g).view(), gradients);
  CHECK(gradients == std::vector<double>{0, 0, 0, 0, 1, 0});
}
