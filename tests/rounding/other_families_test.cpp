// Rounding into formats that are not IEEE 754's, as their standards and makers describe it.
#include <doctest/doctest.h>

#include <cmath>

#include "precipice/rounding/round.hpp"
#include "support/report.hpp"

using namespace precipice;

TEST_CASE("formats without infinity: what is beyond the range is NaN, or the largest number") {
  const auto rounded = [](const char* format, double x, Rounding direction = Rounding::nearest_even) {
    return round(Exact::from(x), parse_format(format), direction);
  };
  constexpr Flags overflow{.inexact = true, .overflow = true}, inexact{.inexact = true};
  // OCP E4M3 ends at 448; the next number would be 480.
  CHECK(testing::same(rounded("float8_e4m3fn", 464), {Exact::from(448), inexact}));
  CHECK(testing::same(rounded("float8_e4m3fn", 464.001), {Exact::nan(), overflow}));
  CHECK(testing::same(rounded("float8_e4m3fn", 464, Rounding::nearest_away), {Exact::nan(), overflow}));
  CHECK(testing::same(rounded("float8_e4m3fn", 1e9, Rounding::toward_zero), {Exact::from(448), overflow}));
  CHECK(testing::same(rounded("float8_e4m3fn", 449, Rounding::toward_zero), {Exact::from(448), inexact}));
  CHECK(testing::same(rounded("float8_e4m3fn", 449, Rounding::to_odd), {Exact::from(448), overflow}));
  CHECK(testing::same(rounded("float8_e4m3fn:sat", 1e9), {Exact::from(448), overflow}));
  CHECK(testing::same(rounded("float8_e4m3fn", HUGE_VAL), {Exact::nan(), Flags{.invalid = true}}));
  CHECK(testing::same(rounded("float8_e4m3fn:sat", -HUGE_VAL), {Exact::from(-448), overflow}));
  CHECK(testing::same(rounded("float8_e4m3fnuz", 248), {Exact::nan(), overflow}));  // a tie between 240 and 256
  CHECK(testing::same(rounded("float8_e4m3fnuz", 247.9), {Exact::from(240), inexact}));
  CHECK(testing::same(rounded("float8_e4m3fnuz", -1e-9), {Exact(), Flags{.inexact = true, .underflow = true}}));
  // OCP E2M1 ends at 6 and has nothing else.
  CHECK(testing::same(rounded("float4_e2m1fn", 1e9), {Exact::from(6), overflow}));
  CHECK(testing::same(rounded("float4_e2m1fn", NAN), {Exact::from(6), Flags{.invalid = true}}));
  // P3109: infinity stands where 65536 - 8192 would be.
  CHECK(testing::same(rounded("binary8p3", 53248), {Exact::from(49152), inexact}));
  CHECK(testing::same(rounded("binary8p3", 53249), {Exact::infinity(Sign::positive), overflow}));
}

TEST_CASE("OCP E8M0 has neither a zero nor negative numbers: what is too small is its smallest number") {
  const Format e8m0 = parse_format("float8_e8m0fnu");
  constexpr Flags invalid{.invalid = true}, underflow{.inexact = true, .underflow = true};
  CHECK(testing::same(round(Exact(), e8m0, {}), {Exact::nan(), invalid}));
  CHECK(testing::same(round(Exact::from(-1), e8m0, {}), {Exact::nan(), invalid}));
  CHECK(testing::same(round(Exact::from(-1e-300), e8m0, {}), {Exact::nan(), invalid}));
  for (const Rounding direction : deterministic_roundings()) {
    CHECK(testing::same(round(Exact::from(0x1p-200), e8m0, direction), {Exact::from(0x1p-127), underflow}));
    CHECK(testing::same(round(Exact::from(0x1p-127), e8m0, direction), {Exact::from(0x1p-127), {}}));
  }
  CHECK(testing::same(round(Exact::from(-1), saturating(e8m0), {}), {Exact::from(0x1p-127), Flags{.inexact = true}}));
  const Format flushing = with_subnormals(e8m0, Subnormals::flush_results);  // it has nothing to flush to
  CHECK(testing::same(round(Exact::from(0x1p-200), flushing, {}), {Exact::from(0x1p-127), underflow}));
}

TEST_CASE("a format without a sign takes negative numbers only if they round to zero") {
  const Format f = parse_format("e4m3u");
  const Exact tiny = Exact::from(-0x1p-20);
  constexpr Flags underflow{.inexact = true, .underflow = true};
  CHECK(testing::same(round(tiny, f, Rounding::nearest_even), {Exact(), underflow}));
  CHECK(testing::same(round(tiny, f, Rounding::toward_negative), {Exact::nan(), Flags{.invalid = true}}));
  CHECK(testing::same(round(tiny, saturating(f), Rounding::toward_negative), {Exact(), Flags{.inexact = true}}));
  CHECK(testing::same(round(Exact::from(-1), f, Rounding::toward_zero), {Exact::nan(), Flags{.invalid = true}}));
  CHECK(testing::same(round(Exact::zero(Sign::negative), f, {}), {Exact(), {}}));
}
