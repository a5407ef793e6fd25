#include "precipice/diagnosis/curvature.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "diagnosis/symmetric_matrix.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/training/random.hpp"
#include "precipice/training/replay.hpp"

using namespace precipice;
using precipice::testing::SymmetricMatrix;

namespace {

constexpr Format wide = ieee_like(400, 20);
constexpr std::size_t samples = 5, inputs = 3, classes = 4;

std::vector<double> gaussians(std::size_t count, std::uint64_t seed, double size = 1) {
  const Random random(seed, Purpose::inputs);
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(size * random.gaussian(i));
  return result;
}

DataSet some_data() {
  DataSet data;
  data.classes = classes;
  data.train.inputs = Matrix<double>(samples, inputs);
  data.train.inputs.values() = gaussians(samples * inputs, 1);
  data.train.labels = {0, 3, 1, 2, 1};
  data.test.inputs = Matrix<double>(0, inputs);
  return data;
}

std::vector<Exact> exacts(const std::vector<double>& values) {
  std::vector<Exact> result;
  for (const double x : values) result.push_back(Exact::from(x));
  return result;
}

/// Gradients in a format so wide that their differences are good to some forty digits.
struct WideGradient {
  Reference a{wide};
  const DataSet& data;
  Network<Reference> network;
  SoftmaxCrossEntropy<Reference> loss;
  Activations<Exact> activations;
  Matrix<Exact> x;
  std::vector<std::uint32_t> feature_rows;

  WideGradient(const Experiment& e, const DataSet& of)
      : data(of),
        network(a, shape_of(e.model, of), samples),
        loss(a, e.loss, samples, classes),
        activations(network.shape(), samples),
        x(samples, inputs),
        feature_rows(rows_of_features(e.model, of.train.labels)) {
    x.values() = exacts(of.train.inputs.values());
  }

  std::vector<Exact> at(const std::vector<Exact>& parameters) {
    const Batch<Exact> batch{std::as_const(x).view(), feature_rows};
    network.forward(parameters, batch, activations);
    Matrix<Exact> g(samples, classes);
    loss.gradient(std::as_const(activations.outputs.back()).view(), data.train.labels, g.view());
    std::vector<Exact> result(parameters.size());
    network.backward(parameters, batch, activations, std::as_const(g).view(), result);
    return result;
  }

  /// (g(w + h v) - g(w - h v)) / 2h, h = 2^-80.
  std::vector<double> difference(const std::vector<double>& w, const std::vector<double>& v) {
    std::vector<Exact> up, down;
    for (std::size_t i = 0; i < w.size(); ++i) {
      const Exact step = a.scale(Exact::from(v[i]), -80);
      up.push_back(a.add(Exact::from(w[i]), step));
      down.push_back(a.sub(Exact::from(w[i]), step));
    }
    const std::vector<Exact> g_up = at(up), g_down = at(down);
    std::vector<double> result;
    for (std::size_t i = 0; i < w.size(); ++i) {
      result.push_back(nearest_double(a.scale(a.sub(g_up[i], g_down[i]), 79)));
    }
    return result;
  }
};

void check_product_at(const std::vector<double>& w, const Experiment& e, const DataSet& data) {
  Curvature curvature(e, data);
  const std::size_t count = w.size();
  const std::vector<double> v = gaussians(count, 3);
  const std::vector<double> found = curvature.product(w, v), expected = WideGradient(e, data).difference(w, v);
  double largest = 0;
  for (const double x : expected) largest = std::max(largest, std::fabs(x));
  CHECK(largest > 0);
  for (std::size_t i = 0; i < count; ++i) {
    CAPTURE(i);
    CHECK(std::fabs(found[i] - expected[i]) <= 1e-11 * largest);
  }
}

void check_product(const Experiment& e) {
  const DataSet data = some_data();
  check_product_at(gaussians(shape_of(e.model, data).parameters, 2, 0.7), e, data);
}

Experiment mlp(std::vector<std::int64_t> hidden) {
  Experiment e;
  e.model.hidden = std::move(hidden);
  return e;
}

/// p of the samples of a linear model, W inputs x classes, then biases.
Matrix<double> probabilities(const std::vector<double>& w, const DataSet& data) {
  Matrix<double> p(samples, classes);
  for (std::size_t i = 0; i < samples; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      double z = w[inputs * classes + k];
      for (std::size_t j = 0; j < inputs; ++j) z += data.train.inputs(i, j) * w[j * classes + k];
      sum += p(i, k) = std::exp(z);
    }
    for (std::size_t k = 0; k < classes; ++k) p(i, k) /= sum;
  }
  return p;
}

