// The regions of the phase diagram against the numbers of theory: where the window is open, and who says so.
#include "precipice/diagnosis/predicted_regions.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "precipice/arithmetic/native.hpp"

using namespace precipice;
using namespace precipice::predicted;

namespace {

constexpr double ln2 = 0.6931471805599453;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// The loss of the digits: ten classes, 50 samples.
RegionSetting setting_of(int p, int exponent_bits) {
  return {.format = ieee_like(p, exponent_bits), .classes = 10, .batch = 50};
}
RegionSetting flushed(int p, int exponent_bits) {
  RegionSetting s = setting_of(p, exponent_bits);
  s.format.subnormals = Subnormals::flush_results;
  return s;
}
RegionSetting outside(RegionSetting s) {
  s.mean = MeanPlace::outside;
  return s;
}
RegionSetting scaled(RegionSetting s, double scale) {
  s.scale = scale;
  return s;
}
RegionSetting rounded(RegionSetting s, Rounding rounding) {
  s.rounding = rounding;
  return s;
}

double ln(double x) { return Native<double>::log(x); }

}  // namespace

TEST_CASE("the window opens at p ln 2 for a lone rival and ln 9 later for nine alike behind the last class") {
  const MarginWindow w = margin_window(setting_of(24, 8));
  CHECK(w.opens_earliest == doctest::Approx(24 * ln2).epsilon(1e-5));
  CHECK(w.opens_latest == doctest::Approx(24 * ln2 + ln(9)).epsilon(1e-4));
  CHECK(w.dies_earliest == doctest::Approx((128 + 24 - 2) * ln2 - ln(50)).epsilon(1e-3));
  CHECK(w.is_whole);
  CHECK_FALSE(w.is_blind);
}

TEST_CASE("gradual underflow: five exponent bits keep the window open whatever p, four only in part") {
  for (const int p : {2, 3, 4, 6, 8, 11, 16, 24}) {
    CAPTURE(p);
    CHECK(margin_window(setting_of(p, 5)).is_whole);
    CHECK_FALSE(margin_window(setting_of(p, 4)).is_whole);
    CHECK(margin_window(setting_of(p, 4)).is_open);  // 2^(E-1) - 2 = 6 > log2 50
    CHECK_FALSE(margin_window(setting_of(p, 3)).is_whole);
  }
}

TEST_CASE("flushed, the window of a lone rival is open while 2^(E-1) - 2 > p + log2 B: a slanted boundary") {
  for (const int p : {3, 4, 6, 8}) CHECK(margin_window(flushed(p, 5)).is_open);  // 14 > p + 5.64
  CHECK_FALSE(margin_window(flushed(11, 5)).is_open);
  CHECK(margin_window(flushed(24, 6)).is_open);  // 30 > 29.64
  CHECK_FALSE(margin_window(flushed(25, 6)).is_open);
  for (const int p : {4, 8, 16, 50}) CHECK_FALSE(margin_window(flushed(p, 4)).is_open);
  CHECK(margin_window(outside(flushed(11, 5))).is_open);  // 14 > 11
}

TEST_CASE("a scale of the loss gives back what 1/B took, and no more: the exponential dies by itself") {
  const MarginWindow plain = margin_window(setting_of(8, 5)), small = margin_window(scaled(setting_of(8, 5), 0x1p8));
  const MarginWindow large = margin_window(scaled(setting_of(8, 5), 0x1p16));
  CHECK(small.dies_latest - plain.dies_latest == doctest::Approx(ln(50)).epsilon(0.03));
  CHECK(large.dies_latest == small.dies_latest);
  CHECK(large.dies_latest == margin_window(outside(setting_of(8, 5))).dies_latest);
}

TEST_CASE("a scale reopens a window unless 1/B overflows with it") {
  CHECK_FALSE(margin_window(flushed(11, 5)).is_open);
  CHECK(margin_window(scaled(flushed(11, 5), 0x1p16)).is_open);
  CHECK(margin_window(scaled(setting_of(8, 4), 0x1p8)).is_whole);
  const MarginWindow w = margin_window(scaled(setting_of(8, 4), 0x1p16));  // 1311 is beyond 2^8
  CHECK(w.factor == MeanFactor::overflows);
  const Regions r = regions(w, {20, 25, 30, 50});
  CHECK(r.absorption.verdict == Verdict::no);
  CHECK(r.absorption.is_certain);
  CHECK(r.freezing.verdict == Verdict::no);
}

