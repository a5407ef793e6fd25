#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <sstream>
#include <unordered_map>
#include <vector>

#include "precipice/arithmetic/number.hpp"
#include "precipice/format/error.hpp"
#include "support/formats.hpp"
#include "support/scalar_cases.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr Format e3m2 = ieee_like(3, 3), e4m3fn = laid_out(4, 4, Specials::no_infinity);
constexpr Format daz = with_subnormals(e3m2, Subnormals::flush_operands);

/// Formats of six bits, one of each family, and one of each rule.
std::vector<Format> six_bits() {
  Format stored = ieee_like(3, 2);
  stored.leading_bit = LeadingBit::stored;
  return {e3m2,
          ieee_like(1, 5),
          laid_out(3, 3, Specials::no_infinity),
          laid_out(3, 3, Specials::fnuz),
          p3109(6, 3),
          p3109(6, 3, Signedness::without_sign),
          laid_out(1, 6, Specials::e8m0, Signedness::without_sign),
          laid_out(3, 3, Specials::none),
          saturating(e3m2),
          with_subnormals(e3m2, Subnormals::flush_both),
          stored};
}

template <class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "nothing thrown";
}

template <class T>
std::string text_of(const T& x) {
  std::ostringstream stream;
  stream << x;
  return stream.str();
}

bool is_same(const Number& x, const Number& y) {
  return x.format() == y.format() && testing::is_same_datum(x.exact(), y.exact());
}

}  // namespace

TEST_CASE("operators and functions of all pairs of six bits are those of reference, in every family of formats") {
  Mismatches mismatches;
  for (const Format& f : six_bits()) {
    testing::check_all_pairs(mismatches, f, [&](int code) { return Number::from_code(code, f); });
  }
}

TEST_CASE("a constant is rounded into the format of the number beside it") {
  const Number x("1.5", e3m2), tenth("0.1", e3m2);
  CHECK(is_same(x + 0.1, x + tenth));
  CHECK(is_same(0.1 - x, tenth - x));
  CHECK(is_same(2 * x, Number(3, e3m2)));
  CHECK(is_same(x / 3U, Number("0.5", e3m2)));
  CHECK(is_same(x * -1.0F, -x));
  CHECK(is_same(pow(2, x), pow(Number(2, e3m2), x)));
  CHECK(is_same(fma(x, 2, 0.1), fma(x, Number(2, e3m2), tenth)));
  CHECK(tenth == 0.1);  // both are 1/8 here
  CHECK(tenth == 0.125);
  CHECK(0.2 > tenth);
  CHECK(x < 2);
  CHECK(x <= std::numeric_limits<double>::infinity());
  CHECK((x <=> std::numeric_limits<double>::quiet_NaN()) == std::partial_ordering::unordered);
  Number y = x;
  y += 1;
  y *= 2;
  y -= 0.5F;
  y /= 2;
  CHECK(is_same(y, Number(2, e3m2)));  // 2.5, 5, 4.5 rounded to 4, 2
}

TEST_CASE("constants are exact before they are rounded: integers of 64 bits, floats, signs of zero") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  CHECK(Number(least, binary64).exact() == Exact::finite(Sign::negative, 1, 63));
  CHECK(Number(most, ieee_like(64, 15)).exact() == Exact::finite(Sign::positive, Integer(most), 0));
  CHECK(Number(most, binary64).exact() == Exact::finite(Sign::positive, 1, 64));
  CHECK(Number(most, binary64, Rounding::toward_zero) < 0x1p64);
  CHECK(Number(0.1F, binary64) == static_cast<double>(0.1F));
  CHECK(signbit(Number(-0.0, binary16)));
  CHECK_FALSE(signbit(Number(0, binary16)));
}

TEST_CASE("a constant beyond the range is what the format makes of it, in a comparison too") {
  CHECK(isinf(Number(1, binary16) * 0 + 1e9));
  CHECK_FALSE(Number(448, e4m3fn) > -1e9);  // e4m3fn has no infinity: -1e9 is NaN, and unordered
  CHECK(Number(448, saturating(e4m3fn)) == 1e9);
}