/// (1 / N) sum_i (diag p_i - p_i p_i^T) x (x_i, 1) (x_i, 1)^T: the Hessian of a linear softmax.
SymmetricMatrix linear_hessian(const std::vector<double>& w, const DataSet& data) {
  const Matrix<double> p = probabilities(w, data);
  const auto input = [&](std::size_t i, std::size_t j) { return j < inputs ? data.train.inputs(i, j) : 1.0; };
  SymmetricMatrix h(w.size());
  for (std::size_t a = 0; a < w.size(); ++a) {
    for (std::size_t b = 0; b < w.size(); ++b) {
      const std::size_t k = a % classes, l = b % classes;
      for (std::size_t i = 0; i < samples; ++i) {
        const double of_logits = (k == l ? p(i, k) : 0) - p(i, k) * p(i, l);
        h(a, b) += of_logits * input(i, a / classes) * input(i, b / classes) / static_cast<double>(samples);
      }
    }
  }
  return h;
}

}  // namespace

TEST_CASE("products with the Hessian are differences of gradients: every activation, residual and normalisation") {
  for (const Activation activation : {Activation::relu, Activation::leaky_relu, Activation::gelu, Activation::tanh}) {
    for (const Residual residual : {Residual::none, Residual::add}) {
      Experiment e = mlp({4, 4, 4});
      e.model.activation = activation;
      e.model.slope = 0.25;
      e.model.residual = residual;
      CAPTURE(static_cast<int>(activation));
      check_product(e);
    }
  }
  for (const Normalisation kind : {Normalisation::layer_norm, Normalisation::batch_norm, Normalisation::centring}) {
    for (const NormalisedPlace where : {NormalisedPlace::classifier, NormalisedPlace::activations}) {
      for (const bool is_affine : {true, false}) {
        Experiment e = mlp({4, 4});
        e.model.activation = Activation::tanh;
        e.model.residual = Residual::add;
        e.model.normalisation = kind;
        e.model.where = where;
        e.model.is_affine = is_affine;
        CAPTURE(static_cast<int>(kind));
        CAPTURE(static_cast<int>(where));
        check_product(e);
      }
    }
  }
}

TEST_CASE("products with the Hessian are differences of gradients: linear models, biases, free features") {
  check_product(mlp({}));
  for (const Biases biases : {Biases::none, Biases::hidden, Biases::classifier}) {
    Experiment e = mlp({5});
    e.model.biases = biases;
    check_product(e);
  }
  for (const FeatureOwner owner : {FeatureOwner::each_sample, FeatureOwner::each_class}) {
    for (const bool are_rectified : {false, true}) {
      Experiment e;
      e.model.name = ModelName::unconstrained_features;
      e.model.features.width = 5;
      e.model.features.owner = owner;
      e.model.features.are_rectified = are_rectified;
      check_product(e);
    }
  }
}

TEST_CASE("products with the Hessian are differences of gradients: losses that add something to cross-entropy") {
  Experiment e = mlp({5});
  e.loss.smoothing = 0.1;
  check_product(e);
  e.loss.z_loss = 0.05;
  check_product(e);
  e.loss.smoothing = 0;
  check_product(e);
  e.loss = Loss{.formulation = Formulation::stablemax, .smoothing = 0.2};
  check_product(e);
}

