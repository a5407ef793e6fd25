#include "precipice/diagnosis/prediction.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/catalogue.hpp"

using namespace precipice;
using namespace precipice::predicted;

namespace {

constexpr double ln2 = 0.6931471805599453;
constexpr auto even = Rounding::nearest_even;

/// For comparisons of one formula with another way of writing it: some rounding errors of binary64.
doctest::Approx same(double x) { return doctest::Approx(x).epsilon(1e-14); }
/// For numbers printed in the literature with this many decimals.
bool agrees(double x, double printed, double last_decimal) { return std::fabs(x - printed) <= last_decimal / 2; }

Exact power(std::int64_t exponent) { return Exact::finite(Sign::positive, 1, exponent); }

/// 2^-p (1 + 2^-8) or the like: a hair above or below a power of two.
Exact just_above(std::int64_t exponent) { return Exact::finite(Sign::positive, (1 << 20) + 1, exponent - 20); }
Exact just_below(std::int64_t exponent) { return Exact::finite(Sign::positive, (1 << 20) - 1, exponent - 20); }

/// t + t + ... until nothing changes, in units of t = 1.
double stagnation(const Format& f, Rounding rounding) {
  Exact total = power(0);
  for (;;) {
    const Exact next = reference::add(total, power(0), f, rounding).value;
    if (next == total) return to_double(total);
    total = next;
  }
}

}  // namespace

TEST_CASE("absorption in binary32 begins at 16.636 to nearest and at 15.942 when truncated") {
  CHECK(agrees(*absorption_margin(binary32, even), 16.636, 1e-3));
  CHECK(agrees(*absorption_margin(binary32, Rounding::nearest_away), 16.636, 1e-3));
  CHECK(agrees(*absorption_margin(binary32, Rounding::toward_zero), 15.942, 1e-3));
  CHECK(agrees(*absorption_margin(binary32, Rounding::toward_negative), 15.942, 1e-3));
}

TEST_CASE("roundings that never fall back to 1 have no absorption, no collapse, no underflow and no window") {
  for (const auto rounding : {Rounding::toward_positive, Rounding::away_from_zero, Rounding::to_odd}) {
    CHECK_FALSE(absorption_margin(binary32, rounding));
    CHECK_FALSE(collapse_margin(binary32, rounding, SumOrder::exact, 10, 3));
    CHECK_FALSE(collapse_precision(10, rounding, SumOrder::exact, 3));
    CHECK_FALSE(underflow_margin(binary32, rounding, MeanPlace::outside, 1));
    CHECK_FALSE(nfi_window(binary32, rounding, SumOrder::sequential, 10, 3, MeanPlace::before, 50));
    CHECK_FALSE(closing_exponent_bits(8, rounding, SumOrder::sequential, 3, MeanPlace::before, 50));
  }
}

TEST_CASE("the predicted term is where 1 + s turns into 1, in every format and rounding") {
  for (int p = 2; p <= 30; ++p) {
    const Format f = ieee_like(p, 8);
    for (const Rounding rounding : deterministic_roundings()) {
      const auto margin = absorption_margin(f, rounding);
      const auto absorbs = [&](const Exact& s) { return reference::add(power(0), s, f, rounding).value == power(0); };
      if (!margin) {
        CHECK_FALSE(absorbs(power(-3 * p)));
        continue;
      }
      const auto exponent = static_cast<std::int64_t>(std::lround(-*margin / ln2));
      CHECK(absorbs(just_below(exponent)));
      CHECK_FALSE(absorbs(just_above(exponent)));
    }
  }
}

TEST_CASE("the order of the sum decides how many terms count") {
  CHECK(terms_in_one_piece(SumOrder::correct_first, 10, 7) == 1);
  CHECK(terms_in_one_piece(SumOrder::exact, 10, 0) == 9);
  CHECK(terms_in_one_piece(SumOrder::sequential, 10, 0) == 1);
  CHECK(terms_in_one_piece(SumOrder::sequential, 10, 1) == 1);
  CHECK(terms_in_one_piece(SumOrder::sequential, 10, 7) == 7);
  CHECK(terms_in_one_piece(SumOrder::reverse, 10, 9) == 1);
  CHECK(terms_in_one_piece(SumOrder::reverse, 10, 8) == 1);
  CHECK(terms_in_one_piece(SumOrder::reverse, 10, 2) == 7);
}

