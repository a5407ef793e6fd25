#include "training/derivatives.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "precipice/training/loss.hpp"
#include "precipice/training/random.hpp"

namespace testing {

using namespace precipice;

namespace {

constexpr std::size_t inputs = 3, classes = 4, samples = 5;
const std::vector<std::uint32_t> labels{0, 3, 1, 2, 1};
constexpr Format wide = ieee_like(400, 20);

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

Derivatives::Derivatives(const Model& model)
    : a_(wide),
      shape_(model, samples, inputs, classes),
      network_(NetworkEngines<Reference>(a_), shape_, samples),
      inputs_(samples, inputs),
      feature_rows_{0, 1, 2, 3, 4},
      activations_(shape_, samples) {
  if (model.features.owner == FeatureOwner::each_class) feature_rows_ = labels;
  const Random random(1, Purpose::inputs);
  for (std::size_t i = 0; i < inputs_.values().size(); ++i) inputs_.values()[i] = Exact::from(random.gaussian(i));
  const std::vector<double> start = initial_parameters(model, shape_, labels, 2);
  // Scales and shifts do not start at random.
  for (std::size_t i = 0; i < start.size(); ++i) {
    const bool is_special = start[i] == 0 || start[i] == 1;
    parameters_.push_back(Exact::from(start[i] + (is_special ? 0.25 * random.gaussian(1000 + i) : 0)));
  }
}

Exact Derivatives::loss_at(const std::vector<Exact>& parameters) {
  network_.forward(parameters, {inputs_.view(), feature_rows_}, activations_);
  return mean_loss(a_, std::as_const(activations_.outputs.back()).view());
}

void Derivatives::check() {
  static_cast<void>(loss_at(parameters_));
  Matrix<Exact> logit_gradient(samples, classes);
  SoftmaxCrossEntropy<Reference> head(a_, Loss{}, samples, classes);
  head.gradient(std::as_const(activations_.outputs.back()).view(), labels, logit_gradient.view());
  std::vector<Exact> gradients(shape_.parameters);
  network_.backward(parameters_, {inputs_.view(), feature_rows_}, activations_, std::as_const(logit_gradient).view(),
                    gradients);
  const Exact h = Exact::finite(Sign::positive, 1, -80);
  for (std::size_t i = 0; i < shape_.parameters; ++i) {
    std::vector<Exact> up = parameters_, down = parameters_;
    up[i] = a_.add(up[i], h);
    down[i] = a_.sub(down[i], h);
    const Exact slope = a_.div(a_.sub(loss_at(up), loss_at(down)), a_.mul(h, Exact::from(2)));
    const double error = nearest_double(a_.sub(slope, gradients[i]));
    CAPTURE(i);
    // The difference's own error: h^2 times a third derivative, of order one but where a deviation is small.
    CHECK(std::fabs(error) < 0x1p-120);
  }
}

}  // namespace testing
