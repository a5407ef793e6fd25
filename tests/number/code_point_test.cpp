#include "precipice/number/code_point.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "precipice/format/error.hpp"
#include "support/exact_datum.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/report_number.hpp"
#include "support/sample.hpp"
#include "support/shard.hpp"

using namespace precipice;
using testing::Datum;
using testing::Dyadic;
using testing::Mismatches;

namespace {

/// Whether a code point is what encode gives for its datum: a reserved code is not, and of two codes of one number the
/// one with the larger exponent field is (x87's pseudo-denormals).
bool is_canonical(const Format& f, const Datum& x, std::uint64_t code) {
  if (f.leading_bit == LeadingBit::stored) {
    const testing::Fields fields = testing::fields_of(f, code);
    if ((fields.leading != 0) != (fields.exponent != 0)) return false;
  }
  return x.kind != Datum::Kind::signalling_nan || x.magnitude.significand != 0;
}

/// Every code point, decoded and compared with the descriptions of the families, and encoded again.
void check_every_code(const Format& f, Mismatches& mismatches) {
  for (std::uint64_t code = 0; code < std::uint64_t{1} << testing::code_width(f); ++code) {
    const Datum wanted = testing::datum_of(f, code);
    const Exact x = decode(f, code);
    const auto line = [&] { return testing::code_line("decode", f, code, x); };
    mismatches.expect(testing::is_same_datum(x, to_exact(wanted)), line);
    mismatches.expect(!is_canonical(f, wanted, code) || (is_member(f, x) && encode(f, x) == code), line);
  }
}

/// Formats whose numbers are not those of a usual one: other biases, a lowered emax, a stored leading bit.
std::vector<Format> unusual(const Format& f) {
  std::vector<Format> result;
  const int usual_bias = default_bias(f.exponent_bits, f.specials);
  for (const int bias : {usual_bias - 3, usual_bias + 5, -70'000, 100'000'000}) {
    result.push_back(laid_out(f.precision, f.exponent_bits, f.specials, f.signedness, bias));
  }
  for (int emax = f.emin; emax < f.emax; emax += 1 + (f.emax - f.emin) / 3) {
    result.push_back(f);
    result.back().emax = emax;
  }
  if (f.specials == Specials::ieee) {
    result.push_back(f);
    result.back().leading_bit = LeadingBit::stored;
  }
  return result;
}

}  // namespace

TEST_CASE("decode is what the families' descriptions say, and encode its inverse, for every code of up to nine bits") {
  Mismatches mismatches;
  for (const Format& f : testing::families_up_to(9)) check_every_code(f, mismatches);
}

TEST_CASE("the same with other biases, a lowered emax and a stored leading bit") {
  Mismatches mismatches;
  for (const Format& usual : testing::families_up_to(7)) {
    for (const Format& f : unusual(usual)) check_every_code(f, mismatches);
  }
}

TEST_CASE("the same for every code of binary16") {
  Mismatches mismatches;
  check_every_code(binary16, mismatches);
}

TEST_SUITE("exhaustive") {
  TEST_CASE("decode is what the families' descriptions say, and encode its inverse, for every code of up to 16 bits") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& usual : testing::families_up_to(16)) {
      if (!testing::is_in_this_shard(index++)) continue;
      check_every_code(usual, mismatches);
      if (testing::code_width(usual) > 12) continue;
      for (const Format& f : unusual(usual)) check_every_code(f, mismatches);
    }
  }
}

TEST_CASE("a number is a member exactly if it is in the table") {
  Mismatches mismatches;
  for (const Format& f : testing::families_up_to(6)) {
    std::vector<Exact> numbers;
    for (std::uint64_t code = 0; code < std::uint64_t{1} << testing::code_width(f); ++code) {
      const Datum x = testing::datum_of(f, code);
      if (x.kind == Datum::Kind::number) numbers.push_back(to_exact(x));
    }
    const std::int64_t finest = smallest_exponent(f) - 2;
    // Every significand of up to p + 2 bits at exponents from below the smallest number to beyond the largest.
    for (std::int64_t exponent = finest; exponent <= f.emax + 2;
         exponent += exponent < f.emin + 5 ? 1 : 1 + (f.emax - f.emin) / 9) {
      for (int significand = 0; significand < 1 << (f.precision + 2); ++significand) {
        for (const Sign sign : {Sign::positive, Sign::negative}) {
          const Exact x = Exact::finite(sign, significand, exponent);
          const bool listed = std::ranges::find(numbers, x) != numbers.end();
          mismatches.expect(is_member(f, x) == listed, [&] { return testing::value_line("is_member", f, x); });
          if (!listed && significand % 7 == 0) CHECK_THROWS_AS(static_cast<void>(encode(f, x)), ConfigError);
        }
      }
    }
  }
}

