#include "precipice/diagnosis/curvature.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "precipice/diagnosis/lanczos.hpp"
#include "precipice/training/random.hpp"
#include "precipice/training/replay.hpp"

namespace precipice {
namespace {

/// What a loss means, in the operations that lose least. `accurate` has no place for z-loss, whose gradients do not sum
/// to zero.
Loss meant_by(const Loss& loss) {
  Loss result;
  result.formulation = loss.formulation == Formulation::stablemax ? Formulation::stablemax
                       : loss.has_z_loss()                        ? Formulation::division
                                                                  : Formulation::accurate;
  result.smoothing = loss.smoothing;
  result.z_loss = loss.z_loss;
  return result;
}

Matrix<DualNumber> constants(const Matrix<double>& values) {
  Matrix<DualNumber> result(values.rows(), values.cols());
  std::ranges::transform(values.values(), result.values().begin(), exactly<DualNumber>);
  return result;
}

}  // namespace

Curvature::Curvature(const Experiment& experiment, const DataSet& data)
    : seed_(experiment.run.seed),
      data_(data),
      inputs_(constants(data.train.inputs)),
      feature_rows_(rows_of_features(experiment.model, data.train.labels)),
      network_(Dual{}, shape_of(experiment.model, data), data.train.labels.size()),
      loss_(Dual{}, meant_by(experiment.loss), data.train.labels.size(), data.classes),
      activations_(network_.shape(), data.train.labels.size()),
      logit_gradients_(data.train.labels.size(), data.classes),
      parameters_(network_.shape().parameters),
      gradients_(network_.shape().parameters) {}

std::vector<double> Curvature::product(std::span<const double> parameters, std::span<const double> direction) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i] = {parameters[i], direction[i]};
  const Batch<DualNumber> batch{std::as_const(inputs_).view(), feature_rows_};
  network_.forward(parameters_, batch, activations_);
  loss_.gradient(std::as_const(activations_.outputs.back()).view(), data_.train.labels, logit_gradients_.view());
  network_.backward(parameters_, batch, activations_, std::as_const(logit_gradients_).view(), gradients_);
  std::vector<double> result(gradients_.size());
  std::ranges::transform(gradients_, result.begin(), &DualNumber::tangent);
  return result;
}

double Curvature::largest_eigenvalue(std::span<const double> parameters) {
  const std::vector<double> identity(parameters.size(), 1);
  return largest_eigenvalue(parameters, identity);
}

double Curvature::largest_eigenvalue(std::span<const double> parameters, std::span<const double> preconditioner) {
  std::vector<double> start, scaled(parameters.size());
  const Random random(seed_, Purpose::curvature);
  for (std::size_t i = 0; i < parameters.size(); ++i) start.push_back(random.gaussian(i));
  const auto apply = [&](std::span<const double> x, std::span<double> y) {
    for (std::size_t i = 0; i < x.size(); ++i) scaled[i] = x[i] / std::sqrt(preconditioner[i]);
    const std::vector<double> h = product(parameters, scaled);
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = h[i] / std::sqrt(preconditioner[i]);
  };
  const RitzPair found = precipice::largest_eigenvalue(apply, std::move(start));
  return found.is_settled ? found.value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace precipice
