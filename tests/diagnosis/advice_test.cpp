#include "precipice/diagnosis/advice.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/training/loss.hpp"

using namespace precipice;
using predicted::advice_on;
using predicted::advise;
using predicted::Regime;
using predicted::Verdict;

namespace {

constexpr double ln2 = 0.6931471805599453;

/// Whether the wrong class's gradient is zero, as the loss computes it, at a margin of two classes.
bool wrong_gradient_is_zero(const Format& format, const Regime& r, double margin) {
  const Loss loss{.order = r.order, .mean = r.mean, .scale = r.loss_scale};
  SoftmaxCrossEntropy<Reference> head(Reference(format, r.rounding), loss, static_cast<std::size_t>(r.batch), 2);
  Matrix<Exact> logits(1, 2), gradients(1, 2);
  logits(0, 0) = Exact::from(margin);
  const std::vector<std::uint32_t> labels{0};
  head.gradient(std::as_const(logits).view(), labels, gradients.view());
  return gradients(0, 1).is_zero();
}

}  // namespace

TEST_CASE("the precision is the smallest whose absorption margin is above the regime's") {
  for (const Rounding rounding : {Rounding::nearest_even, Rounding::nearest_away, Rounding::toward_zero}) {
    for (double margin = 0.1; margin < 200; margin *= 1.3) {
      const int p = advise({.margin = margin, .classes = 10, .batch = 8, .rounding = rounding}).precision;
      CHECK(*predicted::absorption_margin(p, rounding) > margin);
      if (p > 1) CHECK(*predicted::absorption_margin(p - 1, rounding) <= margin);
    }
  }
}

TEST_CASE("a margin at the threshold itself is absorbed, one below is not") {
  const double threshold = *predicted::absorption_margin(24, Rounding::nearest_even);
  CHECK(advise({.margin = threshold}).precision == 25);
  CHECK(advise({.margin = std::nextafter(threshold, 0)}).precision == 24);
}

TEST_CASE("neither classes nor the order of the sum change the precision, only where equal classes collapse") {
  for (const char* const order : {"sequential", "exact", "lanes:8", "kahan", "pairwise"}) {
    const auto advice = advise({.margin = 16, .classes = 100, .batch = 8, .order = parse_sum_order(order)});
    CHECK(advice.precision == 24);
  }
  const auto sequential = advise({.margin = 16, .classes = 100});
  CHECK(sequential.pieces->fewest == 1);
  CHECK(sequential.pieces->most == 99);
  CHECK(advise({.margin = 16, .classes = 100, .order = SumOrder::exact}).pieces->fewest == 99);
  CHECK_FALSE(advise({.margin = 16, .classes = 100, .order = SumOrder::kahan}).pieces);
  CHECK_FALSE(advise({.margin = 16, .classes = 5000, .order = SumOrder::in_lanes(8)}).pieces);
  CHECK(advise({.margin = 16, .classes = 131072}).pieces->most == 131071);
}

TEST_CASE("without a loss scale the margins are those of the NFI window, bit by bit") {
  for (const MeanPlace mean : {MeanPlace::before, MeanPlace::after, MeanPlace::outside}) {
    for (const NamedFormat& named : catalogue()) {
      if (!has_zero(named.format)) continue;
      const Regime regime{.margin = 10, .classes = 2, .batch = 300, .mean = mean};
      const auto window = *predicted::nfi_window(named.format, regime.rounding, regime.order, 2, 0, mean, 300);
      const auto advice = advice_on(named.format, regime);
      CHECK(*advice.opens == window.opens);
      CHECK(*advice.closes == window.closes);
    }
  }
}

TEST_CASE("a loss scale undoes 1/B and no more, as the loss itself has it") {
  constexpr double rounding_of_exp = 0.75;  // and of 1/B: less than ln 2 each way, see prediction.hpp
  for (const Format& format : {binary16, ieee_like(8, 6)}) {
    for (const MeanPlace mean : {MeanPlace::before, MeanPlace::after, MeanPlace::outside}) {
      for (const double scale : {0.0625, 1.0, 8.0, 64.0, 4096.0}) {
        const Regime regime{.margin = 10, .batch = 64, .loss_scale = scale, .mean = mean};
        const double margin = *predicted::underflow_margin(format, regime);
        CAPTURE(margin);
        CAPTURE(scale);
        CAPTURE(to_text(mean));
        CHECK_FALSE(wrong_gradient_is_zero(format, regime, margin - rounding_of_exp));
        CHECK(wrong_gradient_is_zero(format, regime, margin + rounding_of_exp));
      }
    }
  }
  CHECK(predicted::reduction({.margin = 1, .batch = 64, .loss_scale = 16}) == 4);
  CHECK(predicted::reduction({.margin = 1, .batch = 64, .loss_scale = 1e6}) == 1);
  CHECK(predicted::reduction({.margin = 1, .batch = 64, .loss_scale = 0.5, .mean = MeanPlace::outside}) == 2);
}

