#include "precipice/diagnosis/audit.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/training/loss.hpp"
#include "support/npy_bytes.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

std::string written(const std::string& name, const std::string& bytes) {
  const std::string path = std::string(PRECIPICE_SCRATCH) + "/" + name;
  std::filesystem::remove(path);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

ArrayStream logits_of(const std::vector<double>& z, std::size_t classes, const std::string& name = "logits.npy") {
  const std::string shape = "(" + std::to_string(z.size() / classes) + ", " + std::to_string(classes) + ")";
  return ArrayStream(written(name, npy(npy_header("<f8", shape), bytes_of(z))));
}
ArrayStream labels_of(const std::vector<std::int64_t>& y) {
  return ArrayStream(written("labels.npy", npy(npy_header("<i8", "(" + std::to_string(y.size()) + ",)"), bytes_of(y))));
}

/// Logits of any margin up to 60 nats and labels, from a generator of its own (Knuth's MMIX).
struct Sample {
  std::vector<double> logits;
  std::vector<std::int64_t> labels;
  std::size_t classes;
};
Sample sample(std::size_t rows, std::size_t classes) {
  Sample s{{}, {}, classes};
  std::uint64_t state = 1;
  const auto uniform = [&] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 11U) * 0x1p-53;
  };
  for (std::size_t i = 0; i < rows; ++i) {
    const auto label = static_cast<std::size_t>(uniform() * static_cast<double>(classes));
    s.labels.push_back(static_cast<std::int64_t>(label));
    const double margin = 60 * uniform() - 4;
    for (std::size_t k = 0; k < classes; ++k) s.logits.push_back((k == label ? margin : 0) - 3 * uniform());
  }
  return s;
}

Audit audited(const Sample& s, const AuditRequest& request) {
  return audit(logits_of(s.logits, s.classes), labels_of(s.labels), request);
}

/// The gradients as the engine that is the meaning of all others has them.
Matrix<double> by_reference(const Sample& s, const AuditedLoss& l, std::size_t batch) {
  const std::size_t rows = s.labels.size();
  SoftmaxCrossEntropy<Reference> head(Reference(l.format, l.rounding), l.loss, batch, s.classes);
  Matrix<Exact> z(rows, s.classes), g(rows, s.classes);
  for (std::size_t i = 0; i < s.logits.size(); ++i) z.values()[i] = Exact::from(s.logits[i]);
  const std::vector<std::uint32_t> labels(s.labels.begin(), s.labels.end());
  head.gradient(std::as_const(z).view(), labels, g.view());
  Matrix<double> result(rows, s.classes);
  for (std::size_t i = 0; i < s.logits.size(); ++i) result.values()[i] = to_double(g.values()[i]);
  return result;
}

struct Counts {
  std::uint64_t collapsed = 0, vanished = 0;
  std::vector<double> defects;
};
Counts counted(const Sample& s, const Matrix<double>& g, double unscale) {
  Counts c;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    std::vector<double> row(g.row(i), g.row(i) + s.classes);
    const bool any = std::ranges::any_of(row, [](double x) { return x != 0; });
    c.vanished += any ? 0 : 1;
    c.collapsed += any && row[static_cast<std::size_t>(s.labels[i])] == 0 ? 1 : 0;
    for (double& x : row) x *= unscale;
    c.defects.push_back(Native<double>::sum_exactly(row));
  }
  return c;
}

void check_same(const Audit& a, const Audit& b) {
  CHECK(a.rows == b.rows);
  CHECK(a.margins.counts == b.margins.counts);
  CHECK(a.least_margin == b.least_margin);
  for (std::size_t i = 0; i < a.of_losses.size(); ++i) {
    const LossFindings &f = a.of_losses[i], &g = b.of_losses[i];
    CHECK(f.collapsed == g.collapsed);
    CHECK(f.defect.value() == g.defect.value());
    CHECK(f.residual.value() == g.residual.value());
    CHECK(f.common.value() == g.common.value());
    CHECK(f.centred.value() == g.centred.value());
  }
}

}  // namespace

