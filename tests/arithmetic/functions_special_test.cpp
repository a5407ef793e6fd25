// Elementary functions of zeros, infinities, NaNs and poles, and the exact results that have a line in the standard:
// the rows of IEEE 754-2019, clause 9.2.1, written out.
#include <doctest/doctest.h>

#include <vector>

#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

using Function = Rounded (*)(const Exact&, const Format&, const Mode&);

Exact number(double x) { return Exact::from(x); }
const Exact zero = number(0), minus_zero = number(-0.0), one = number(1), minus_one = number(-1), half = number(0.5),
            infinity = Exact::infinity(Sign::positive), minus_infinity = Exact::infinity(Sign::negative),
            quiet = Exact::nan(), signalling = Exact::nan(Sign::negative, Signalling::signalling, 5),
            payload = Exact::nan(Sign::negative, Signalling::quiet, 5);
constexpr Flags none{}, invalid{.invalid = true}, divide_by_zero{.divide_by_zero = true};

struct Row {
  const char* name;
  Function function;
  Exact x, value;
  Flags flags;
};

const std::vector<Row> rows{
    {"exp", reference::exp, zero, one, none},
    {"exp", reference::exp, minus_zero, one, none},
    {"exp", reference::exp, infinity, infinity, none},
    {"exp", reference::exp, minus_infinity, zero, none},
    {"expm1", reference::expm1, zero, zero, none},
    {"expm1", reference::expm1, minus_zero, minus_zero, none},
    {"expm1", reference::expm1, infinity, infinity, none},
    {"expm1", reference::expm1, minus_infinity, minus_one, none},
    {"exp2", reference::exp2, zero, one, none},
    {"exp2", reference::exp2, minus_zero, one, none},
    {"exp2", reference::exp2, infinity, infinity, none},
    {"exp2", reference::exp2, minus_infinity, zero, none},
    {"exp2", reference::exp2, number(15), number(0x1p15), none},
    {"exp2", reference::exp2, number(-24), number(0x1p-24), none},  // subnormal, and exact
    {"log", reference::log, zero, minus_infinity, divide_by_zero},
    {"log", reference::log, minus_zero, minus_infinity, divide_by_zero},
    {"log", reference::log, one, zero, none},
    {"log", reference::log, infinity, infinity, none},
    {"log", reference::log, minus_infinity, quiet, invalid},
    {"log", reference::log, number(-0x1p-24), quiet, invalid},
    {"log2", reference::log2, zero, minus_infinity, divide_by_zero},
    {"log2", reference::log2, minus_zero, minus_infinity, divide_by_zero},
    {"log2", reference::log2, one, zero, none},
    {"log2", reference::log2, number(0x1p-24), number(-24), none},
    {"log2", reference::log2, infinity, infinity, none},
    {"log2", reference::log2, minus_infinity, quiet, invalid},
    {"log2", reference::log2, minus_one, quiet, invalid},
    {"log1p", reference::log1p, zero, zero, none},
    {"log1p", reference::log1p, minus_zero, minus_zero, none},
    {"log1p", reference::log1p, minus_one, minus_infinity, divide_by_zero},
    {"log1p", reference::log1p, infinity, infinity, none},
    {"log1p", reference::log1p, minus_infinity, quiet, invalid},
    {"log1p", reference::log1p, number(-0x1.004p0), quiet, invalid},
    {"tanh", reference::tanh, zero, zero, none},
    {"tanh", reference::tanh, minus_zero, minus_zero, none},
    {"tanh", reference::tanh, infinity, one, none},
    {"tanh", reference::tanh, minus_infinity, minus_one, none},
    {"sigmoid", reference::sigmoid, zero, half, none},
    {"sigmoid", reference::sigmoid, minus_zero, half, none},
    {"sigmoid", reference::sigmoid, infinity, one, none},
    {"sigmoid", reference::sigmoid, minus_infinity, zero, none},
    {"erf", reference::erf, zero, zero, none},
    {"erf", reference::erf, minus_zero, minus_zero, none},
    {"erf", reference::erf, infinity, one, none},
    {"erf", reference::erf, minus_infinity, minus_one, none},
    {"rsqrt", reference::rsqrt, zero, infinity, divide_by_zero},
    {"rsqrt", reference::rsqrt, minus_zero, minus_infinity, divide_by_zero},
    {"rsqrt", reference::rsqrt, infinity, zero, none},
    {"rsqrt", reference::rsqrt, minus_infinity, quiet, invalid},
    {"rsqrt", reference::rsqrt, minus_one, quiet, invalid},
    {"rsqrt", reference::rsqrt, number(0x1p-14), number(0x1p7), none},
};

struct PowerRow {
  Exact x, y, value;
  Flags flags;
};

const Exact odd = number(3), even = number(2), minus_odd = number(-3), minus_even = number(-2), fraction = number(2.5);

