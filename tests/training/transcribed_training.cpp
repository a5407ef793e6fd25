#include "training/transcribed_training.hpp"

#include "training/transcribed_network.hpp"

namespace precipice::testing {
namespace {

Table table_of(const Matrix<double>& m) {
  Table table(m.rows());
  for (std::size_t i = 0; i < m.rows(); ++i) {
    for (std::size_t j = 0; j < m.cols(); ++j) table[i].push_back(Exact::from(m(i, j)));
  }
  return table;
}

/// dL/dz, not divided by the number of samples.
Table logit_gradient(const RoleFormats& roles, const Loss& loss, const Table& logits,
                     const std::vector<std::uint32_t>& labels) {
  Table g;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    LogitRow row{{}, labels[i]};
    for (const Exact& z : logits[i]) row.logits.push_back(to_double(z));
    g.emplace_back();
    for (const double x : transcribed_gradient(roles, loss, row, 1)) g.back().push_back(Exact::from(x));
  }
  return g;
}

}  // namespace

Precision any_precision(Sample& sample) {
  Precision precision{.plan = sample.one_of(
                          std::array{PrecisionPlan::loss_only, PrecisionPlan::everything, PrecisionPlan::weights_only}),
                      .format = sample.one_of(std::array{bfloat16, binary16, binary32})};
  for (std::size_t i = 0; i < role_count; ++i) {
    if (sample.below(3) == 0) precision.roles[i] = sample.one_of(role_formats_of_steps);
  }
  return precision;
}

std::vector<double> transcribed_training(const Experiment& e, const DataSet& data, int steps) {
  const RoleFormats roles(e.precision);
  const auto in = [&](Role role) { return Rounds{roles[role]}; };
  const std::vector<std::uint32_t>& labels = data.train.labels;
  const bool per_sample = e.model.features.owner == FeatureOwner::each_sample;
  const std::vector<std::uint32_t> rows = per_sample ? std::vector<std::uint32_t>{0, 1, 2, 3, 4} : labels;
  const Rounds updated = in(roles.keeps_master_weights() ? Role::master_weights : Role::weights);
  const Shape shape(e.model, labels.size(), data.train.inputs.cols(), data.classes);
  std::vector<Exact> parameters;
  for (const double x : initial_parameters(e.model, shape, labels, e.run.seed)) {
    parameters.push_back(updated.convert(Exact::from(x)));
  }
  const std::size_t of_features =
      e.model.name == ModelName::unconstrained_features && e.model.features.rate != 1
          ? static_cast<std::size_t>(e.model.features.width) * (per_sample ? labels.size() : data.classes)
          : 0;
  const Exact count = Exact::from(static_cast<double>(labels.size())), rate = Exact::from(e.model.features.rate);
  for (int step = 0; step < steps; ++step) {
    std::vector<Exact> seen = parameters;
    if (roles.keeps_master_weights()) {
      for (Exact& x : seen) x = in(Role::weights).convert(x);
    }
    TranscribedNetwork network(roles, e.model, seen);
    const Table logits = network.forward(table_of(data.train.inputs), rows, data.classes);
    std::vector<Exact> g = network.backward(logit_gradient(roles, e.loss, logits, labels));
    for (std::size_t i = 0; i < g.size(); ++i) {
      g[i] = in(Role::gradients).div(g[i], count);
      if (i < of_features) g[i] = in(Role::gradients).mul(g[i], rate);
      const Exact change = in(Role::optimizer).mul(Exact::from(-e.optimizer.learning_rate), g[i]);
      parameters[i] = updated.add(parameters[i], change);
    }
  }
  std::vector<double> result;
  for (const Exact& x : parameters) result.push_back(to_double(x));
  return result;
}

}  // namespace precipice::testing
