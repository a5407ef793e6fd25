#include "diagnosis/audit_piece.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "diagnosis/loss_measures.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/training/loss.hpp"

namespace precipice {
namespace {

/// The rows of a piece that count, side by side, with what is exact about them.
struct FiniteRows {
  Matrix<double> logits;
  std::vector<std::uint32_t> labels;
  Matrix<double> exact;  ///< dL/dz
};

double margin_of(std::span<const double> z, std::size_t label) {
  double rival = -HUGE_VAL;
  for (std::size_t k = 0; k < z.size(); ++k) {
    if (k != label) rival = std::max(rival, z[k]);
  }
  return z[label] - rival;
}

/// Whether the row counts; if not, `sums` says why.
bool counts(std::span<const double> z, std::uint32_t label, Audit& sums) {
  if (label == ArrayStream::no_label) {
    ++sums.ignored;
    return false;
  }
  double all = 0;
  for (const double x : z) all += 0 * x;  // NaN if one is not finite
  if (all == 0) return true;
  const bool has_nan = std::ranges::any_of(z, [](double x) { return std::isnan(x); });
  ++(has_nan ? sums.not_a_number : sums.infinite);
  return false;
}

/// Whether somebody may have saved the softmax in place of the logits.
bool are_like_probabilities(std::span<const double> z) {
  constexpr double near = 1e-2;  // of values in 8 bits
  double sum = 0;
  for (const double x : z) {
    if (x < 0 || x > 1) return false;
    sum += x;
  }
  return std::fabs(sum - 1) < near;
}

FiniteRows finite_rows(Matrix<double> logits, std::span<const std::uint32_t> labels, Audit& sums) {
  FiniteRows rows{.logits = {}, .labels = {}, .exact = {}};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::span<const double> z(logits.row(i), logits.cols());
    if (!counts(z, labels[i], sums)) continue;
    if (rows.labels.size() < i) std::ranges::copy(z, logits.row(rows.labels.size()));
    rows.labels.push_back(labels[i]);
  }
  const std::size_t count = rows.labels.size();
  rows.exact = Matrix<double>(count, logits.cols());
  logits.values().resize(count * logits.cols());
  rows.logits = Matrix<double>(count, logits.cols());
  rows.logits.values().swap(logits.values());
  return rows;
}

void find_exact_gradients(FiniteRows& rows) {
  if (rows.labels.empty()) return;
  const Exponentials exponentials(rows.logits);
  std::vector<double> g;
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    exact_gradient({exponentials.values.row(i), rows.logits.cols()}, rows.labels[i], Targets{.off = 0}, g);
    std::ranges::copy(g, rows.exact.row(i));
  }
}

/// One sample's gradient against the exact one. `unscale`: what takes 1/B and the scale out of it.
void add_sample(std::span<const double> gradient, std::span<const double> exact, std::size_t label, double unscale,
                LossFindings& f) {
  CompensatedSum defect, error;
  std::size_t zeros = 0;
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    const double g = gradient[k] * unscale;
    zeros += g == 0 ? 1U : 0U;
    defect.add(g);
    error.add(g - exact[k]);
  }
  if (!std::isfinite(defect.value())) {
    ++f.broken;
    return;
  }
  ++f.samples;
  if (zeros == gradient.size()) ++f.vanished;
  if (zeros != gradient.size() && gradient[label] == 0) ++f.collapsed;
  f.defect.add(defect.value());
  f.residual.add(std::fabs(defect.value()));
  const auto classes = static_cast<double>(gradient.size());
  const double mean = error.value() / classes;
  double centred = 0;
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    const double e = gradient[k] * unscale - exact[k] - mean;
    centred += e * e;
  }
  f.common.add(mean * mean * classes);
  f.centred.add(centred);
}

LossFindings findings_of(const FiniteRows& rows, const EngagedLoss& engaged, std::size_t batch) {
  LossFindings f;
  f.knows_exact = targets_of(engaged.loss, rows.logits.cols()).has_value();
  Matrix<double> gradients(rows.labels.size(), rows.logits.cols());
  SoftmaxCrossEntropy<AnyEngine> head(engaged.engine, engaged.loss, batch, rows.logits.cols());
  head.gradient(rows.logits.view(), rows.labels, gradients.view());
  const double of_mean = engaged.loss.mean == MeanPlace::outside ? 1 : static_cast<double>(batch);
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    const std::size_t width = rows.logits.cols();
    add_sample({gradients.row(i), width}, {rows.exact.row(i), width}, rows.labels[i], of_mean / engaged.loss.scale, f);
  }
  return f;
}

}  // namespace

EngagedLoss engaged(const AuditedLoss& l) {
  if (l.rounding == Rounding::stochastic) {
    throw ConfigError("stochastic rounding: what collapses would depend on the draws; choose another direction");
  }
  if (!contains(binary64, l.format)) {
    throw ConfigError(
        fmt::format("{} has numbers that binary64 lacks; audits are for formats within binary64", describe(l.format)));
  }
  return {AnyEngine(fastest_engine(l.format, l.rounding), l.format, l.rounding), l.loss};
}

AuditedPiece audited_piece(const ArrayStream& logits, std::uint64_t first, std::span<const std::uint32_t> labels,
                           const std::vector<EngagedLoss>& losses, std::size_t batch) {
  AuditedPiece piece;
  piece.sums.rows = labels.size();
  Matrix<double> numbers(labels.size(), logits.columns());
  logits.read(first, numbers.values());
  FiniteRows rows = finite_rows(std::move(numbers), labels, piece.sums);
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    const std::span<const double> z(rows.logits.row(i), rows.logits.cols());
    piece.margins.push_back(margin_of(z, rows.labels[i]));
    piece.sums.like_probabilities += are_like_probabilities(z) ? 1U : 0U;
  }
  find_exact_gradients(rows);
  for (const EngagedLoss& loss : losses) piece.sums.of_losses.push_back(findings_of(rows, loss, batch));
  return piece;
}

}  // namespace precipice