TEST_CASE("what is counted and summed is what the reference engine computes") {
  const Sample s = sample(60, 5);
  AuditRequest request{.losses = {}, .batch = 24};
  for (const char* const name : {"binary32", "bfloat16", "binary16", "e4m3fn", "e5m2", "binary64"}) {
    for (const Formulation formulation : {Formulation::shift, Formulation::division, Formulation::accurate}) {
      for (const MeanPlace mean : {MeanPlace::before, MeanPlace::outside}) {
        request.losses.push_back({parse_format(name), Loss{.formulation = formulation, .mean = mean}});
      }
    }
  }
  const Audit found = audited(s, request);
  CHECK(found.rows == 60);
  for (std::size_t i = 0; i < request.losses.size(); ++i) {
    const double unscale = request.losses[i].loss.mean == MeanPlace::outside ? 1 : 24;
    const Counts expected = counted(s, by_reference(s, request.losses[i], 24), unscale);
    CAPTURE(i);
    CHECK(found.of_losses[i].samples == 60);
    CHECK(found.of_losses[i].collapsed == expected.collapsed);
    CHECK(found.of_losses[i].vanished == expected.vanished);
    CHECK(found.of_losses[i].defect.value() == Native<double>::sum_exactly(expected.defects));
  }
  CHECK(found.of_losses[0].collapsed > 0);
}

TEST_CASE("neither pieces in flight nor threads change a bit") {
  const Sample s = sample(3 * rows_of_piece(40) + 17, 40);
  AuditRequest request{.losses = {{bfloat16, {}}, {binary32, {}}}, .in_flight = 1};
  const Audit one = audited(s, request);
  for (const std::size_t in_flight : {2, 3, 64}) {
    request.in_flight = in_flight;
    check_same(audited(s, request), one);
  }
}

TEST_CASE("a hand-made case: one row collapses, one does not, one has vanished") {
  // e4m3: 1 absorbs exp(-4) = 0.0183 < 2^-4; exp(-1) stays; exp(-9) < 2^-11 is zero.
  const AuditRequest request{.losses = {{ieee_like(4, 4), {}}}};
  const Audit found = audited({{4, 0, 1, 0, 9, 0}, {0, 0, 0}, 2}, request);
  CHECK(found.of_losses[0].collapsed == 1);
  CHECK(found.of_losses[0].vanished == 1);
  CHECK(found.correct == 3);
  CHECK(found.least_margin == 1);
  CHECK(found.largest_margin == 9);
  CHECK(found.margins.counts[static_cast<std::size_t>((4 - MarginHistogram::least) / MarginHistogram::width)] == 1);
  const AuditSummary summary = summary_of(found, 0, request, 0.5);
  CHECK(summary.verdict == AuditVerdict::collapsing);
  CHECK(summary.mean_drift == -0.5 / 2 * (found.of_losses[0].defect.value() / 3));
  CHECK(*summary.threshold == *predicted::absorption_margin(4, Rounding::nearest_even));
}

TEST_CASE("the error of the gradient is small in binary64, and common to all classes once samples collapse") {
  const Sample s = sample(400, 10);
  const AuditRequest request{.losses = {{binary64, {}}, {bfloat16, Loss{.formulation = Formulation::shift}}}};
  const Audit found = audited(s, request);
  CHECK(summary_of(found, 0, request, 1).centred_error < 1e-15);
  CHECK(summary_of(found, 0, request, 1).zero_sum_residual < 1e-15);
  CHECK(summary_of(found, 1, request, 1).common_error > 1e-5);
}