TEST_CASE("numbers of two formats do not meet: the error names both, and the way out") {
  const Number x(1, binary16), y(1, bfloat16);
  const std::string both =
      "operands of two formats, e5m10 (binary16: p = 11, m = 10, E = 5) and e8m7 (bfloat16: p = 8, m = 7, E = 8): "
      "convert one, as in x.to(y.format())";
  CHECK(message_of([&] { (void)(x + y); }) == both);
  CHECK(message_of([&] { (void)(x - y); }) == both);
  CHECK(message_of([&] { (void)(x * y); }) == both);
  CHECK(message_of([&] { (void)(x / y); }) == both);
  CHECK(message_of([&] { (void)(x == y); }) == both);
  CHECK(message_of([&] { (void)(x < y); }) == both);
  CHECK(message_of([&] { (void)pow(x, y); }) == both);
  CHECK(message_of([&] { (void)fmax(x, y); }) == both);
  CHECK(message_of([&] { (void)fma(x, x, y); }) == both);
  CHECK(message_of([&] { (void)fma(x, y, x); }) == both);
  CHECK(message_of([&] { (void)(Number(1, e3m2) + Number(1, daz)); }).find("e3m2:daz") != std::string::npos);
  CHECK(is_same(x + y.to(x.format()), Number(2, binary16)));
}

TEST_CASE("numbers come from text, code points and data, rounded once, and go back") {
  CHECK(Number("0.1", binary16).code() == 0x2e66);
  CHECK(Number("0.1", binary16, Rounding::toward_positive).code() == 0x2e67);
  CHECK(Number("-inf", binary16).code() == 0xfc00);
  CHECK(message_of([] { Number("one", binary16); }).find("'one' is not a number") == 0);
  CHECK(message_of([] { Number::from_code(0x10000, binary16); }).find("code point of 17 bits") == 0);
  // Just above a tie of binary16: rounded to binary64 it is the tie itself, and the literal ends below.
  CHECK(Number("1.00048828125000000000001", binary16).code() == 0x3c01);
  CHECK(Number(1.00048828125000000000001, binary16).code() == 0x3c00);
  for (int code = 0; code < 256; ++code) CHECK(Number::from_code(code, e4m3fn).code() == code);
  const Number payload = Number::from_code(0xfe01, binary16);
  CHECK(payload.code() == 0xfe01);
  CHECK((-payload).code() == 0x7e01);
  CHECK((payload + 0).code() == 0x7e00);
}

TEST_CASE("a conversion rounds, and tells its flags with a mode") {
  const Number x("1.99", binary64);
  CHECK(is_same(x.to(e3m2), Number(2, e3m2)));
  const auto [down, flags] = x.to(e3m2, Rounding::toward_zero);
  CHECK(is_same(down, Number(1.75, e3m2)));
  CHECK(flags == Flags{.inexact = true});
  CHECK(static_cast<double>(x) == 1.99);
  CHECK(static_cast<float>(x) == 1.99F);
  // Nearest to a float just above a tie, in one rounding: through double it would be the tie.
  const Number above_tie("0x1.000001000000000001p+0", binary128);
  CHECK(static_cast<float>(above_tie) == 0x1.000002p+0F);
  CHECK(static_cast<float>(static_cast<double>(above_tie)) == 1.0F);
  static_assert(!std::is_convertible_v<Number, double> && !std::is_convertible_v<double, Number>);
  static_assert(!std::is_default_constructible_v<Number>);
}

TEST_CASE("signs change without rounding, as far as the format has them") {
  Mismatches mismatches;
  for (const Format& f : six_bits()) {
    for (int code = 0; code < 1 << width(f); ++code) {
      const Number x = Number::from_code(code, f);
      const Exact& value = x.exact();
      const bool has_both_signs = has_sign(f) && (!is_zero(x) || has_negative_zero(f)) && !isnan(x);
      const Exact wanted = has_both_signs ? value.negated() : round(value.negated(), f, {}).value;
      const bool kept = isnan(x) ? isnan(-x) && (-(-x)).code() == x.code() : is_same(-x, Number::of_member(wanted, f));
      const bool right_abs = isnan(x) ? isnan(abs(x)) : abs(x).exact() == value.magnitude();
      const bool right_copy = is_same(copysign(x, -1), has_sign(f) && !signbit(x) ? -x : x) && is_same(fabs(x), abs(x));
      mismatches.expect(kept && right_abs && right_copy && signbit(x) == value.is_negative(),
                        [&] { return "sign of " + testing::datum_text(f, value) + " in " + to_text(f); });
    }
  }
}

