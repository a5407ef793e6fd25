// Predicted thresholds to the last bit, against what follows from the definition of rounding alone: where S decides,
// the first margin d is the one at which fl(exp(-d)) has just passed the largest term that is absorbed.
#include "precipice/diagnosis/predicted_thresholds.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/ordinal.hpp"

using namespace precipice;
using namespace precipice::predicted;

namespace {

constexpr auto even = Rounding::nearest_even;

Exact power(std::int64_t exponent) { return Exact::finite(Sign::positive, 1, exponent); }

Exact term(const Format& f, Rounding rounding, const Integer& margin) {
  return Reference(f, rounding).exp(number_at(f, margin).negated());
}

Integer beyond(const Format& f) { return ordinal(f, largest_finite(f)) + 1; }

Threshold collapse_of(const GradientRules& rules, const EqualRivals& rivals) {
  const auto threshold = Thresholds(rules).collapse(rivals);
  REQUIRE(threshold);
  return *threshold;
}
Threshold survival_of(const GradientRules& rules, const EqualRivals& rivals) {
  const auto threshold = Thresholds(rules).survival(rivals);
  REQUIRE(threshold);
  return *threshold;
}

}  // namespace

TEST_CASE("with one wrong class the last margin before the collapse has a term above 2^-p, and the first one has not") {
  for (const char* name : {"binary16", "bfloat16", "binary32", "binary64", "binary128", "e5m2", "e4m3fn", "fp24"}) {
    CAPTURE(name);
    const Format f = parse_format(name);
    const Threshold found = collapse_of({.format = f}, {SumOrder::sequential, 2, 1});
    REQUIRE(found.is_exact());
    CHECK(compare(term(f, even, found.least), power(-f.precision)) <= 0);
    CHECK(compare(term(f, even, found.least - 1), power(-f.precision)) > 0);
  }
}

TEST_CASE("truncated sums absorb terms below ulp(1)") {
  for (const Rounding rounding : {Rounding::toward_zero, Rounding::toward_negative}) {
    const Threshold found = collapse_of({.format = binary32, .rounding = rounding}, {SumOrder::exact, 2, 0});
    REQUIRE(found.is_exact());
    CHECK(compare(term(binary32, rounding, found.least), power(-23)) < 0);
    CHECK(compare(term(binary32, rounding, found.least - 1), power(-23)) >= 0);
  }
}

TEST_CASE("an exact sum collapses where all wrong terms together are at most 2^-p") {
  for (const int classes : {2, 3, 10, 97, 1000}) {
    CAPTURE(classes);
    const Threshold found = collapse_of({.format = binary32}, {SumOrder::exact, classes, classes / 2});
    REQUIRE(found.is_exact());
    const auto all_terms = [&](const Integer& margin) {
      const Exact count = Exact::finite(Sign::positive, classes - 1, 0);
      return reference::multiply(count, term(binary32, even, margin), binary128, even).value;
    };
    CHECK(compare(all_terms(found.least), power(-24)) <= 0);
    CHECK(compare(all_terms(found.least - 1), power(-24)) > 0);
  }
}

TEST_CASE("the last gradient is that of the last term that is not zero, and with 1/B that of t b") {
  const Threshold outside = survival_of({.format = bfloat16}, {SumOrder::sequential, 10, 0});
  REQUIRE(outside.is_exact());
  CHECK_FALSE(term(bfloat16, even, outside.least).is_zero());
  CHECK(term(bfloat16, even, outside.least + 1).is_zero());

  const GradientRules before{.format = bfloat16, .mean = MeanPlace::before, .batch = 50};
  const Threshold averaged = survival_of(before, {SumOrder::sequential, 10, 0});
  const Reference a(bfloat16);
  const Exact share = a.div(power(0), Exact::finite(Sign::positive, 50, 0));
  REQUIRE(averaged.is_exact());
  CHECK_FALSE(a.mul(term(bfloat16, even, averaged.least), share).is_zero());
  CHECK(a.mul(term(bfloat16, even, averaged.least + 1), share).is_zero());
}

TEST_CASE("upward, away from zero and to odd nothing collapses, and nothing dies") {
  for (const Rounding rounding : {Rounding::toward_positive, Rounding::away_from_zero, Rounding::to_odd}) {
    const GradientRules rules{.format = bfloat16, .rounding = rounding};
    const Threshold collapse = collapse_of(rules, {SumOrder::sequential, 10, 3});
    CHECK(collapse.is_exact());
    CHECK(collapse.least == beyond(bfloat16));
    CHECK(collapse.cause == Cause::never);
    // Away from zero -d - log S leaves the range at the very last margin.
    const int lost = rounding == Rounding::away_from_zero ? 1 : 0;
    CHECK(survival_of(rules, {SumOrder::sequential, 10, 3}).least == beyond(bfloat16) - 1 - lost);
  }
}

TEST_CASE("what the format does not hold") {
  // b = 1/32 is a quarter of the smallest number of e2m1fn: no gradient at any margin.
  const GradientRules tiny{.format = parse_format("e2m1fn"), .mean = MeanPlace::before, .batch = 32};
  CHECK(collapse_of(tiny, {}).most == 0);
  CHECK(collapse_of(tiny, {}).cause == Cause::mean_factor);
  CHECK(survival_of(tiny, {}).most == -1);
  // 97 classes would collapse beyond 1.97, where binary8p7 ends.
  CHECK(collapse_of({.format = parse_format("binary8p7")}, {SumOrder::exact, 97, 0}).cause == Cause::range);
  // E = 4: 96 terms 2^-(p + 5) are more than the 1 absorbs, and there is no smaller one.
  CHECK(collapse_of({.format = ieee_like(8, 4)}, {SumOrder::exact, 97, 0}).cause == Cause::underflow);
}

TEST_CASE("where the maximum is added again the sum collapses earlier, and what is lost grows with the margin") {
  for (const int classes : {2, 10, 97}) {
    const EqualRivals rivals{SumOrder::sequential, classes, classes - 1};
    const Threshold shift = collapse_of({.format = binary32}, rivals);
    const Threshold added = collapse_of({.format = binary32, .formulation = Formulation::lse_added}, rivals);
    CHECK(added.most < shift.least);
  }
}

TEST_CASE("no bound is known of compensated sums") {
  CHECK_FALSE(Thresholds({.format = bfloat16}).collapse({SumOrder::kahan, 10, 3}));
  CHECK_FALSE(Thresholds({.format = bfloat16}).survival({SumOrder::kahan, 10, 3}));
}

TEST_CASE("a margin less the real threshold, where doubles would blur it") {
  const Threshold found = collapse_of({.format = binary256}, {SumOrder::sequential, 2, 0});
  const auto late = [&](const Integer& place) {
    return *behind_collapse_margin(number_at(binary256, place), binary256, even, SumOrder::sequential, 2, 0);
  };
  CHECK(late(found.least) > 0);
  CHECK(late(found.least) < std::ldexp(1.0, -228));
  // One half of a unit in the last place of 2^-p is absorbed as well: the exponential is rounded to nearest.
  CHECK(late(found.least - 1) < std::ldexp(1.0, -236));
  const double simple =
      nearest_double(number_at(binary32, 0x41851592)) - *collapse_margin(binary32, even, SumOrder::exact, 10, 0);
  CHECK(*behind_collapse_margin(number_at(binary32, 0x41851592), binary32, even, SumOrder::exact, 10, 0) ==
        doctest::Approx(simple).epsilon(1e-9));
}
