// Named formats have the numbers and code points that their standards and makers publish.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <set>

#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"

using namespace precipice;

namespace {

constexpr std::optional<std::uint64_t> none;

/// As published: IEEE 754-2019, table 3.5; bfloat16 and tf32 of their makers; OCP 8-bit Floating Point 1.0 and
/// Microscaling Formats 1.0; ml_dtypes; P3109's value tables.
struct Published {
  const char* name;
  int bits, precision, bias, emax;
  Exact largest, smallest_normal, smallest;
  std::optional<std::uint64_t> infinity, nan;  ///< codes
};

Exact number(double x) { return Exact::from(x); }
Exact power(std::int64_t exponent) { return Exact::finite(Sign::positive, 1, exponent); }
/// (2 - 2^(1-p)) * 2^emax.
Exact all_ones(int precision, std::int64_t emax) {
  return Exact::finite(Sign::positive, (Integer(1) << static_cast<unsigned>(precision)) - 1, emax - precision + 1);
}

const std::vector<Published>& published_formats() {
  static const std::vector<Published> rows = {
      {"binary16", 16, 11, 15, 15, number(65504), power(-14), power(-24), 0x7c00, 0x7e00},
      {"bfloat16", 16, 8, 127, 127, number(0x1.fep127), power(-126), power(-133), 0x7f80, 0x7fc0},
      {"tf32", 19, 11, 127, 127, number(0x1.ffcp127), power(-126), power(-136), 0x3fc00, 0x3fe00},
      {"fp24", 24, 17, 63, 63, number(0x1.ffffp63), power(-62), power(-78), 0x7f0000, 0x7f8000},
      {"binary32", 32, 24, 127, 127, number(0x1.fffffep127), power(-126), power(-149), 0x7f800000, 0x7fc00000},
      {"binary64", 64, 53, 1023, 1023, number(0x1.fffffffffffffp1023), power(-1022), power(-1074),
       0x7ff0'0000'0000'0000, 0x7ff8'0000'0000'0000},
      {"x87", 80, 64, 16383, 16383, all_ones(64, 16383), power(-16382), power(-16445), none, none},
      {"binary128", 128, 113, 16383, 16383, all_ones(113, 16383), power(-16382), power(-16494), none, none},
      {"binary256", 256, 237, 262143, 262143, all_ones(237, 262143), power(-262142), power(-262378), none, none},
      {"float16_e6m9", 16, 10, 31, 31, number(0x1.ff8p31), power(-30), power(-39), 0x7e00, 0x7f00},
      {"float8_e5m2", 8, 3, 15, 15, number(57344), power(-14), power(-16), 0x7c, 0x7e},
      {"float8_e4m3", 8, 4, 7, 7, number(240), power(-6), power(-9), 0x78, 0x7c},
      {"float8_e3m4", 8, 5, 3, 3, number(15.5), power(-2), power(-6), 0x70, 0x78},
      {"float8_e4m3fn", 8, 4, 7, 8, number(448), power(-6), power(-9), none, 0x7f},
      {"float8_e5m2fnuz", 8, 3, 16, 15, number(57344), power(-15), power(-17), none, 0x80},
      {"float8_e4m3fnuz", 8, 4, 8, 7, number(240), power(-7), power(-10), none, 0x80},
      {"float8_e4m3b11fnuz", 8, 4, 11, 4, number(30), power(-10), power(-13), none, 0x80},
      {"float6_e3m2fn", 6, 3, 3, 4, number(28), power(-2), power(-4), none, none},
      {"float6_e2m3fn", 6, 4, 1, 2, number(7.5), power(0), power(-3), none, none},
      {"float4_e2m1fn", 4, 2, 1, 2, number(6), power(0), power(-1), none, none},
      {"float8_e8m0fnu", 8, 1, 127, 127, power(127), power(-127), power(-127), none, 0xff},
      {"binary8p1", 8, 1, 64, 62, power(62), power(-63), power(-63), 0x7f, 0x80},
      {"binary8p2", 8, 2, 32, 31, power(31), power(-31), power(-32), 0x7f, 0x80},
      {"binary8p3", 8, 3, 16, 15, number(49152), power(-15), power(-17), 0x7f, 0x80},
      {"binary8p4", 8, 4, 8, 7, number(224), power(-7), power(-10), 0x7f, 0x80},
      {"binary8p5", 8, 5, 4, 3, number(15), power(-3), power(-7), 0x7f, 0x80},
      {"binary8p6", 8, 6, 2, 1, number(3.875), power(-1), power(-6), 0x7f, 0x80},
      {"binary8p7", 8, 7, 1, 0, number(1.96875), power(0), power(-6), 0x7f, 0x80},
  };
  return rows;
}

}  // namespace

