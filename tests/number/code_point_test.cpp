#include "precipice/number/code_point.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

#include "precipice/format/error.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/report_number.hpp"
#include "support/values.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr int widest_exhaustive = 10;

std::uint64_t sign_bit(const Format& f) { return std::uint64_t{1} << (width(f) - 1); }

/// Every code point of the format, decoded and compared with clause 3.4, and encoded again.
void check_every_code(const Format& f, Mismatches& mismatches) {
  const auto values = testing::values_of(f);
  const std::uint64_t infinity = testing::infinity_code(f);
  for (std::uint64_t code = 0; code < 2 * sign_bit(f); ++code) {
    const bool negative = (code & sign_bit(f)) != 0;
    const std::uint64_t magnitude = code & (sign_bit(f) - 1);
    const Exact x = decode(f, code);
    const auto line = [&] { return testing::code_line("decode", f, code, x); };
    if (magnitude > infinity) {
      mismatches.expect(x.is_nan() && decode(f, encode(f, x)).is_nan(), line);
      continue;
    }
    const bool right = magnitude == infinity ? x.is_infinity()
                       : magnitude == 0      ? x.is_zero()
                                        : x.is_finite() && testing::to_rational(x.magnitude()) == values[magnitude];
    mismatches.expect(right && x.is_negative() == negative, line);
    mismatches.expect(is_member(f, x) && encode(f, x) == code, line);
  }
}

}  // namespace

TEST_CASE("decode is the table of clause 3.4 and encode its inverse, for every code of all formats up to ten bits") {
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(widest_exhaustive)) check_every_code(f, mismatches);
}

TEST_CASE("decode is the table of clause 3.4 and encode its inverse, for every code of binary16") {
  Mismatches mismatches;
  check_every_code(binary16, mismatches);
}

TEST_CASE("a number is a member exactly if it is in the table") {
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(6)) {
    const auto values = testing::values_of(f);
    const std::int64_t finest = smallest_exponent(f) - 2;
    // Every significand of up to p + 2 bits at every exponent from below the smallest number to beyond the largest.
    for (std::int64_t exponent = finest; exponent <= f.emax + 2; ++exponent) {
      for (int significand = 1; significand < 1 << (f.precision + 2); ++significand) {
        const Exact x = Exact::finite(Sign::negative, significand, exponent);
        const testing::Rational magnitude = testing::to_rational(x.magnitude());
        const bool listed = std::binary_search(values.begin(), values.end() - 1, magnitude);
        mismatches.expect(is_member(f, x) == listed, [&] { return testing::value_line("is_member", f, x); });
        if (!listed) CHECK_THROWS_AS(static_cast<void>(encode(f, x)), ConfigError);
      }
    }
  }
}

TEST_CASE("NaN is encoded quiet, positive and without payload; precision 1 has none") {
  CHECK(encode(binary16, Exact::nan()) == 0x7e00);
  CHECK(encode(binary32, Exact::nan()) == 0x7fc00000);
  CHECK(encode(ieee_like(2, 2), Exact::nan()) == 0b0111);
  CHECK_FALSE(is_member(ieee_like(1, 5), Exact::nan()));
  CHECK_THROWS_AS(static_cast<void>(encode(ieee_like(1, 5), Exact::nan())), ConfigError);
}

TEST_CASE("a code of more bits than the format, or a negative one, is refused") {
  CHECK_THROWS_AS(static_cast<void>(decode(binary16, 0x10000)), ConfigError);
  CHECK_THROWS_AS(static_cast<void>(decode(binary16, -1)), ConfigError);
  CHECK_THROWS_AS(static_cast<void>(decode(ieee_like(1, 2), 0b1000)), ConfigError);
  CHECK(decode(binary16, 0xffff).is_nan());
}

TEST_CASE("the landmarks of a format are its first, its first normal and its last finite code") {
  for (const Format& f : testing::formats_up_to(widest_exhaustive)) {
    CAPTURE(f.precision);
    CAPTURE(f.exponent_bits);
    CHECK(encode(f, smallest_positive(f)) == 1);
    CHECK(encode(f, smallest_normal(f)) == std::uint64_t{1} << trailing_bits(f));
    CHECK(encode(f, largest_finite(f)) == testing::infinity_code(f) - 1);
  }
  CHECK(to_double(largest_finite(binary64)) == 0x1.fffffffffffffp+1023);
  CHECK(to_double(smallest_normal(binary64)) == 0x1p-1022);
  CHECK(to_double(smallest_positive(binary64)) == 0x1p-1074);
}

TEST_CASE("code points are written in the full width of the format") {
  CHECK(code_text(binary16, 0x3c00) == "0x3c00");
  CHECK(code_text(binary16, 0) == "0x0000");
  CHECK(code_text(ieee_like(3, 4), 5) == "0x05");
  CHECK(code_text(ieee_like(1, 2), 0b100) == "0x4");
  CHECK(code_text(binary128, encode(binary128, Exact::from(-2.0))) == "0xc0000000000000000000000000000000");
}

TEST_CASE("very wide formats encode and decode") {
  for (const Format& f : {binary128, binary256, ieee_like(4096, 30), ieee_like(1, 30), ieee_like(65536, 2)}) {
    CAPTURE(f.precision);
    for (const Exact& x :
         {smallest_positive(f), smallest_normal(f), largest_finite(f), Exact::finite(Sign::negative, 1, 0),
          Exact::zero(Sign::negative), Exact::infinity(Sign::negative)}) {
      CHECK(decode(f, encode(f, x)) == x);
    }
  }
}
