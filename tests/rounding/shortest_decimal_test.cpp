#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "precipice/number/code_point.hpp"
#include "precipice/rounding/text.hpp"
#include "support/decimal.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Decimal;
using testing::Mismatches;
using testing::Rational;
using testing::Sample;

namespace {

constexpr int random_values = 20'000;
constexpr std::uint64_t seed = 20260105;

/// std::to_chars promises the fewest digits that read back, and of those the closest.
template <class Float>
Decimal shortest_of_library(Float x) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, x, std::chars_format::scientific).ptr;
  return testing::parse_decimal(std::string_view(buffer, static_cast<std::size_t>(end - buffer)));
}

template <class Float>
void check_against_library(Float x, const Format& f, Mismatches& mismatches) {
  const std::string text = shortest_decimal(Exact::from(static_cast<double>(x)), f);
  const Decimal wanted = shortest_of_library(x);
  mismatches.expect(testing::parse_decimal(text) == wanted, [&] {
    return fmt::format("shortest_decimal {}: {} -> {}, expected {}e{}", to_text(f),
                       to_hexadecimal(Exact::from(static_cast<double>(x))), text, wanted.digits, wanted.exponent);
  });
}

/// The least distance to `value` of a decimal of `count` digits that the table rounds to `code`; nothing if there is
/// none.
std::optional<Rational> least_distance(const testing::Oracle& oracle, std::uint64_t code, std::int64_t count) {
  const Rational value = oracle.value(code);
  std::optional<Rational> least;
  const Rational above = oracle.value(code + 1);
  // From the scale where the largest of so many digits is still below the value, to that where the smallest is above
  // its neighbour, decimals next to the value are tried on both sides.
  Rational unit = 1;
  while (unit * Rational(testing::power_of(10, count)) > value) unit /= 10;
  for (; unit * Rational(testing::power_of(10, count - 1)) <= above; unit *= 10) {
    const Integer below = numerator(Rational(value / unit)) / denominator(Rational(value / unit));
    for (const Integer& digits : {below, Integer(below + 1)}) {
      if (digits < testing::power_of(10, count - 1) || digits > testing::power_of(10, count)) continue;
      const Rational decimal = Rational(digits) * unit;
      if (oracle.round(decimal, Rounding::nearest_even).code != code) continue;
      const Rational distance = abs(Rational(decimal - value));
      if (!least || distance < *least) least = distance;
    }
  }
  return least;
}

}  // namespace

TEST_CASE("random doubles are written with the library's digits") {
  Sample sample(seed);
  Mismatches mismatches;
  for (int i = 0; i < random_values; ++i) {
    const double x = i % 4 == 0 ? std::bit_cast<double>(sample.bits() & 0x800f'ffff'ffff'ffff) : sample.any_double();
    if (std::isfinite(x)) check_against_library(x, binary64, mismatches);
  }
}

TEST_CASE("random floats are written with the library's digits") {
  Sample sample(seed + 1);
  Mismatches mismatches;
  for (int i = 0; i < random_values; ++i) {
    const float x = sample.any_float();
    if (std::isfinite(x)) check_against_library(x, binary32, mismatches);
  }
}

TEST_CASE("powers of two, whose lower neighbour is nearer than the upper one, are written with the library's digits") {
  Mismatches mismatches;
  for (int e = -1074; e <= 1023; ++e) check_against_library(std::ldexp(1.0, e), binary64, mismatches);
  for (int e = -149; e <= 127; ++e) check_against_library(std::ldexp(1.0F, e), binary32, mismatches);
}

TEST_CASE("short decimals come back as they were") {
  Sample sample(seed + 2);
  Mismatches mismatches;
  for (int i = 0; i < random_values; ++i) {
    // Up to 15 digits survive the way through binary64.
    const std::string text =
        std::to_string(1 + sample.below(999'999'999'999'999)) + "e" + std::to_string(sample.between(-290, 280));
    const std::string back = shortest_decimal(read_value(text, binary64), binary64);
    mismatches.expect(testing::parse_decimal(back) == testing::parse_decimal(text),
                      [&] { return fmt::format("shortest_decimal e11m52: {} -> {}", text, back); });
  }
}

TEST_CASE("in small formats the text reads back, no shorter decimal does, and no other of that length is closer") {
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(8)) {
    const testing::Oracle oracle(f);
    for (std::uint64_t code = 1; code < testing::infinity_code(f); ++code) {
      const Exact x = decode(f, code);
      const std::string text = shortest_decimal(x, f);
      const Decimal decimal = testing::parse_decimal(text);
      const Rational exact = testing::to_rational(decimal);
      const auto count = static_cast<std::int64_t>(decimal.digits.size());
      const auto line = [&](const char* fault) {
        return [&, fault] {
          return fmt::format("shortest_decimal {}: {} -> {} {}", to_text(f), to_hexadecimal(x), text, fault);
        };
      };
      mismatches.expect(oracle.round(exact, Rounding::nearest_even).code == code, line("does not read back"));
      for (std::int64_t fewer = 1; fewer < count; ++fewer) {
        mismatches.expect(!least_distance(oracle, code, fewer), line("is not the shortest"));
      }
      mismatches.expect(abs(Rational(exact - oracle.value(code))) == least_distance(oracle, code, count),
                        line("is not the closest"));
      mismatches.expect(shortest_decimal(x.negated(), f) == "-" + text, line("differs from its negation"));
    }
  }
}

TEST_CASE("in wide formats the text reads back") {
  Sample sample(seed + 3);
  for (const Format& f : {binary128, binary256, ieee_like(1, 12), ieee_like(500, 8)}) {
    for (int i = 0; i < 40; ++i) {
      Integer code = 1;
      while (bit_length(code) < width(f) - 2) code = (code << 60u) + (sample.bits() >> 4);
      code &= (Integer(1) << static_cast<unsigned>(width(f) - 1)) - 1;
      const Exact x = decode(f, code);
      if (x.kind() != Exact::Kind::finite) continue;
      CAPTURE(to_hexadecimal(x));
      CHECK(read_value(shortest_decimal(x, f), f) == x);
    }
  }
}

TEST_CASE("moderate numbers are written plainly, others with an exponent") {
  const auto text = [](double x) { return shortest_decimal(Exact::from(x), binary64); };
  CHECK(text(1) == "1");
  CHECK(text(-1.5) == "-1.5");
  CHECK(text(100) == "100");
  CHECK(text(0.1) == "0.1");
  CHECK(text(0.00001) == "0.00001");
  CHECK(text(0.000001) == "1e-6");
  CHECK(text(1e16) == "10000000000000000");
  CHECK(text(1e17) == "1e+17");
  CHECK(text(-1.25e-300) == "-1.25e-300");
  CHECK(text(0x1p-1074) == "5e-324");
  CHECK(text(0.0) == "0");
  CHECK(text(-0.0) == "-0");
  CHECK(text(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(text(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(text(std::numeric_limits<double>::quiet_NaN()) == "nan");
}
