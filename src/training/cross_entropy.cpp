#include "precipice/training/cross_entropy.hpp"

#include <fmt/core.h>

#include <vector>

#include "precipice/format/error.hpp"
#include "precipice/training/loss.hpp"
#include "precipice/training/role_engines.hpp"

namespace precipice {
namespace {

void check(MatrixView<const double> logits, std::span<const std::uint32_t> labels, const Loss& loss,
           const CrossEntropyResults& out) {
  const std::size_t samples = logits.rows, classes = logits.cols;
  if (samples < 1 || classes < 2) {
    throw ConfigError(fmt::format(
        "logits: {} x {}, but must be samples x classes, of a sample and two classes at least", samples, classes));
  }
  if (labels.size() != samples) {
    throw ConfigError(fmt::format("labels: {}, but must be one for each of {} samples", labels.size(), samples));
  }
  for (std::size_t i = 0; i < samples; ++i) {
    if (labels[i] < classes) continue;
    throw ConfigError(fmt::format("labels: {} at {} is no class, which are 0 to {}", labels[i], i, classes - 1));
  }
  if (out.losses.size() != samples || out.collapsed.size() != samples || out.gradients.rows != samples ||
      out.gradients.cols != classes) {
    throw ConfigError(fmt::format("results: must be {} losses, gradients of {} x {}, and {} flags", samples, samples,
                                  classes, samples));
  }
  if (loss.scaling == LossScaling::dynamic) {
    throw ConfigError("scale: is dynamic, which only a run can be; must be a positive number");
  }
}

template <class V>
Matrix<V> converted(MatrixView<const double> values) {
  Matrix<V> result(values.rows, values.cols);
  for (std::size_t i = 0; i < values.rows; ++i) {
    for (std::size_t j = 0; j < values.cols; ++j) result(i, j) = exactly<V>(values(i, j));
  }
  return result;
}

template <class V>
void compute(const RoleEngines<V>& of, const Loss& loss, std::uint64_t seed, MatrixView<const double> logits,
             std::span<const std::uint32_t> labels, const CrossEntropyResults& out) {
  using A = EngineOf<V>;
  const Matrix<V> values = converted<V>(logits);
  Matrix<V> gradients(logits.rows, logits.cols);
  std::vector<V> losses(logits.rows);
  of.begin(seed, 0, Pass::constants);
  SoftmaxCrossEntropy<A> head(LossEngines<A>(of[Role::loss], of[Role::loss_exp], of[Role::loss_sum], of[Role::loss_log],
                                             of[Role::loss_gradient]),
                              loss, logits.rows, logits.cols);
  of.begin(seed, 0, Pass::batch);
  head.gradient(values.view(), labels, gradients.view());
  of.begin(seed, 0, Pass::losses);
  head.losses(values.view(), labels, losses);
  for (std::size_t i = 0; i < logits.rows; ++i) {
    out.losses[i] = nearest_double(losses[i]);
    bool any = false;
    for (std::size_t k = 0; k < logits.cols; ++k) {
      out.gradients(i, k) = nearest_double(gradients(i, k));
      any = any || !is_zero(gradients(i, k));
    }
    out.collapsed[i] = any && is_zero(gradients(i, labels[i]));
  }
}

}  // namespace

void softmax_cross_entropy(MatrixView<const double> logits, std::span<const std::uint32_t> labels,
                           const Precision& precision, const Loss& loss, std::uint64_t seed,
                           const CrossEntropyResults& out) {
  Loss settled = loss;
  settled.scaling = has_dynamic_scale(loss, precision.plan) ? LossScaling::dynamic : LossScaling::constant;
  check(logits, labels, settled, out);
  const Engines engines = choose_engines(precision, EngineName::automatic);
  with_engines(precision, engines, [&](const auto& of) { compute(of, settled, seed, logits, labels, out); });
}

}  // namespace precipice
