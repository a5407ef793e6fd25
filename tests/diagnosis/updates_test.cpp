#include "precipice/diagnosis/updates.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "precipice/diagnosis/outcome.hpp"
#include "support/sample.hpp"

using namespace precipice;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(),
                 no_number = std::numeric_limits<double>::quiet_NaN();

Sizes sizes(std::vector<double> values) { return sizes_of(values); }

using Binades = std::vector<UpdateHistogram::Binade>;

std::vector<std::int64_t> kept(const Onsets& onsets) {
  std::vector<UpdateHistogram> histograms(100);
  for (std::size_t i = 0; i < histograms.size(); ++i) histograms[i].step = 10 * static_cast<std::int64_t>(i);
  keep_around_events(onsets, histograms);
  std::vector<std::int64_t> steps;
  for (const UpdateHistogram& h : histograms) steps.push_back(h.step);
  return steps;
}

/// first, first + 10, ..., last.
std::vector<std::int64_t> tens(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> steps;
  for (std::int64_t step = first; step <= last; step += 10) steps.push_back(step);
  return steps;
}

}  // namespace

TEST_CASE("the median of magnitudes is the lower one, and signs do not count") {
  CHECK(sizes({-3}).median == 3);
  CHECK(sizes({4, -1}).median == 1);
  CHECK(sizes({4, -1, 2}).median == 2);
  CHECK(sizes({0, -0.0, 5}).median == 0);
  CHECK(sizes({1, -7, 2}).largest == 7);
  CHECK(sizes({infinity, 1, -infinity}).median == infinity);
  CHECK(sizes({infinity, 1}).largest == infinity);
}

TEST_CASE("the median of many is the one that sorting finds, however alike they are") {
  precipice::testing::Sample sample(31);
  for (int i = 0; i < 300; ++i) {
    std::vector<double> values(1 + sample.below(400));
    const std::uint64_t kept =
        sample.one_of(std::array{~std::uint64_t{0}, std::uint64_t{0xffff}, std::uint64_t{0xff} << 40U,
                                 std::uint64_t{3} << 62U, std::uint64_t{7} << 50U});
    for (double& x : values) x = std::bit_cast<double>((sample.bits() & kept) | std::bit_cast<std::uint64_t>(1.0));
    std::vector<double> sorted;
    for (const double x : values) sorted.push_back(std::isnan(x) ? infinity : std::fabs(x));
    std::ranges::sort(sorted);
    const double median = sorted[(sorted.size() - 1) / 2], found = sizes(values).median;
    CHECK((std::isnan(found) ? infinity : found) == median);
  }
}

TEST_CASE("NaN is larger than everything in the median, and not the largest") {
  CHECK(sizes({no_number, 2, -1}).median == 2);
  CHECK(sizes({-no_number, infinity, 2}).median == infinity);
  CHECK(std::isnan(sizes({no_number, no_number, 1}).median));
  CHECK(sizes({no_number, 2, -1}).largest == 2);
  CHECK(sizes({no_number}).largest == 0);
}

TEST_CASE(
    "a histogram counts parameters by binades of their change; what did not move, and what is no number, is apart") {
  const double just_below_two = std::nextafter(2.0, 0.0);
  const std::vector<double> changes{1,         -1.5,     just_below_two, 2,           -2,
                                    0,         -0.0,     0x1p-1074,      0x1.8p-1073, 0x1p-1022,
                                    -0x1p1023, infinity, no_number,      -infinity,   std::nextafter(0x1p-1022, 0.0)};
  const UpdateHistogram h = histogram_of(changes, 70);
  CHECK(h.step == 70);
  CHECK(h.unmoved == 2);
  CHECK(h.not_finite == 3);
  CHECK(h.binades == Binades{{-1074, 1}, {-1073, 1}, {-1023, 1}, {-1022, 1}, {0, 3}, {1, 2}, {1023, 1}});
}

TEST_CASE("histograms stay around each event, and nothing else does") {
  CHECK(kept({}).empty());
  CHECK(kept({.first_spike = 500}) == tens(400, 600));
  CHECK(kept({.nfi = 30}) == tens(0, 130));
  CHECK(kept({.first_absorption = 0}) == tens(0, 100));
  CHECK(kept({.first_spike = 990}) == tens(890, 990));
  CHECK(kept({.first_spike = 1000}) == tens(900, 990));  // the last record, which has no update
  auto both = tens(100, 360);
  CHECK(kept({.first_absorption = 200, .nfi = 260}) == both);
  for (const std::int64_t step : tens(800, 990)) both.push_back(step);
  CHECK(kept({.first_absorption = 200, .nfi = 260, .first_spike = 900}) == both);
  CHECK(kept({.fitted = 500, .sc50 = 600}).empty());
}
