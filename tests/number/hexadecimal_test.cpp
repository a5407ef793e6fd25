#include "precipice/number/hexadecimal.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "support/mismatches.hpp"
#include "support/sample.hpp"

using namespace precipice;

namespace {

constexpr int random_values = 50'000;
constexpr std::uint64_t seed = 20260102;

/// What C writes under %a, which for a normal double starts with 0x1 as ours does.
std::string c_text(double x) {
  char buffer[64];
  const int length = std::snprintf(buffer, sizeof buffer, "%a", x);
  return {buffer, static_cast<std::size_t>(length)};
}

}  // namespace

TEST_CASE("hexadecimal text is normalised and shortest") {
  CHECK(to_hexadecimal(Exact::from(1.5)) == "0x1.8p+0");
  CHECK(to_hexadecimal(Exact::from(3.0)) == "0x1.8p+1");
  CHECK(to_hexadecimal(Exact::from(1.0)) == "0x1p+0");
  CHECK(to_hexadecimal(Exact::from(-0.1)) == "-0x1.999999999999ap-4");
  CHECK(to_hexadecimal(Exact::from(0x1p-1074)) == "0x1p-1074");
  CHECK(to_hexadecimal(Exact::from(0x1.8p-1073)) == "0x1.8p-1073");
  CHECK(to_hexadecimal(Exact::finite(Sign::positive, 0x11, 0)) == "0x1.1p+4");
  CHECK(to_hexadecimal(Exact::finite(Sign::positive, 0x21, 0)) == "0x1.08p+5");
  CHECK(to_hexadecimal(Exact::finite(Sign::positive, 1, 1'000'000'000'000)) == "0x1p+1000000000000");
}

TEST_CASE("hexadecimal text of zeros, infinities and NaN") {
  CHECK(to_hexadecimal(Exact::zero(Sign::positive)) == "0x0p+0");
  CHECK(to_hexadecimal(Exact::zero(Sign::negative)) == "-0x0p+0");
  CHECK(to_hexadecimal(Exact::infinity(Sign::positive)) == "inf");
  CHECK(to_hexadecimal(Exact::infinity(Sign::negative)) == "-inf");
  CHECK(to_hexadecimal(Exact::nan()) == "nan");
}

TEST_CASE("hexadecimal text of normal doubles is C's, and C reads that of subnormal ones") {
  testing::Sample sample(seed);
  testing::Mismatches mismatches;
  for (int i = 0; i < random_values; ++i) {
    double x = sample.any_double();
    if (i % 4 == 0) x = static_cast<double>(sample.between(-0xfffff, 0xfffff)) * 0.125;
    if (i % 4 == 1) x = std::ldexp(x, -2040);
    if (std::isnan(x)) continue;
    const std::string text = to_hexadecimal(Exact::from(x));
    const auto line = [&] { return fmt::format("to_hexadecimal: {} -> {}", c_text(x), text); };
    if (std::isnormal(x)) mismatches.expect(text == c_text(x), line);
    mismatches.expect(std::strtod(text.c_str(), nullptr) == x, line);
  }
}
