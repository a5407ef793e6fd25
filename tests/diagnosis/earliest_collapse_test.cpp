#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/diagnosis/advice.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/training/formulation_text.hpp"
#include "precipice/training/loss.hpp"

using namespace precipice;
using predicted::earliest_collapse;

namespace {

/// Whether a sample of two classes collapses at the margin: the correct class's gradient is zero, the other's is not.
bool collapses(const Format& format, Rounding rounding, const Loss& loss, std::size_t batch, double margin) {
  SoftmaxCrossEntropy<Reference> head(Reference(format, rounding), loss, batch, 2);
  Matrix<Exact> logits(1, 2), gradients(1, 2);
  logits(0, 0) = Exact::from(margin);
  const std::vector<std::uint32_t> labels{0};
  head.gradient(std::as_const(logits).view(), labels, gradients.view());
  return gradients(0, 0).is_zero() && !gradients(0, 1).is_zero();
}

/// Too near to the threshold of a real number: exp(-margin) is rounded first.
bool is_near(double margin, const std::optional<double>& threshold, int precision) {
  return threshold && std::fabs(margin - *threshold) < std::ldexp(1.0, 1 - precision);
}

constexpr std::array all_that_absorb{Formulation::shift, Formulation::division, Formulation::reciprocal,
                                     Formulation::composed};

void check_all_margins(const Format& format, Rounding rounding, const Loss& loss, std::size_t batch) {
  const auto earliest = earliest_collapse(format, rounding, loss, static_cast<std::int64_t>(batch));
  const bool absorbs = predicted::absorption_margin(format, rounding).has_value();
  REQUIRE(earliest.is_predicted == (absorbs || loss.formulation != Formulation::composed));
  if (!earliest.is_predicted) return;
  for (double margin = 0.25; margin < 14; margin += 0.25) {
    CAPTURE(to_text(format));
    CAPTURE(to_text(rounding));
    CAPTURE(to_text(loss.formulation));
    CAPTURE(to_text(loss.mean));
    CAPTURE(batch);
    CAPTURE(loss.scale);
    CAPTURE(margin);
    if (is_near(margin, earliest.margin, format.precision)) continue;
    CHECK(collapses(format, rounding, loss, batch, margin) == (earliest.margin && margin >= *earliest.margin));
  }
}

}  // namespace

TEST_CASE("a sample of two classes collapses from the earliest margin on, in every rounding and place of 1/B") {
  for (const int precision : {6, 8, 11}) {  // margins below 16 in quarters are numbers of these formats
    for (const Rounding rounding : deterministic_roundings()) {
      for (const Formulation formulation : all_that_absorb) {
        for (const std::size_t batch : {1, 3, 7, 50, 64}) {
          for (const MeanPlace mean : {MeanPlace::before, MeanPlace::after, MeanPlace::outside}) {
            check_all_margins(ieee_like(precision, 8), rounding, {.formulation = formulation, .mean = mean}, batch);
          }
        }
      }
    }
  }
}

TEST_CASE("a loss scale changes what 1/B is, and with it whether upward roundings lose a gradient") {
  for (const Rounding rounding : {Rounding::toward_positive, Rounding::away_from_zero, Rounding::to_odd}) {
    for (const std::size_t batch : {1, 8, 10}) {
      for (const double scale : {0.125, 3.0, 640.0, 1024.0}) {
        check_all_margins(bfloat16, rounding, {.mean = MeanPlace::before, .scale = scale}, batch);
      }
    }
  }
}

TEST_CASE("roundings that never absorb lose p b unless b is a power of two") {
  constexpr double ln2 = 0.6931471805599453;
  CHECK(*earliest_collapse(bfloat16, Rounding::toward_positive, {.mean = MeanPlace::before}, 50).margin == 7 * ln2);
  CHECK(*earliest_collapse(bfloat16, Rounding::away_from_zero, {.mean = MeanPlace::before}, 50).margin == 7 * ln2);
  CHECK(*earliest_collapse(bfloat16, Rounding::to_odd, {.mean = MeanPlace::before}, 50).margin == 6 * ln2);
  for (const Rounding rounding : {Rounding::toward_positive, Rounding::away_from_zero, Rounding::to_odd}) {
    CHECK_FALSE(earliest_collapse(bfloat16, rounding, {.mean = MeanPlace::before}, 64).margin);
    CHECK_FALSE(earliest_collapse(bfloat16, rounding, {.mean = MeanPlace::after}, 50).margin);
    CHECK_FALSE(earliest_collapse(bfloat16, rounding, {.mean = MeanPlace::outside}, 50).margin);
  }
  CHECK(*earliest_collapse(bfloat16, Rounding::nearest_even, {.mean = MeanPlace::before}, 50).margin == 8 * ln2);
}

TEST_CASE("what is not known is said not to be predicted") {
  CHECK_FALSE(
      earliest_collapse(bfloat16, Rounding::nearest_even, {.formulation = Formulation::lse_added}, 1).is_predicted);
  const auto accurate = earliest_collapse(bfloat16, Rounding::nearest_even, {.formulation = Formulation::accurate}, 1);
  CHECK(accurate.is_predicted);
  CHECK_FALSE(accurate.margin);
  CHECK_FALSE(earliest_collapse(bfloat16, Rounding::stochastic, {.mean = MeanPlace::before}, 50).is_predicted);
  CHECK_FALSE(earliest_collapse(ieee_like(1, 8), Rounding::to_odd, {.mean = MeanPlace::outside}, 1).is_predicted);
  // 1 / 50000 is subnormal in binary16: it is lost earlier than a normal number would be.
  CHECK_FALSE(earliest_collapse(binary16, Rounding::toward_positive, {.mean = MeanPlace::before}, 50000).is_predicted);
  CHECK(collapses(binary16, Rounding::toward_positive, {.mean = MeanPlace::before}, 50000, 6.25));
  CHECK(earliest_collapse(binary16, Rounding::nearest_even, {.mean = MeanPlace::before}, 50000).is_predicted);
}

TEST_CASE("advice on a rounding that never absorbs asks for precision where 1/B is lost") {
  using predicted::advise;
  using predicted::Verdict;
  for (const Rounding rounding : {Rounding::toward_positive, Rounding::away_from_zero, Rounding::to_odd}) {
    const predicted::Regime regime{.margin = 25, .classes = 10, .batch = 50, .rounding = rounding};
    const auto advice = advise(regime);
    CHECK(*predicted::mean_absorption_margin(advice.precision, rounding) > 25);
    CHECK(*predicted::mean_absorption_margin(advice.precision - 1, rounding) <= 25);
    CHECK_FALSE(advice.closed_exponent_bits);
    CHECK(predicted::advice_on(binary32, regime).verdict == Verdict::at_risk);
    CHECK(predicted::advice_on(binary64, regime).verdict == Verdict::absorbs_nothing);
    CHECK(predicted::advice_on(binary16, {.margin = 25, .batch = 50000, .rounding = rounding}).verdict ==
          Verdict::not_predicted);
    CHECK(predicted::advice_on(parse_format("e4m7:ftz"), regime).verdict == Verdict::window_closed);
  }
}