TEST_CASE("without 1/B every run freezes at once and none absorbs") {
  const MarginWindow w = margin_window(setting_of(3, 3));
  CHECK(w.factor == MeanFactor::vanishes);
  const Regions r = regions(w, {20, 25, 30, 50});
  CHECK(r.freezing.verdict == Verdict::yes);
  CHECK(r.freezing.is_certain);
  CHECK(r.absorption.ground == Ground::no_factor);
  CHECK(margin_window(outside(setting_of(3, 3))).factor == MeanFactor::sound);
}

TEST_CASE("truncation opens the window ln 2 earlier") {
  const double even = margin_window(setting_of(16, 8)).opens_earliest;
  const double zero = margin_window(rounded(setting_of(16, 8), Rounding::toward_zero)).opens_earliest;
  CHECK(even - zero == doctest::Approx(ln2).epsilon(1e-3));
}

TEST_CASE("up and to odd no sum absorbs, but a factor 1/B does that of some labels") {
  for (const Rounding rounding : {Rounding::toward_positive, Rounding::to_odd}) {
    const MarginWindow bare = margin_window(rounded(outside(setting_of(8, 5)), rounding));
    CHECK_FALSE(bare.can_collapse);
    CHECK(bare.dies_latest == infinity);
    const Regions r = regions(bare, {20, 25, 30, 50});
    CHECK(r.inflation.ground == Ground::never);
    CHECK(r.inflation.is_certain);
    CHECK(margin_window(rounded(setting_of(8, 5), rounding)).can_collapse);
  }
}

TEST_CASE("rounded up, the smallest number times nine outweighs the over-counted sum up to four exponent bits") {
  const auto up = [](int bits) { return rounded(setting_of(8, bits), Rounding::toward_positive); };
  CHECK(rounded_up_floor(up(4)) == doctest::Approx(9 * 50.0 / 64 / 4.6));
  CHECK(rounded_up_floor(up(5)) < 1);
  CHECK(rounded_up_floor(setting_of(8, 4)) == 0);
  const MarginsReached far{20, 25, 30, 50};
  CHECK(regions(margin_window(up(4)), far).inflation.ground == Ground::floor);
  CHECK(regions(margin_window(up(5)), far).inflation.verdict == Verdict::no);
}

TEST_CASE("flushed at four exponent bits classes that are all alike have no gradient") {
  CHECK(margin_window(flushed(8, 4)).is_blind);
  CHECK_FALSE(margin_window(setting_of(8, 4)).is_blind);
  CHECK(regions(margin_window(flushed(8, 4)), {20, 25, 30, 50}).freezing.ground == Ground::blind);
}

TEST_CASE("a window with less than half a sample in it at a time is not enough to inflate") {
  const MarginWindow w = margin_window(setting_of(16, 3));  // 8.507 to 8.545
  CHECK(w.is_open);
  CHECK(w.dies_latest - w.opens_earliest < 0.05);
  CHECK(regions(w, {20, 25, 30, 50}).absorption.verdict == Verdict::edge);
  CHECK(regions(w, {20, 25, 30, 50}).inflation.ground == Ground::narrow);
  CHECK(regions(w, {20, 25, 30, 5000}).inflation.verdict == Verdict::edge);
}

TEST_CASE("what follows depends on the margins that training reaches") {
  const MarginWindow w = margin_window(setting_of(24, 8));  // 16.6 to 18.8, and 100
  CHECK(regions(w, {10, 12, 16, 50}).absorption.ground == Ground::not_reached);
  CHECK(regions(w, {10, 12, 17, 50}).absorption.ground == Ground::partly_reached);
  CHECK(regions(w, {10, 12, 20, 50}).absorption.verdict == Verdict::yes);
  CHECK(regions(w, {10, 12, 20, 50}).inflation.verdict == Verdict::edge);
  CHECK(regions(w, {10, 19, 20, 50}).inflation.verdict == Verdict::yes);
  CHECK(regions(w, {10, 19, 20, 50}).freezing.verdict == Verdict::no);
  const MarginWindow narrow = margin_window(setting_of(8, 4));
  CHECK(regions(narrow, {20, 25, 30, 50}).freezing.verdict == Verdict::yes);
  CHECK(regions(narrow, {1, 3, 5, 50}).freezing.verdict == Verdict::no);
  CHECK(regions(narrow, {1, 7, 9, 50}).freezing.ground == Ground::partly_reached);
}