TEST_CASE("products with the Hessian keep their digits where the softmax of binary64 has long collapsed") {
  // Margins of some hundred: 1 - p is far below 2^-53.
  Experiment e = mlp({});
  const DataSet data = some_data();
  Curvature curvature(e, data);
  std::vector<double> w(shape_of(e.model, data).parameters);
  for (std::size_t k = 0; k < classes; ++k) w[inputs * classes + k] = 50.0 * static_cast<double>(k);
  const std::vector<double> v = gaussians(w.size(), 3);
  const std::vector<double> found = curvature.product(w, v), expected = WideGradient(e, data).difference(w, v);
  for (std::size_t i = 0; i < w.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-11));
}

TEST_CASE("products with the Hessian know a correct class's gradient that binary64's softmax does not") {
  // All samples are of class 0, which its bias puts some 60 above the others: p - 1 is 0 in binary64.
  Experiment e = mlp({4});
  DataSet data = some_data();
  std::ranges::fill(data.train.labels, 0U);
  std::vector<double> w = gaussians(shape_of(e.model, data).parameters, 2, 0.7);
  w[w.size() - classes] = 60;
  check_product_at(w, e, data);
  e.loss.smoothing = 0.1;
  check_product_at(w, e, data);
}

TEST_CASE("what arithmetic and projection make of a loss does not change its curvature") {
  const DataSet data = some_data();
  Experiment e = mlp({4});
  const std::size_t count = shape_of(e.model, data).parameters;
  const std::vector<double> w = gaussians(count, 2), v = gaussians(count, 3);
  const std::vector<double> expected = Curvature(e, data).product(w, v);
  e.loss = Loss{.formulation = Formulation::lse_added,
                .order = SumOrder::exact,
                .mean = MeanPlace::outside,
                .projection = Projection::zero_sum,
                .margin_clamp = 0.5,
                .scale = 1024};
  e.precision.plan = PrecisionPlan::everything;
  CHECK(Curvature(e, data).product(w, v) == expected);
}

TEST_CASE("the largest eigenvalue of a linear softmax is that of its Hessian in closed form, preconditioned or not") {
  const DataSet data = some_data();
  const Experiment e = mlp({});
  Curvature curvature(e, data);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const std::vector<double> w = gaussians((inputs + 1) * classes, seed);
    SymmetricMatrix h = linear_hessian(w, data);
    CHECK(curvature.largest_eigenvalue(w) == doctest::Approx(h.largest_eigenvalue()).epsilon(1e-7));
    std::vector<double> p = gaussians(w.size(), 100 + seed);
    for (double& x : p) x = 0.01 + x * x;
    for (std::size_t a = 0; a < w.size(); ++a) {
      for (std::size_t b = 0; b < w.size(); ++b) h(a, b) /= std::sqrt(p[a]) * std::sqrt(p[b]);
    }
    CHECK(curvature.largest_eigenvalue(w, p) == doctest::Approx(h.largest_eigenvalue()).epsilon(1e-7));
  }
}

TEST_CASE("the largest eigenvalue of a network is that of the matrix of its products") {
  const DataSet data = some_data();
  Experiment e = mlp({4, 3});
  e.model.activation = Activation::gelu;
  Curvature curvature(e, data);
  const std::size_t count = shape_of(e.model, data).parameters;
  const std::vector<double> w = gaussians(count, 5);
  SymmetricMatrix h(count);
  for (std::size_t j = 0; j < count; ++j) {
    std::vector<double> unit(count);
    unit[j] = 1;
    const std::vector<double> column = curvature.product(w, unit);
    for (std::size_t i = 0; i < count; ++i) h(i, j) = column[i];
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(std::fabs(h(i, j) - h(j, i)) < 1e-13);
  }
  CHECK(curvature.largest_eigenvalue(w) == doctest::Approx(h.largest_eigenvalue()).epsilon(1e-7));
  std::vector<double> broken = w;
  broken[0] = std::nan("");
  CHECK(std::isnan(curvature.largest_eigenvalue(broken)));
}