TEST_CASE("infinities, NaNs and zeros are members exactly of the formats that have a code for them") {
  for (const Format& f : testing::families_up_to(8)) {
    CAPTURE(to_text(f));
    bool has[2][3] = {};
    for (std::uint64_t code = 0; code < std::uint64_t{1} << testing::code_width(f); ++code) {
      const Datum x = testing::datum_of(f, code);
      if (x.kind == Datum::Kind::infinity) has[x.negative][0] = true;
      if (is_zero(x)) has[x.negative][1] = true;
      if (is_nan(x)) has[0][2] = true;
    }
    for (const Sign sign : {Sign::positive, Sign::negative}) {
      CHECK(is_member(f, Exact::infinity(sign)) == has[sign == Sign::negative][0]);
      CHECK(is_member(f, Exact::zero(sign)) == has[sign == Sign::negative][1]);
    }
    CHECK(is_member(f, Exact::nan()) == has[0][2]);
    CHECK(has_infinity(f) == has[0][0]);
    CHECK(has_zero(f) == has[0][1]);
    CHECK(has_negative_zero(f) == has[1][1]);
    CHECK(has_nan(f) == has[0][2]);
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

TEST_CASE("a NaN that the format has not becomes its quiet one, positive and without payload") {
  const Exact payload = Exact::nan(Sign::negative, Signalling::signalling, 0x155);
  CHECK(encode(binary16, payload) == 0xfd55);
  CHECK(encode(ieee_like(4, 4), payload) == 0x7c);
  CHECK(encode(laid_out(4, 4, Specials::no_infinity), payload) == 0xff);  // one per sign
  CHECK(encode(laid_out(4, 4, Specials::fnuz), payload) == 0x80);
  CHECK(encode(p3109(8, 3), payload) == 0x80);
  CHECK(encode(p3109(8, 3, Signedness::without_sign), payload) == 0xff);
  CHECK(encode(laid_out(1, 8, Specials::e8m0, Signedness::without_sign), payload) == 0xff);
  CHECK(encode(laid_out(3, 4, Specials::no_infinity, Signedness::without_sign), payload) == 0x3f);
  CHECK(encode(laid_out(3, 5, Specials::ieee, Signedness::without_sign),
               Exact::nan(Sign::negative, Signalling::quiet, 1)) == 0x7e);
  CHECK(encode(binary16, Exact::nan(Sign::negative, Signalling::signalling, 0)) == 0x7e00);  // the code of an infinity
}

TEST_CASE("the landmarks of a format are its first, its first normal and its last finite code") {
  for (const Format& f : testing::families_up_to(10)) {
    CAPTURE(to_text(f));
    std::uint64_t last = 0;
    for (std::uint64_t code = 0; code < std::uint64_t{1} << testing::magnitude_width(f); ++code) {
      if (testing::datum_of(f, code).kind == Datum::Kind::number) last = code;
    }
    const std::uint64_t first = testing::is_zero(testing::datum_of(f, 0)) ? 1 : 0;
    CHECK(encode(f, smallest_positive(f)) == first);
    CHECK(encode(f, smallest_normal(f)) == first << trailing_bits(f));
    CHECK(encode(f, largest_finite(f)) == last);
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

TEST_CASE("random code points of wide formats, NaNs with payload and sign included, come back") {
  constexpr int random_codes = 2'000;
  testing::Sample sample(20260121);
  Mismatches mismatches;
  for (const char* const text : {"binary128", "binary256", "e30m700", "e15m112fn", "e15m112fnuz", "e15m112nuz",
                                 "e15m113u", "e15m113fnuzu", "e15m112f"}) {
    const Format f = parse_format(text);
    for (int i = 0; i < random_codes; ++i) {
      Integer code = 0;
      for (int bits = 0; bits < width(f); bits += 32) code = (code << 32U) + (sample.bits() >> 32);
      code &= (Integer(1) << static_cast<unsigned>(width(f))) - 1;
      // Every other one with an exponent field of ones.
      const Integer field = ((Integer(1) << static_cast<unsigned>(f.exponent_bits)) - 1) << trailing_bits(f);
      if (i % 2 == 0) code |= field;
      const Exact x = decode(f, code);
      mismatches.expect(encode(f, x) == code, [&] { return testing::code_line("decode", f, code, x); });
    }
  }
}
