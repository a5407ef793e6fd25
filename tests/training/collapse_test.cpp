// The smallest margin at which the correct class's gradient is exactly zero, measured, against the thresholds of
// theory: K - 1 equal wrong terms t = exp(-margin) beside the correct one.
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/training/loss.hpp"

using namespace precipice;

namespace {

constexpr double ln2 = 0.6931471805599453;
constexpr double step = 1e-3;  // of the search

/// dL/dz of the correct class, whose logit is the margin, all others are 0.
double correct_gradient(const Format& f, const Loss& loss, std::size_t classes, std::uint32_t label, double margin) {
  const Carried<double> engine(f);
  Matrix<double> logits(1, classes), gradients(1, classes);
  logits(0, label) = engine.convert(margin);
  SoftmaxCrossEntropy<Carried<double>> head(engine, loss, 1, classes);
  head.gradient(std::as_const(logits).view(), std::span(&label, 1), gradients.view());
  return gradients(0, label);
}

/// To a thousandth, for a predicate that changes once.
template <class Predicate>
double onset(const Predicate& holds) {
  double low = 0, high = 200;
  while (high - low > step) {
    const double middle = (low + high) / 2;
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

double collapsing_margin(const Format& f, const Loss& loss, std::size_t classes, std::uint32_t label) {
  return onset([&](double margin) { return correct_gradient(f, loss, classes, label, margin) == 0; });
}

Loss outside(Formulation formulation, const SumOrder& order = SumOrder::sequential) {
  return {.formulation = formulation, .order = order, .mean = MeanPlace::outside};
}

/// Terms equal to t that come before the correct one stagnate at 2^p t; each that comes after is absorbed alone.
double sequential_threshold(int p, std::uint32_t label) {
  return p * ln2 + (label == 0 ? 0 : std::log(std::min(static_cast<double>(label), std::ldexp(1.0, p))));
}

/// What a threshold may miss: the difference of logits is rounded to half its quantum and its exponential to half an
/// ulp; sums of many terms lose a little more.
double allowed_gap(int p, double margin) {
  const double half_quantum = std::ldexp(1.0, std::ilogb(margin) - p), of_sums = 6 * std::ldexp(1.0, -p);
  return half_quantum + std::ldexp(1.0, -p) + of_sums + step;
}

/// check(classes, label) with the correct class first, in the middle and last.
template <class Check>
void for_places(const Check& check) {
  for (const std::uint32_t classes : {2U, 10U, 97U}) {
    for (const std::uint32_t label : {0U, classes / 2, classes - 1}) {
      CAPTURE(classes);
      CAPTURE(label);
      check(classes, label);
    }
  }
}

constexpr int precisions[] = {4, 8, 11, 17, 24};

}  // namespace

TEST_CASE("where S alone decides, the gradient collapses at p ln 2 + ln min(r, 2^p) for a correct class at index r") {
  for (const Formulation formulation :
       {Formulation::shift, Formulation::division, Formulation::reciprocal, Formulation::composed}) {
    for (const int p : precisions) {
      CAPTURE(p);
      for_places([&](std::uint32_t classes, std::uint32_t label) {
        const double found = collapsing_margin(ieee_like(p, 8), outside(formulation), classes, label);
        const double predicted = sequential_threshold(p, label);
        CHECK(std::fabs(found - predicted) < allowed_gap(p, predicted));
      });
    }
  }
}

TEST_CASE("the order of the sum decides the rest: correct class first, and the exact sum") {
  for (const int p : precisions) {
    CAPTURE(p);
    for_places([&](std::uint32_t classes, std::uint32_t label) {
      const double first =
          collapsing_margin(ieee_like(p, 8), outside(Formulation::shift, SumOrder::correct_first), classes, label);
      CHECK(std::fabs(first - p * ln2) < allowed_gap(p, p * ln2));
      const double exact =
          collapsing_margin(ieee_like(p, 8), outside(Formulation::shift, SumOrder::exact), classes, label);
      const double predicted = p * ln2 + std::log(classes - 1.0);
      CHECK(std::fabs(exact - predicted) < allowed_gap(p, predicted));
    });
  }
}

TEST_CASE("the same loss collapses at another margin on another vector width") {
  const Format f = binary32;
  const double ln5 = std::log(5.0), ln9 = std::log(9.0), onset_of_one = 24 * ln2;
  const auto found = [&](const SumOrder& order, std::uint32_t label) {
    return collapsing_margin(f, outside(Formulation::shift, order), 10, label);
  };
  // A reversed row collapses as the row from its other end.
  CHECK(std::fabs(found(SumOrder::reverse, 9) - onset_of_one) < allowed_gap(24, 18));
  CHECK(std::fabs(found(SumOrder::reverse, 0) - (onset_of_one + ln9)) < allowed_gap(24, 18));
  // In trees between the two: the 1 meets five of the nine wrong terms at once, in the last addition.
  for (const SumOrder& order : {SumOrder::in_lanes(8), SumOrder::butterfly, SumOrder::pairwise}) {
    CHECK(std::fabs(found(order, 3) - (onset_of_one + ln5)) < allowed_gap(24, 18));
  }
}

TEST_CASE("toward zero the sum absorbs one ln 2 earlier; upward and to odd never") {
  for (const int p : precisions) {
    CAPTURE(p);
    const Format f = ieee_like(p, 8);
    const auto collapses = [&](Rounding rounding, double margin) {
      const Carried<double> engine(f, rounding);
      const std::vector<double> terms{1, Native<double>::exp(-margin)};
      std::vector<double> room;
      return sum(engine, std::span<const double>(terms), SumOrder::sequential, 0, room) == 1;
    };
    const auto found = [&](Rounding rounding) {
      return onset([&](double margin) { return collapses(rounding, margin); });
    };
    CHECK(std::fabs(found(Rounding::nearest_even) - p * ln2) < 2 * step);
    CHECK(std::fabs(found(Rounding::toward_zero) - (p - 1) * ln2) < 2 * step);
    CHECK(std::fabs(found(Rounding::toward_negative) - (p - 1) * ln2) < 2 * step);
    for (const Rounding never : {Rounding::toward_positive, Rounding::away_from_zero, Rounding::to_odd}) {
      CHECK_FALSE(collapses(never, 80));
    }
  }
}

TEST_CASE("where the maximum is added again, it absorbs the logarithm: log S <= ulp(m) / 2, earlier the larger it is") {
  for (const int p : {8, 11, 17, 24}) {
    for (const std::uint32_t classes : {2U, 10U, 97U}) {
      CAPTURE(p);
      CAPTURE(classes);
      // With the correct class last S is 1 + (K - 1) t, rounded to a multiple of ulp(1), and so is its logarithm: with
      // m in [2^e, 2^(e+1)) that vanishes up to 2^(e-1) ulp(1), and half a one is rounded away before.
      const double predicted = onset([&](double margin) {
        const double most = std::ldexp(1.0, -p) * (std::ldexp(1.0, std::ilogb(margin)) + 1);
        return (classes - 1) * std::exp(-margin) <= most;
      });
      const double found = collapsing_margin(ieee_like(p, 8), outside(Formulation::lse_added), classes, classes - 1);
      CHECK(std::fabs(found - predicted) < allowed_gap(p, predicted));
      CHECK(found < sequential_threshold(p, classes - 1) - ln2);
    }
  }
}

TEST_CASE("without a maximum the binade of the largest term decides: between p ln 2 and (p + 1) ln 2") {
  for (const int p : precisions) {
    CAPTURE(p);
    for_places([&](std::uint32_t classes, std::uint32_t label) {
      const double found = collapsing_margin(ieee_like(p, 10), outside(Formulation::naive), classes, label);
      const double least = sequential_threshold(p, label);
      CHECK(found > least - allowed_gap(p, least));
      CHECK(found < least + ln2 + allowed_gap(p, least));
    });
  }
}

TEST_CASE("the accurate formulation loses the correct class only when the others underflow, at (p - emin) ln 2") {
  for (const int p : precisions) {
    CAPTURE(p);
    const Format f = ieee_like(p, 8);
    for_places([&](std::uint32_t classes, std::uint32_t label) {
      const double found = collapsing_margin(f, outside(Formulation::accurate), classes, label);
      const double predicted = (p - f.emin) * ln2;
      CHECK(std::fabs(found - predicted) < allowed_gap(p, predicted));
      CHECK(correct_gradient(f, outside(Formulation::accurate), classes, label, 2.0 * p) < 0);
    });
  }
}

TEST_CASE("StableMax collapses only when the largest logit is some 2^p") {
  for (const int p : {4, 8, 11}) {
    CAPTURE(p);
    const double below = std::ldexp(1.0, p) / 2;
    CHECK(correct_gradient(ieee_like(p, 10), outside(Formulation::stablemax), 10, 0, below) < 0);
    CHECK(correct_gradient(ieee_like(p, 10), outside(Formulation::stablemax), 10, 0, 4 * below) == 0);
  }
}