TEST_CASE("in trees, lanes and windows the largest sum that joins the correct class's counts") {
  // Of 10 classes in 8 lanes: (0 8) (1 9) 2 3 4 5 6 7; then lanes 4 apart, 2 apart, 1 apart.
  CHECK(terms_in_one_piece(SumOrder::in_lanes(8), 10, 3) == 5);  // 7, 1 9 5, then the even lanes
  CHECK(terms_in_one_piece(SumOrder::in_lanes(8), 10, 9) == 5);
  CHECK(terms_in_one_piece(SumOrder::in_lanes(8), 10, 8) == 5);
  CHECK(terms_in_one_piece(SumOrder::in_vectors(8), 10, 3) == 5);
  CHECK(terms_in_one_piece(SumOrder::in_vectors(16), 10, 3) == 3);  // does not fill a vector: sequential
  CHECK(terms_in_one_piece(SumOrder::in_vectors(16), 10, 9) == 9);
  CHECK(terms_in_one_piece(SumOrder::butterfly, 10, 3) == 5);  // 10 of 16 lanes: 7 after 11, then 1 5 9, then the even
  CHECK(terms_in_one_piece(SumOrder::pairwise, 10, 3) == 5);
  CHECK(terms_in_one_piece(SumOrder::in_strides(8), 10, 0) == 2);  // the 1 meets 8, then lane 1 with 1 and 9
  CHECK(terms_in_one_piece(SumOrder::in_strides(8), 10, 7) == 9);
  CHECK(terms_in_one_piece(SumOrder::in_packets(8), 10, 9) == 8);  // 8, then all eight lanes
  CHECK(terms_in_one_piece(SumOrder::in_packets(8), 10, 3) == 4);  // its half of the lanes has four
  CHECK(terms_in_one_piece(SumOrder::in_windows(32), 10, 7) == 7);
  CHECK(terms_in_one_piece(SumOrder::in_windows(32), 97, 0) == 32);  // the windows 0-16, 17-48, 49-80, 81-96
  CHECK(terms_in_one_piece(SumOrder::in_windows(32), 97, 96) == 81);
  CHECK(terms_in_one_piece(SumOrder::in_cascade(8), 10, 3) == 5);  // 8 9 0 1 2 in a row, then lane 3
}

TEST_CASE("compensated sums have no prediction, and so no line and no window") {
  for (const auto& order : {SumOrder::kahan}) {
    CAPTURE(to_text(order));
    CHECK_FALSE(terms_in_one_piece(order, 10, 3));
    CHECK_FALSE(median_terms_in_one_piece(order, 10));
    CHECK_FALSE(collapse_margin(binary32, even, order, 10, 3));
    CHECK_FALSE(collapse_margin(24.0, even, order, 3));
    CHECK_FALSE(collapse_precision(10, even, order, 3));
    CHECK_FALSE(nfi_window(binary32, even, order, 10, 3, MeanPlace::outside, 1));
    CHECK_FALSE(closing_exponent_bits(8, even, order, 3, MeanPlace::outside, 1));
  }
}

TEST_CASE("the last class first, a reversed sum collapses as a sum of the reversed row") {
  for (int label = 0; label < 10; ++label) {
    CHECK(collapse_margin(bfloat16, even, SumOrder::reverse, 10, label) ==
          collapse_margin(bfloat16, even, SumOrder::sequential, 10, 9 - label));
  }
}

TEST_CASE("collapse to nearest even follows p ln 2 + ln n") {
  const double p_ln2 = 24 * ln2;
  CHECK(*collapse_margin(binary32, even, SumOrder::correct_first, 10, 9) == p_ln2);
  CHECK(*collapse_margin(binary32, even, SumOrder::sequential, 10, 0) == p_ln2);
  CHECK(*collapse_margin(binary32, even, SumOrder::sequential, 10, 1) == p_ln2);
  CHECK(*collapse_margin(binary32, even, SumOrder::sequential, 10, 4) == same(p_ln2 + std::log(4)));
  CHECK(*collapse_margin(binary32, even, SumOrder::exact, 10, 4) == same(p_ln2 + std::log(9)));
}

TEST_CASE("truncation collapses one ln 2 earlier, with one wrong class as with many") {
  for (const auto& order : {SumOrder::sequential, SumOrder::reverse, SumOrder::correct_first, SumOrder::exact}) {
    const double nearest = *collapse_margin(bfloat16, even, order, 10, 6);
    CHECK(*collapse_margin(bfloat16, Rounding::toward_zero, order, 10, 6) == same(nearest - ln2));
  }
}

