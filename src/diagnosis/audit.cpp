#include "precipice/diagnosis/audit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "diagnosis/audit_piece.hpp"
#include "precipice/arithmetic/double_double.hpp"
#include "precipice/arithmetic/pieces.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/error.hpp"

namespace precipice {
namespace {

void check_shapes(const ArrayStream& logits, const ArrayStream& labels) {
  constexpr std::size_t most_classes = 1U << 24U;  // labels are numbers of binary32 in vectors
  const std::size_t classes = logits.columns();
  if (logits.is_list() || classes >= most_classes) {
    throw FileError(fmt::format("{} has {} column{}; logits need one for each class, 2 to {}", logits.path(), classes,
                                classes == 1 ? "" : "s", most_classes - 1));
  }
  if (!labels.is_list()) {
    throw FileError(fmt::format("{} holds {} x {} numbers; labels must be a list, one for each row of logits",
                                labels.path(), labels.rows(), labels.columns()));
  }
  if (logits.rows() != labels.rows()) {
    throw FileError(fmt::format("{} has {} rows and {} holds {} labels; there must be as many", logits.path(),
                                logits.rows(), labels.path(), labels.rows()));
  }
}

void add(Audit& all, const AuditedPiece& piece) {
  all.rows += piece.sums.rows;
  all.ignored += piece.sums.ignored;
  all.not_a_number += piece.sums.not_a_number;
  all.infinite += piece.sums.infinite;
  all.like_probabilities += piece.sums.like_probabilities;
  for (const double margin : piece.margins) {
    all.correct += margin > 0 ? 1U : 0U;
    all.least_margin = std::min(all.least_margin, margin);
    all.largest_margin = std::max(all.largest_margin, margin);
    all.margins.add(margin);
  }
  for (std::size_t i = 0; i < all.of_losses.size(); ++i) all.of_losses[i].add(piece.sums.of_losses[i]);
}

AuditVerdict verdict_on(const LossFindings& f, const predicted::EarliestCollapse& earliest, double largest_margin) {
  constexpr double far = 2;
  if (f.broken > 0) return AuditVerdict::broken;
  if (f.samples == 0) return AuditVerdict::unknown;
  if (f.collapsed > 0) return AuditVerdict::collapsing;
  if (f.vanished > 0) return AuditVerdict::vanishing;
  if (!earliest.is_predicted) return AuditVerdict::at_risk;
  return earliest.margin.value_or(HUGE_VAL) >= far * largest_margin ? AuditVerdict::safe : AuditVerdict::at_risk;
}

}  // namespace

void CompensatedSum::add(double x) {
  const DoubleDouble sum = two_sum(sum_, x);
  sum_ = sum.hi;
  error_ += sum.lo;
}

void CompensatedSum::add(const CompensatedSum& other) {
  add(other.sum_);
  add(other.error_);
}

void LossFindings::add(const LossFindings& other) {
  samples += other.samples;
  collapsed += other.collapsed;
  vanished += other.vanished;
  broken += other.broken;
  defect.add(other.defect);
  residual.add(other.residual);
  common.add(other.common);
  centred.add(other.centred);
  knows_exact = knows_exact && other.knows_exact;
}

void MarginHistogram::add(double margin) {
  const double place = std::floor((margin - least) / width);
  ++counts[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(bins - 1)))];
}

std::size_t rows_of_piece(std::size_t classes) {
  constexpr std::size_t logits = 1 << 14;          // 128 kB: they stay near, and a loss computes them in one piece
  constexpr std::size_t worth_a_vector = 1 << 18;  // classes: up to here vectors of rows are worth their memory
  const std::size_t least = classes <= worth_a_vector ? 16 : 1;
  return std::max(logits / std::max<std::size_t>(classes, 1), least);
}

Audit audit(const ArrayStream& logits, const ArrayStream& labels, const AuditRequest& request) {
  check_shapes(logits, labels);
  std::vector<EngagedLoss> losses;
  for (const AuditedLoss& loss : request.losses) losses.push_back(engaged(loss));
  Audit all;
  all.classes = logits.columns();
  all.of_losses.resize(losses.size());
  const std::size_t length = rows_of_piece(all.classes), at_once = length * std::max<std::size_t>(request.in_flight, 1);
  std::vector<std::uint32_t> labels_at_once;
  for (std::uint64_t first = 0; first < logits.rows(); first += at_once) {
    labels_at_once.resize(std::min<std::uint64_t>(at_once, logits.rows() - first));
    labels.read_labels(first, all.classes, labels_at_once, request.ignored_label);
    std::vector<AuditedPiece> pieces((labels_at_once.size() + length - 1) / length);
    in_pieces(pieces.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const std::size_t count = std::min(length, labels_at_once.size() - i * length);
        pieces[i] = audited_piece(logits, first + i * length, std::span(labels_at_once).subspan(i * length, count),
                                  losses, request.batch);
      }
    });
    for (const AuditedPiece& piece : pieces) add(all, piece);
  }
  return all;
}

AuditSummary summary_of(const Audit& audit, std::size_t loss, const AuditRequest& request, double learning_rate) {
  const LossFindings& f = audit.of_losses[loss];
  const AuditedLoss& of = request.losses[loss];
  const auto samples = static_cast<double>(f.samples), classes = static_cast<double>(audit.classes);
  const auto root = [&](const CompensatedSum& squares) {
    return f.knows_exact ? std::sqrt(squares.value() / samples) : std::nan("");
  };
  AuditSummary s;
  s.collapsed_share = static_cast<double>(f.collapsed) / samples;
  s.vanished_share = static_cast<double>(f.vanished) / samples;
  s.zero_sum_residual = f.residual.value() / samples;
  s.common_error = root(f.common);
  s.centred_error = root(f.centred);
  s.mean_drift = -learning_rate / classes * (f.defect.value() / samples);
  const auto earliest =
      predicted::earliest_collapse(of.format, of.rounding, of.loss, static_cast<std::int64_t>(request.batch));
  s.threshold = earliest.margin;
  s.verdict = verdict_on(f, earliest, audit.largest_margin);
  return s;
}

}  // namespace precipice