const std::vector<PowerRow> powers{
    // pow(x, +-0) is 1 for any x, even a quiet NaN; pow(+1, y) for any y.
    {zero, zero, one, none},
    {minus_infinity, minus_zero, one, none},
    {quiet, zero, one, none},
    {payload, minus_zero, one, none},
    {one, payload, one, none},
    {one, minus_infinity, one, none},
    {one, fraction, one, none},
    {signalling, zero, quiet, invalid},
    {one, signalling, quiet, invalid},
    {quiet, one, quiet, none},
    {zero, quiet, quiet, none},
    {quiet, payload, quiet, none},
    {minus_one, quiet, quiet, none},
    // Zeros.
    {zero, minus_odd, infinity, divide_by_zero},
    {minus_zero, minus_odd, minus_infinity, divide_by_zero},
    {zero, minus_even, infinity, divide_by_zero},
    {minus_zero, minus_even, infinity, divide_by_zero},
    {minus_zero, fraction.negated(), infinity, divide_by_zero},
    {zero, minus_infinity, infinity, none},
    {minus_zero, minus_infinity, infinity, none},
    {zero, infinity, zero, none},
    {minus_zero, infinity, zero, none},
    {zero, odd, zero, none},
    {minus_zero, odd, minus_zero, none},
    {minus_zero, even, zero, none},
    {minus_zero, fraction, zero, none},
    // Infinite exponents.
    {minus_one, infinity, one, none},
    {minus_one, minus_infinity, one, none},
    {half, infinity, zero, none},
    {half.negated(), infinity, zero, none},
    {half, minus_infinity, infinity, none},
    {half.negated(), minus_infinity, infinity, none},
    {even, infinity, infinity, none},
    {minus_even, infinity, infinity, none},
    {even, minus_infinity, zero, none},
    {minus_even, minus_infinity, zero, none},
    {infinity, infinity, infinity, none},
    {minus_infinity, infinity, infinity, none},
    {infinity, minus_infinity, zero, none},
    {minus_infinity, minus_infinity, zero, none},
    // Infinite bases.
    {infinity, odd, infinity, none},
    {infinity, fraction.negated(), zero, none},
    {minus_infinity, odd, minus_infinity, none},
    {minus_infinity, even, infinity, none},
    {minus_infinity, fraction, infinity, none},
    {minus_infinity, minus_odd, minus_zero, none},
    {minus_infinity, minus_even, zero, none},
    {minus_infinity, fraction.negated(), zero, none},
    // Negative bases, and exact powers.
    {minus_one, fraction, quiet, invalid},
    {number(-0x1p-24), half, quiet, invalid},
    {minus_one, odd, minus_one, none},
    {minus_one, number(65504), one, none},
    {minus_odd, odd, number(-27), none},
    {minus_even, minus_odd, number(-0.125), none},
    {number(16), number(-5.75), number(0x1p-23), none},  // subnormal, and exact
    {number(2.25), number(1.5), number(3.375), none},
};

}  // namespace

TEST_CASE("elementary functions of special data are those of clause 9.2.1 in every direction") {
  Mismatches mismatches;
  for (const Rounding direction : deterministic_roundings()) {
    for (const Row& row : rows) {
      const Rounded got = row.function(row.x, binary16, direction), wanted{row.value, row.flags};
      mismatches.expect(testing::same(got, wanted),
                        [&] { return testing::case_line(row.name, binary16, direction, {row.x}, got, wanted); });
    }
  }
}

TEST_CASE("elementary functions make quiet NaNs without sign and payload; signalling ones are invalid") {
  for (const Row& row : rows) {
    for (const Rounding direction : deterministic_roundings()) {
      CAPTURE(row.name);
      CHECK(testing::same(row.function(quiet, binary16, direction), {quiet, none}));
      CHECK(testing::same(row.function(payload, binary16, direction), {quiet, none}));
      CHECK(testing::same(row.function(signalling, binary16, direction), {quiet, invalid}));
    }
  }
}

TEST_CASE("powers of special data are those of clause 9.2.1 in every direction") {
  Mismatches mismatches;
  for (const Rounding direction : deterministic_roundings()) {
    for (const PowerRow& row : powers) {
      const Rounded got = reference::pow(row.x, row.y, binary16, direction), wanted{row.value, row.flags};
      mismatches.expect(testing::same(got, wanted), [&] {
        return testing::case_line("pow", binary16, direction, {row.x, row.y}, got, wanted);
      });
    }
  }
}

TEST_CASE("a pole is what the format makes of infinity, and a division by zero") {
  const Format e4m3fn = laid_out(4, 4, Specials::no_infinity);
  constexpr Flags pole{.invalid = true, .divide_by_zero = true};
  constexpr Flags beyond{.inexact = true, .overflow = true, .divide_by_zero = true};
  for (const Rounding direction : deterministic_roundings()) {
    CHECK(testing::same(reference::log(zero, e4m3fn, direction), {quiet, pole}));
    CHECK(testing::same(reference::log1p(minus_one, saturating(e4m3fn), direction), {number(-448), beyond}));
    CHECK(testing::same(reference::rsqrt(minus_zero, saturating(binary16), direction), {number(-65504), beyond}));
    CHECK(testing::same(reference::pow(zero, minus_one, p3109(8, 4), direction), {infinity, divide_by_zero}));
  }
}

TEST_CASE("an operand that is flushed is a zero for functions too") {
  const Format daz = with_subnormals(binary16, Subnormals::flush_operands);
  const Exact subnormal = number(-0x1p-15);
  for (const Rounding direction : deterministic_roundings()) {
    CHECK(testing::same(reference::exp(subnormal, daz, direction), {one, none}));
    CHECK(testing::same(reference::tanh(subnormal, daz, direction), {minus_zero, none}));
    CHECK(testing::same(reference::log(subnormal, daz, direction), {minus_infinity, divide_by_zero}));
    CHECK(testing::same(reference::pow(subnormal, minus_odd, daz, direction), {minus_infinity, divide_by_zero}));
    CHECK(testing::same(reference::pow(infinity, subnormal, daz, direction), {one, none}));
  }
}
