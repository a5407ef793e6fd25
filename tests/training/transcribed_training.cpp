#include "training/transcribed_training.hpp"

#include <algorithm>

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
  const std::array of_operands{RoleFormat{parse_format("e4m3fn:sat")}, RoleFormat{parse_format("e5m2:sat")},
                               RoleFormat{bfloat16}, RoleFormat{ieee_like(4, 5), Rounding::toward_zero}};
  Precision precision{.plan = static_cast<PrecisionPlan>(sample.below(plan_count)),
                      .format = sample.one_of(std::array{bfloat16, binary16, binary32})};
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    if (sample.below(3) != 0) continue;
    const bool is_operand = role == Role::operands || role == Role::gradient_operands;
    precision.roles[i] = is_operand ? sample.one_of(of_operands) : sample.one_of(role_formats_of_steps);
    if (!word_for_left_out(role).empty() && sample.below(3) == 0) precision.roles[i] = left_out;
  }
  precision.promote_every = sample.one_of(std::array<std::int64_t, 4>{0, 0, 2, 3});
  if (sample.coin()) precision.operand_scale = sample.one_of(std::array{OperandScale::none, OperandScale::amax});
  if (problem_of(precision)) precision.operand_scale = OperandScale::none;  // formats beyond binary32
  return precision;
}

namespace {

/// Gradients as backward leaves them, of this loss.
std::vector<Exact> gradients_of(const Experiment& e, const Loss& loss, const DataSet& data,
                                std::vector<Exact> parameters) {
  const RoleFormats roles(e.precision);
  const auto in = [&](Role role) { return Rounds{roles[role]}; };
  const std::vector<std::uint32_t>& labels = data.train.labels;
  const bool per_sample = e.model.features.owner == FeatureOwner::each_sample;
  const std::vector<std::uint32_t> rows = per_sample ? std::vector<std::uint32_t>{0, 1, 2, 3, 4} : labels;
  if (roles.keeps_master_weights()) {
    for (Exact& x : parameters) x = in(Role::weights).convert(x);
  }
  TranscribedNetwork network(roles, e.model, parameters);
  const Table logits = network.forward(table_of(data.train.inputs), rows, data.classes);
  Table of_logits = logit_gradient(roles, loss, logits, labels);
  for (std::vector<Exact>& row : of_logits) {
    for (Exact& g : row) g = roles.has(Role::logit_gradients) ? in(Role::logit_gradients).convert(g) : g;
  }
  return network.backward(of_logits);
}

/// The same as the update gets them.
std::vector<Exact> mastered(const Experiment& e, const Loss& loss, const DataSet& data, std::vector<Exact> g) {
  const Rounds master{RoleFormats(e.precision)[Role::master_gradients]};
  const bool per_sample = e.model.features.owner == FeatureOwner::each_sample;
  const std::size_t samples = data.train.labels.size();
  const std::size_t of_features =
      e.model.name == ModelName::unconstrained_features && e.model.features.rate != 1
          ? static_cast<std::size_t>(e.model.features.width) * (per_sample ? samples : data.classes)
          : 0;
  const Exact count = Exact::from(static_cast<double>(samples)), rate = Exact::from(e.model.features.rate);
  for (std::size_t i = 0; i < g.size(); ++i) {
    g[i] = master.div(g[i], count);
    if (loss.scale != 1) g[i] = master.div(g[i], Exact::from(loss.scale));
    if (i < of_features) g[i] = master.mul(g[i], rate);
  }
  return g;
}

}  // namespace

std::vector<Exact> transcribed_gradients(const Experiment& e, const DataSet& data, std::vector<Exact> parameters) {
  return mastered(e, e.loss, data, gradients_of(e, e.loss, data, std::move(parameters)));
}

std::vector<double> transcribed_training(const Experiment& e, const DataSet& data, int steps) {
  const RoleFormats roles(e.precision);
  const auto in = [&](Role role) { return Rounds{roles[role]}; };
  const Rounds updated = in(roles.keeps_master_weights() ? Role::master_weights : Role::weights);
  const Shape shape(e.model, data.train.labels.size(), data.train.inputs.cols(), data.classes);
  std::vector<Exact> parameters;
  for (const double x : initial_parameters(e.model, shape, data.train.labels, e.run.seed)) {
    parameters.push_back(updated.convert(Exact::from(x)));
  }
  Loss loss = e.loss;
  const bool is_dynamic = has_dynamic_scale(e.loss, e.precision.plan);
  if (is_dynamic) loss.scale = loss.dynamic.initial;
  std::int64_t in_a_row = 0;
  for (int step = 0; step < steps; ++step) {
    std::vector<Exact> g = gradients_of(e, loss, data, parameters);
    if (is_dynamic && !std::ranges::all_of(g, &Exact::is_finite)) {
      loss.scale *= loss.dynamic.backoff;
      in_a_row = 0;
      continue;
    }
    g = mastered(e, loss, data, std::move(g));
    for (std::size_t i = 0; i < g.size(); ++i) {
      const Exact change = in(Role::optimizer).mul(Exact::from(-e.optimizer.learning_rate), g[i]);
      parameters[i] = updated.add(parameters[i], change);
    }
    if (is_dynamic && ++in_a_row == loss.dynamic.interval) {
      loss.scale *= loss.dynamic.growth;
      in_a_row = 0;
    }
  }
  std::vector<double> result;
  for (const Exact& x : parameters) result.push_back(to_double(x));
  return result;
}

}  // namespace precipice::testing