TEST_CASE("the last class collapses in sequence as in an exact sum") {
  CHECK(*collapse_margin(bfloat16, even, SumOrder::sequential, 10, 9) ==
        *collapse_margin(bfloat16, even, SumOrder::exact, 10, 9));
}

TEST_CASE("equal terms stagnate in sequence, so many classes count no more than the sum can hold") {
  const Format f = ieee_like(4, 8);
  CHECK(*collapse_margin(f, even, SumOrder::sequential, 1000, 999) == same(8 * ln2));
  CHECK(*collapse_margin(f, even, SumOrder::exact, 1000, 999) == same(4 * ln2 + std::log(999)));
  for (const auto rounding : {even, Rounding::nearest_away, Rounding::toward_zero, Rounding::toward_negative}) {
    const double predicted_bits =
        (*collapse_margin(f, rounding, SumOrder::sequential, 1000, 999) - *absorption_margin(f, rounding)) / ln2;
    CHECK(stagnation(f, rounding) == std::exp2(std::round(predicted_bits)));
  }
}

TEST_CASE("the median over labels is the margin that half of the labels have passed") {
  for (const int classes : {2, 3, 10, 97}) {
    for (const auto& order : {SumOrder::sequential, SumOrder::reverse, SumOrder::correct_first, SumOrder::exact}) {
      std::vector<double> margins;
      for (int label = 0; label < classes; ++label) {
        margins.push_back(*collapse_margin(binary32, even, order, classes, label));
      }
      std::ranges::sort(margins);
      const auto middle = static_cast<std::size_t>(classes) / 2;
      const double median = classes % 2 != 0 ? margins[middle] : (margins[middle - 1] + margins[middle]) / 2;
      CHECK(*collapse_margin(24.0, even, order, *median_terms_in_one_piece(order, classes)) == same(median));
    }
  }
}

TEST_CASE("the precision that collapses at a margin is the inverse of the margin at a precision") {
  for (const Rounding rounding : deterministic_roundings()) {
    if (!absorption_margin(8.0, rounding)) continue;
    for (const auto& order : {SumOrder::sequential, SumOrder::reverse, SumOrder::correct_first, SumOrder::exact}) {
      for (const double terms : {1.0, 4.5, 96.0}) {
        for (double p = 1; p < 30; p += 0.75) {
          CHECK(*collapse_precision(*collapse_margin(p, rounding, order, terms), rounding, order, terms) == same(p));
        }
      }
    }
  }
}

TEST_CASE("gradients of binary32 die at 103.97, one ln 2 above the paper's 103.28") {
  CHECK(agrees(*underflow_margin(binary32, even, MeanPlace::outside, 50), 103.97, 1e-2));
  CHECK(agrees(*underflow_margin(binary32, even, MeanPlace::outside, 50) - ln2, 103.28, 1e-2));
}

TEST_CASE("a mean inside the loss format brings underflow nearer by ln B") {
  const double outside = *underflow_margin(binary32, even, MeanPlace::outside, 200);
  CHECK(*underflow_margin(binary32, even, MeanPlace::before, 200) == same(outside - std::log(200)));
  CHECK(*underflow_margin(binary32, even, MeanPlace::after, 200) == same(outside - std::log(200)));
}

TEST_CASE("the predicted term is where t rounds to zero, in every format and rounding") {
  for (int exponent_bits = 2; exponent_bits <= 8; ++exponent_bits) {
    const Format f = ieee_like(4, exponent_bits);
    for (const Rounding rounding : deterministic_roundings()) {
      const auto margin = underflow_margin(f, rounding, MeanPlace::outside, 1);
      const auto dies = [&](const Exact& t) { return reference::convert(t, f, rounding).value.is_zero(); };
      if (!margin) {
        CHECK_FALSE(dies(power(-4096)));
        continue;
      }
      const auto exponent = static_cast<std::int64_t>(std::lround(-*margin / ln2));
      CHECK(dies(just_below(exponent)));
      CHECK_FALSE(dies(just_above(exponent)));
    }
  }
}

TEST_CASE("emin of real exponent widths passes through the formats") {
  for (int exponent_bits = 2; exponent_bits <= 20; ++exponent_bits) {
    CHECK(ieee_like_emin(exponent_bits) == ieee_like(8, exponent_bits).emin);
  }
  CHECK(ieee_like_emin(3.5) == same(2 - std::exp2(2.5)));
}