TEST_CASE("the widest closed exponent field is where the window has width zero") {
  constexpr double rounding_of_logarithms = 1e-9;
  for (const std::int64_t batch : {1, 2, 3, 4, 63, 64, 65, 128, 16384, 100000}) {
    const int bits = *advise({.margin = 9, .batch = batch}).closed_exponent_bits;
    for (int e = 2; e <= 8; ++e) {
      const auto window = predicted::nfi_window(ieee_like(12, e), Rounding::nearest_even, SumOrder::sequential, 2, 0,
                                                MeanPlace::before, batch);
      CHECK((e <= bits) == (window->width() <= rounding_of_logarithms));
    }
    const double line = *predicted::closing_exponent_bits(12, Rounding::nearest_even, SumOrder::sequential, 1,
                                                          MeanPlace::before, batch);
    CHECK(bits == static_cast<int>(std::floor(line + rounding_of_logarithms)));
  }
}

TEST_CASE("the exponent field keeps wrong classes' gradients alive up to the margin, and holds K") {
  const Regime regime{.margin = 25, .classes = 10, .batch = 128};
  const auto advice = advise(regime);
  CHECK(advice.precision == 37);
  CHECK(*predicted::underflow_margin(ieee_like(37, advice.exponent_bits), regime) > 25);
  CHECK(advise({.margin = 25, .classes = 100000}).exponent_bits == 6);  // 65504 is too little for the sum
  CHECK(advise({.margin = 25, .classes = 10, .loss_scale = 65536}).exponent_bits == 6);
}

TEST_CASE("the verdict on a format names the kind of safety") {
  const auto on = [](const Format& format, Regime regime) { return advice_on(format, regime).verdict; };
  CHECK(on(binary64, {.margin = 30, .classes = 10, .batch = 64}) == Verdict::absorbs_nothing);
  CHECK(on(binary32, {.margin = 30, .classes = 10, .batch = 64}) == Verdict::at_risk);
  CHECK(on(ieee_like(4, 4), {.margin = 30, .classes = 10, .batch = 64}) == Verdict::window_closed);
  CHECK(on(ieee_like(4, 4), {.margin = 30, .classes = 10, .batch = 63}) == Verdict::at_risk);
  CHECK(on(binary16, {.margin = 3, .classes = 131072, .batch = 1}) == Verdict::too_narrow);
  CHECK(on(parse_format("e8m0fnu"), {.margin = 3, .classes = 2, .batch = 1}) == Verdict::too_narrow);
  CHECK(on(parse_format("e4m7:ftz"), {.margin = 30, .classes = 2, .batch = 1}) == Verdict::window_closed);
  const Regime to_odd{.margin = 9, .classes = 3, .batch = 1, .rounding = Rounding::to_odd};
  CHECK(on(parse_format("e8m0"), to_odd) == Verdict::not_predicted);
  CHECK(on(bfloat16, to_odd) == Verdict::absorbs_nothing);
}

TEST_CASE("a rounding that never absorbs is content with any precision") {
  CHECK(advise({.margin = 40, .rounding = Rounding::toward_positive}).precision == 1);
  CHECK(advise({.margin = 40, .rounding = Rounding::to_odd}).precision == 2);
  CHECK_FALSE(advise({.margin = 40, .rounding = Rounding::to_odd}).closed_exponent_bits);
}

TEST_CASE("a regime that is none is refused") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const Regime& regime :
       {Regime{.margin = 0}, Regime{.margin = -1}, Regime{.margin = infinity}, Regime{.margin = 45426},
        Regime{.margin = std::nan("")}, Regime{.margin = 5, .classes = 1}, Regime{.margin = 5, .batch = 0},
        Regime{.margin = 5, .loss_scale = 0}, Regime{.margin = 5, .loss_scale = infinity},
        Regime{.margin = 5, .rounding = Rounding::stochastic}}) {
    CHECK_THROWS_AS(advise(regime), ConfigError);
  }
  CHECK(advise({.margin = 45000}).precision == std::floor(45000 / ln2) + 1);
}