TEST_CASE("the verdict compares the threshold with the largest margin") {
  const auto verdict = [](double margin, const AuditedLoss& loss, std::size_t batch = 1) {
    const AuditRequest request{.losses = {loss}, .batch = batch};
    return summary_of(audited({{margin, 0}, {0}, 2}, request), 0, request, 1).verdict;
  };
  CHECK(verdict(8, {binary32, {}}) == AuditVerdict::safe);  // 16.64
  CHECK(verdict(9, {binary32, {}}) == AuditVerdict::at_risk);
  CHECK(verdict(17, {binary32, {}}) == AuditVerdict::collapsing);
  CHECK(verdict(17, {binary32, Loss{.formulation = Formulation::accurate}}) == AuditVerdict::safe);
  CHECK(verdict(1, {binary32, Loss{.formulation = Formulation::lse_added}}) == AuditVerdict::at_risk);
  CHECK(verdict(17, {binary32, {}, Rounding::to_odd}) == AuditVerdict::safe);
  const AuditedLoss to_odd{binary32, Loss{.mean = MeanPlace::before}, Rounding::to_odd};
  CHECK(verdict(17, to_odd, 64) == AuditVerdict::safe);
  CHECK(verdict(9, to_odd, 500) == AuditVerdict::at_risk);  // 15.25: p b is b again
  CHECK(verdict(17, to_odd, 500) == AuditVerdict::collapsing);
  CHECK(verdict(7, to_odd, 500) == AuditVerdict::safe);
  CHECK(verdict(17, {binary32, Loss{.mean = MeanPlace::after}, Rounding::to_odd}, 500) == AuditVerdict::safe);
  const AuditedLoss upward{binary16, Loss{.mean = MeanPlace::before}, Rounding::toward_positive};
  CHECK(verdict(1, upward, 50000) == AuditVerdict::at_risk);            // 1/B is subnormal: not predicted
  CHECK(verdict(9, {ieee_like(4, 2), {}}) == AuditVerdict::vanishing);  // exp(-9) is zero
  CHECK(verdict(200, {binary16, Loss{.formulation = Formulation::naive}}) == AuditVerdict::broken);
}

TEST_CASE("rows that are not finite are counted and left out") {
  const Audit clean = audited({{1, 0, 3, 0}, {0, 1}, 2}, {.losses = {{binary32, {}}}});
  const Audit dirty =
      audited({{NAN, 0, 1, 0, HUGE_VAL, 0, -HUGE_VAL, NAN, 3, 0}, {0, 0, 1, 1, 1}, 2}, {.losses = {{binary32, {}}}});
  CHECK(dirty.rows == 5);
  CHECK(dirty.not_a_number == 2);
  CHECK(dirty.infinite == 1);
  CHECK(dirty.of_losses[0].samples == 2);
  CHECK(dirty.of_losses[0].defect.value() == clean.of_losses[0].defect.value());
  const AuditRequest request{.losses = {{binary32, {}}}};
  const Audit none = audited({{NAN, 0}, {0}, 2}, request);
  CHECK(none.of_losses[0].samples == 0);
  CHECK(std::isnan(summary_of(none, 0, request, 1).zero_sum_residual));
  CHECK(summary_of(none, 0, request, 1).verdict == AuditVerdict::unknown);
}

TEST_CASE("files that do not fit and losses without an engine are refused") {
  const AuditRequest request{.losses = {{binary32, {}}}};
  const auto refused = [&](const Sample& s, const char* part) {
    CHECK_THROWS_WITH_AS(audited(s, request), doctest::Contains(part), FileError);
  };
  refused({{1, 0, 1, 0}, {0}, 2}, "has 2 rows and");
  refused({{1, 0}, {2}, 2}, "row 0: label 2 must be");
  refused({{1, 0}, {-1}, 2}, "label -1");
  refused({{1, 0}, {0, 0}, 1}, "one for each class");
  CHECK_THROWS_AS(audited(sample(2, 2), {.losses = {{binary128, {}}}}), ConfigError);
  CHECK_THROWS_AS(audited(sample(2, 2), {.losses = {{binary32, {}, Rounding::stochastic}}}), ConfigError);
}