TEST_CASE("1/B vanishes where half of the smallest number is not below it") {
  const Format e3m2 = ieee_like(3, 3);  // smallest number 2^-4
  CHECK_FALSE(mean_factor_vanishes(e3m2, even, MeanPlace::before, 31));
  CHECK(mean_factor_vanishes(e3m2, even, MeanPlace::before, 32));  // a tie, to even
  CHECK_FALSE(mean_factor_vanishes(e3m2, Rounding::nearest_away, MeanPlace::after, 32));
  CHECK(mean_factor_vanishes(e3m2, Rounding::toward_zero, MeanPlace::after, 17));
  CHECK_FALSE(mean_factor_vanishes(e3m2, Rounding::toward_positive, MeanPlace::before, 1000000));
  CHECK_FALSE(mean_factor_vanishes(e3m2, Rounding::stochastic, MeanPlace::before, 1000000));  // not for sure
  CHECK_FALSE(mean_factor_vanishes(e3m2, even, MeanPlace::outside, 1000000));
}

TEST_CASE("the window is as wide as the exponent field says, whatever the precision") {
  for (const int p : {2, 8, 24}) {
    for (const int exponent_bits : {2, 3, 5, 8}) {
      const auto window =
          nfi_window(ieee_like(p, exponent_bits), even, SumOrder::sequential, 2, 0, MeanPlace::outside, 1);
      CHECK(window->width() == doctest::Approx((std::exp2(exponent_bits - 1) - 2) * ln2).epsilon(1e-12));
      CHECK(window->is_open() == (exponent_bits > 2));
    }
  }
}

TEST_CASE("a vanished 1/B closes the window at the margin of guessing") {
  const auto window = nfi_window(ieee_like(3, 3), even, SumOrder::sequential, 10, 4, MeanPlace::before, 50);
  CHECK(window->closes == 0);
  CHECK_FALSE(window->is_open());
}

TEST_CASE("the closing line is where the width changes sign") {
  for (const Rounding rounding : {even, Rounding::toward_zero}) {
    for (const auto& order : {SumOrder::sequential, SumOrder::reverse, SumOrder::exact}) {
      for (const double p : {2.0, 7.5, 24.0}) {
        const double e = *closing_exponent_bits(p, rounding, order, 96, MeanPlace::before, 512);
        const double closes = *underflow_margin(p, ieee_like_emin(e), rounding, MeanPlace::before, 512);
        CHECK(closes == doctest::Approx(*collapse_margin(p, rounding, order, 96)).epsilon(1e-12));
      }
    }
  }
  CHECK(*closing_exponent_bits(24, even, SumOrder::sequential, 1, MeanPlace::outside, 512) == 2);
}

TEST_CASE("the closing line knows what a format flushes and how its bias is laid out") {
  for (const char* const family_text : {"e8m7", "e8m7:ftz", "e5m2fnuz", "e5m2fnuz:ftz", "e4m3nuz:ftz", "e4m3fn"}) {
    const Format family = parse_format(family_text);
    for (int p = 2; p <= 24; ++p) {
      const double closing = *closing_exponent_bits(p, even, SumOrder::sequential, 1, MeanPlace::outside, 1, family);
      for (int exponent_bits = 2; exponent_bits <= 8; ++exponent_bits) {
        const Format f = with_widths(family, p, exponent_bits);
        CAPTURE(to_text(f));
        const auto window = nfi_window(f, even, SumOrder::sequential, 2, 0, MeanPlace::outside, 1);
        constexpr double rounding_of_logarithms = 1e-9;
        CHECK(window->is_open() == (exponent_bits > closing + rounding_of_logarithms));
      }
    }
  }
}

TEST_CASE("a flushed format loses a wrong class's gradient at its smallest normal number, one without zero never") {
  constexpr Format flushed = with_subnormals(binary32, Subnormals::flush_results);
  CHECK(*underflow_margin(flushed, even, MeanPlace::outside, 1) == doctest::Approx(126 * ln2).epsilon(1e-14));
  // Found in the arithmetic itself: exp(-margin) of the format is zero from there on, not just before.
  const Reference engine(flushed);
  CHECK(engine.exp(Exact::from(-126 * ln2 - 1e-6)).is_zero());
  CHECK_FALSE(engine.exp(Exact::from(-126 * ln2 + 1e-6)).is_zero());
  CHECK_FALSE(underflow_margin(parse_format("e8m0fnu"), even, MeanPlace::outside, 1));
}
