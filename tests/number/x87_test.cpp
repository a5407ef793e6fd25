// The machine's 80-bit numbers know what their code points mean, pseudo-denormals and unnormals included. Only where
// long double is x87's.
#include <doctest/doctest.h>

#include <cfenv>
#include <cmath>
#include <cstring>
#include <limits>

#include "precipice/number/code_point.hpp"
#include "support/exact_datum.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/report_number.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr int random_codes = 200'000;
constexpr std::uint64_t seed = 20260120;
constexpr bool machine_has_x87 = std::numeric_limits<long double>::digits == 64;

/// Sign and exponent field, and the significand with its leading bit.
struct Code {
  std::uint16_t upper;
  std::uint64_t significand;
};

Integer to_integer(const Code& code) { return (Integer(code.upper) << 64U) + code.significand; }

long double to_machine(const Code& code) {
  long double x = 0;
  std::memcpy(&x, &code.significand, 8);
  std::memcpy(reinterpret_cast<char*>(&x) + 8, &code.upper, 2);
  return x;
}

Code from_machine(long double x) {
  Code code{};
  std::memcpy(&code.significand, &x, 8);
  std::memcpy(&code.upper, reinterpret_cast<const char*>(&x) + 8, 2);
  return code;
}

/// What the machine makes of a code in arithmetic: its datum in the canonical code, and whether that was invalid.
struct Seen {
  long double value;
  bool invalid;
};

Seen seen_by_machine(const Code& code) {
  volatile long double x = to_machine(code), one = 1;
  std::feclearexcept(FE_ALL_EXCEPT);
  volatile long double product = x * one;
  return {product, std::fetestexcept(FE_INVALID) != 0};
}

/// A finite number of the machine's by its arithmetic.
Exact to_exact(long double x) {
  const Sign sign = std::signbit(x) ? Sign::negative : Sign::positive;
  if (x == 0) return Exact::zero(sign);
  const int top = std::ilogb(x);
  const long double scaled = std::ldexp(std::ldexp(std::fabs(x), -top / 2), 63 - (top - top / 2));
  return Exact::finite(sign, static_cast<std::uint64_t>(scaled), top - 63);
}

const Format& x87() {
  static const Format format = parse_format("x87");
  return format;
}

/// Every fourth one subnormal or pseudo-denormal, every fourth one with a full exponent field, a quarter without the
/// leading bit.
Code random_code(testing::Sample& sample, int i) {
  Code code{static_cast<std::uint16_t>(sample.bits()), sample.bits()};
  if (i % 4 == 0) code.upper &= 0x8000;
  if (i % 4 == 1) code.upper |= 0x7fff;
  if (i % 16 != 3) code.significand |= std::uint64_t{sample.below(4) != 0} << 63;
  if (i % 32 == 1) code.significand &= std::uint64_t{3} << 62;
  if (i % 64 == 0) code.significand &= std::uint64_t{1} << 63;
  return code;
}

}  // namespace

TEST_CASE("x87's code points decode and encode as the machine's arithmetic takes them" *
          doctest::skip(!machine_has_x87)) {
  testing::Sample sample(seed);
  Mismatches mismatches;
  int reserved = 0, pseudo_denormal = 0, infinite = 0;
  for (int i = 0; i < random_codes; ++i) {
    const Code code = random_code(sample, i);
    const Seen seen = seen_by_machine(code);
    const Exact x = decode(x87(), to_integer(code));
    const auto line = [&] { return testing::code_line("decode", x87(), to_integer(code), x); };
    if (std::isnan(seen.value)) {
      mismatches.expect(x.is_nan() && x.is_signalling() == seen.invalid, line);
      if (x.significand() == 0 && x.is_signalling()) {
        ++reserved;  // no code of its own: the quiet NaN
        mismatches.expect(encode(x87(), x) == to_integer({0x7fff, std::uint64_t{3} << 62}), line);
      } else {
        mismatches.expect(encode(x87(), x) == to_integer(code), line);
      }
      continue;
    }
    if ((code.upper & 0x7fff) == 0 && code.significand >> 63 != 0) ++pseudo_denormal;
    if (std::isinf(seen.value)) ++infinite;
    const Exact wanted = std::isinf(seen.value)
                             ? Exact::infinity(std::signbit(seen.value) ? Sign::negative : Sign::positive)
                             : to_exact(seen.value);
    mismatches.expect(x == wanted && !seen.invalid, line);
    mismatches.expect(encode(x87(), x) == to_integer(from_machine(seen.value)), line);
  }
  CHECK(reserved > random_codes / 16);
  CHECK(pseudo_denormal > random_codes / 16);
  CHECK(infinite > random_codes / 256);
}

TEST_CASE("x87's codes that stand for nothing are invalid operands") {
  for (const Code& code : {Code{0x3fff, 1}, Code{0x3fff, 0x7fff'ffff'ffff'ffff}, Code{0x7fff, 0}, Code{0xffff, 1},
                           Code{1, 0x4000'0000'0000'0000}, Code{0x8001, 0}}) {
    const Exact x = decode(x87(), to_integer(code));
    CHECK(x.is_signalling());
    CHECK(x.is_negative() == (code.upper >> 15 != 0));
  }
}

TEST_CASE("the landmarks of x87 are the machine's" * doctest::skip(!machine_has_x87)) {
  using Limits = std::numeric_limits<long double>;
  CHECK(encode(x87(), largest_finite(x87())) == to_integer(from_machine(Limits::max())));
  CHECK(encode(x87(), smallest_normal(x87())) == to_integer(from_machine(Limits::min())));
  CHECK(encode(x87(), smallest_positive(x87())) == to_integer(from_machine(Limits::denorm_min())));
  CHECK(encode(x87(), Exact::from(-1.5)) == to_integer(from_machine(-1.5L)));
  CHECK(encode(x87(), Exact::infinity(Sign::negative)) == to_integer(from_machine(-Limits::infinity())));
  CHECK(encode(x87(), Exact()) == 0);
}