TEST_CASE("what is written reads back as the same number: every value of eight bits, decimal and hexadecimal") {
  Mismatches mismatches;
  for (const Format& f : testing::families_of_width(8)) {
    for (int code = 0; code < 1 << width(f); ++code) {
      const Number x = Number::from_code(code, f);
      std::stringstream stream;
      stream << x << ' ' << std::hexfloat << x;
      Number decimal(1, f), hexadecimal(1, f);
      stream >> decimal >> hexadecimal;
      const bool same = decimal.exact() == x.exact() && hexadecimal.exact() == x.exact();
      mismatches.expect(!stream.fail() && same, [&] { return stream.str() + " in " + to_text(f); });
    }
  }
}

TEST_CASE("a stream writes what is shortest, minds the width, and refuses what is no number") {
  CHECK(text_of(Number("0.1", binary16)) == "0.1");
  CHECK(text_of(Number("0.1", binary64) + 0.2) == "0.30000000000000004");
  CHECK(text_of(Number(-0.0, binary16)) == "-0");
  std::ostringstream wide;
  wide << std::setw(6) << Number(2.5, binary16) << std::hexfloat << Number(2.5, binary16);
  CHECK(wide.str() == "   2.50x1.4p+1");
  std::istringstream words(" 0x1.8p+1\t1e9 two 3");
  Number x(0, binary16);
  words >> x;
  CHECK(x == 3);
  words >> x;
  CHECK(isinf(x));
  words >> x;
  CHECK(words.fail());
  CHECK(isinf(x));
  Number unsigned_number(1, p3109(8, 3, Signedness::without_sign));
  std::istringstream negative("-2");
  negative >> unsigned_number;
  CHECK(negative.fail());
  CHECK(unsigned_number == 1);
}

TEST_CASE("equal numbers are one key of a table, and one place in order") {
  std::unordered_map<Number, int> counts;
  for (const double x : {0.0, -0.0, 1.0, 1.0, 2.0}) ++counts[Number(x, e3m2)];
  CHECK(counts.size() == 3);
  CHECK(counts.at(Number(0, e3m2)) == 2);
  const std::hash<Number> hash;
  CHECK(hash(Number::from_code(1, daz)) == hash(Number(0, daz)));  // a subnormal number is a zero there
  CHECK(hash(Number::from_code(0x7e01, binary16)) == hash(Number::from_code(0xfe00, binary16)));
  CHECK(hash(Number(1, e3m2)) != hash(Number(2, e3m2)));
  std::vector<Number> numbers;
  for (const int x : {3, -1, 2, 0}) numbers.emplace_back(x, e3m2);
  std::sort(numbers.begin(), numbers.end());
  CHECK(text_of(numbers[0]) + text_of(numbers[1]) + text_of(numbers[2]) + text_of(numbers[3]) == "-1023");
}

TEST_CASE("floor, ceil, trunc, round and ldexp are those of C; neighbours are those of the format") {
  for (const double x : {-2.5, -1.5, -0.25, -0.0, 0.5, 1.5, 1.75, 2.5}) {
    const Number number(x, binary16);
    const auto is = [&](const Number& got, double wanted) { return is_same(got, Number(wanted, binary16)); };
    CHECK(is(floor(number), std::floor(x)));
    CHECK(is(ceil(number), std::ceil(x)));
    CHECK(is(trunc(number), std::trunc(x)));
    CHECK(is(round(number), std::round(x)));
    CHECK(is(rint(number), std::rint(x)));
    CHECK(is(nearbyint(number), std::nearbyint(x)));
    CHECK(is(ldexp(number, -3), std::ldexp(x, -3)));
  }
  const auto [tiny, flags] = ldexp(Number(1, binary16), -30, Rounding::toward_positive);
  CHECK(tiny.code() == 1);
  CHECK(flags == Flags{.inexact = true, .underflow = true});
  CHECK(next_up(Number(1, binary16)).code() == 0x3c01);
  CHECK(next_down(Number(0, binary16)).code() == 0x8001);
}

TEST_CASE("every number is of one kind") {
  for (int code = 0; code < 1 << width(e3m2); ++code) {
    const Number x = Number::from_code(code, e3m2);
    const int field = code >> 2 & 7, trailing = code & 3;
    CAPTURE(code);
    CHECK(isnan(x) == (field == 7 && trailing != 0));
    CHECK(is_signalling(x) == (field == 7 && trailing == 1));
    CHECK(isinf(x) == (field == 7 && trailing == 0));
    CHECK(isfinite(x) == (field != 7));
    CHECK(isnormal(x) == (field != 7 && field != 0));
    CHECK(is_subnormal(x) == (field == 0 && trailing != 0));
    CHECK(is_zero(x) == (field == 0 && trailing == 0));
  }
}