TEST_CASE("every format of the catalogue has the limits, the bias and the special codes that are published") {
  std::set<std::string_view> seen;
  for (const Published& row : published_formats()) {
    CAPTURE(row.name);
    const Format f = parse_format(row.name);
    seen.insert(row.name);
    CHECK(width(f) == row.bits);
    CHECK(f.precision == row.precision);
    CHECK(bias(f) == row.bias);
    CHECK(f.emax == row.emax);
    CHECK(largest_finite(f) == row.largest);
    CHECK(smallest_normal(f) == row.smallest_normal);
    CHECK(smallest_positive(f) == row.smallest);
    if (row.bits > 64) continue;
    CHECK(is_member(f, Exact::infinity(Sign::positive)) == row.infinity.has_value());
    CHECK(is_member(f, Exact::nan()) == row.nan.has_value());
    if (row.infinity) CHECK(encode(f, Exact::infinity(Sign::positive)) == *row.infinity);
    if (row.nan) CHECK(encode(f, Exact::nan()) == *row.nan);
    CHECK(decode(f, encode(f, row.largest)) == row.largest);
  }
  for (const NamedFormat& named : catalogue()) {
    CAPTURE(named.name);
    CHECK(seen.contains(named.name));
  }
}

TEST_CASE("the special codes of the formats wider than 64 bits") {
  const auto code = [](const char* name, const Exact& x) {
    const Format f = parse_format(name);
    return code_text(f, encode(f, x));
  };
  const Exact infinity = Exact::infinity(Sign::negative);
  CHECK(code("x87", infinity) == "0xffff8000000000000000");
  CHECK(code("x87", Exact::nan()) == "0x7fffc000000000000000");
  CHECK(code("binary128", infinity) == "0xffff0000000000000000000000000000");
  CHECK(code("binary128", Exact::nan()) == "0x7fff8000000000000000000000000000");
  CHECK(code("binary256", infinity) == "0xfffff" + std::string(59, '0'));
  CHECK(code("binary256", Exact::nan()) == "0x7ffff8" + std::string(58, '0'));
}

TEST_CASE("code points that standards and makers write out") {
  const auto value = [](const char* name, int code) { return decode(parse_format(name), code); };
  CHECK(value("float8_e4m3fn", 0x7e) == number(448));
  CHECK(value("float8_e4m3fn", 0xff).is_nan());
  CHECK(value("float8_e4m3fn", 0x01) == number(0x1p-9));
  CHECK(value("float8_e5m2", 0x7b) == number(57344));
  CHECK(value("float8_e5m2", 0xfc) == Exact::infinity(Sign::negative));
  CHECK(value("float8_e4m3fnuz", 0x7f) == number(240));
  CHECK(value("float8_e4m3fnuz", 0xff) == number(-240));
  CHECK(value("float8_e4m3fnuz", 0x80).is_nan());
  CHECK(value("float8_e8m0fnu", 0x00) == number(0x1p-127));
  CHECK(value("float8_e8m0fnu", 0x7f) == number(1));
  CHECK(value("float8_e8m0fnu", 0xfe) == number(0x1p127));
  // OCP's FP4: 0, 0.5, 1, 1.5, 2, 3, 4, 6.
  const double fp4[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
  for (int i = 0; i < 8; ++i) CHECK(value("float4_e2m1fn", i) == number(fp4[i]));
  for (int i = 0; i < 8; ++i) CHECK(value("float4_e2m1fn", 8 + i) == number(-fp4[i]));
  CHECK(value("float6_e3m2fn", 0x1f) == number(28));
  CHECK(value("float6_e2m3fn", 0x3f) == number(-7.5));
  // P3109: 1 is 0x40 in every signed format of eight bits.
  for (int precision = 1; precision <= 7; ++precision) CHECK(decode(p3109(8, precision), 0x40) == number(1));
  CHECK(value("binary8p3", 0x7e) == number(49152));
  CHECK(value("binary8p3", 0xff) == Exact::infinity(Sign::negative));
  CHECK(value("binary8p1", 0x01) == number(0x1p-63));
  CHECK(value("binary8p3uf", 0xfe) == number(0x1.8p31));
  CHECK(value("binary8p3ue", 0xfe) == Exact::infinity(Sign::positive));
  CHECK(value("binary8p3ue", 0xff).is_nan());
}
