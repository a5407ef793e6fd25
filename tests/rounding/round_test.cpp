// round() against the row of all numbers, over all small formats of every family and all deterministic modes.
#include "precipice/rounding/round.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "precipice/number/code_point.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/modes.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"
#include "support/shard.hpp"

using namespace precipice;
using testing::Dyadic;
using testing::Mismatches;
using testing::Oracle;
using testing::Truncated;

namespace {

constexpr int widest = 7;

/// A magnitude with both signs, or what begins with it.
void check(const Oracle& oracle, const Format& f, const Truncated& magnitude, const std::vector<Mode>& modes,
           Mismatches& mismatches) {
  const Oracle::Place place = oracle.locate(magnitude);
  const auto [significand, exponent] = magnitude.head;
  for (const Sign sign : {Sign::positive, Sign::negative}) {
    const Exact head = Exact::finite(sign, significand, exponent);
    const Unrounded exact = magnitude.sticky ? Unrounded::truncated(sign, significand, exponent) : Unrounded(head);
    for (const Mode& mode : modes) {
      const Rounded got = round(exact, f, mode), wanted = oracle.datum(oracle.choose(place, sign, mode));
      mismatches.expect(testing::same(got, wanted), [&] {
        return testing::case_line(magnitude.sticky ? "round truncated" : "round", f, mode, {head}, got, wanted);
      });
    }
  }
}

/// In every gap between two numbers, from zero to beyond the range, the eighths and what lies just beside them.
void check_gaps(const Format& f, const std::vector<Mode>& modes, Mismatches& mismatches) {
  const Oracle oracle(f);
  constexpr int binades_beyond = 3, finer = 40;
  std::vector<Dyadic> lower;
  for (std::uint64_t i = 0; i <= oracle.last() + 1; ++i) lower.push_back(oracle.number(i));
  for (int i = 1; i <= binades_beyond; ++i) lower.push_back({1, testing::top_of(oracle.number(oracle.last())) + 1 + i});
  for (const Dyadic& number : lower) {
    for (std::uint64_t eighth = 0; eighth < 8; ++eighth) {
      // In units of an eighth of the quantum / 2^40: the number, and one such unit to either side.
      const std::uint64_t fine = (8 * number.significand + eighth) << finer;
      for (const std::uint64_t x : {fine - 1, fine, fine + 1}) {
        const bool is_positive = fine > 0 || x == 1;
        if (is_positive) check(oracle, f, {{x, number.exponent - 3 - finer}, false}, modes, mismatches);
      }
      if (fine != 0) check(oracle, f, {{fine, number.exponent - 3 - finer}, true}, modes, mismatches);
    }
  }
}

/// Exact results that are no numbers other than zero.
void check_special_data(const Format& f, Mismatches& mismatches) {
  const Oracle oracle(f);
  const auto expect = [&](const Exact& x, const Mode& mode, const Oracle::Answer& answer) {
    const Rounded got = round(x, f, mode), wanted = oracle.datum(answer);
    mismatches.expect(testing::same(got, wanted),
                      [&] { return testing::case_line("round", f, mode, {x}, got, wanted); });
  };
  for (const Mode& mode : testing::all_modes()) {
    for (const Sign sign : {Sign::positive, Sign::negative}) {
      expect(Exact::zero(sign), mode, oracle.zero(sign));
      expect(Exact::infinity(sign), mode, oracle.infinite(sign));
      expect(Exact::nan(sign, Signalling::quiet, 5), mode, oracle.nan());
      expect(Exact::nan(sign, Signalling::signalling, 1), mode, oracle.nan());
    }
  }
}

}  // namespace

TEST_CASE("the row of a format's numbers is strictly rising, one unit in the last place behind the largest included") {
  for (const Format& f : testing::families_up_to(widest)) {
    const Oracle oracle(f);
    CAPTURE(to_text(f));
    CHECK(oracle.value(0) == 0);
    for (std::uint64_t i = 1; i <= oracle.last() + 1; ++i) CHECK(oracle.value(i - 1) < oracle.value(i));
    if (f.specials == Specials::ieee) CHECK(oracle.value(oracle.last() + 1) == testing::power_of_two(f.emax + 1));
  }
}

TEST_CASE(
    "in every gap of every small format of every family, eighths and what lies beside them round as they should") {
  Mismatches mismatches;
  for (const Format& f : testing::families_up_to(6)) check_gaps(f, testing::usual_modes(), mismatches);
}

TEST_CASE("the same with every rule for the ends of a format, and tininess before rounding") {
  Mismatches mismatches;
  for (const Format& usual : testing::families_up_to(4)) {
    for (const Format& f : testing::with_every_rule(usual)) check_gaps(f, testing::all_modes(), mismatches);
  }
}

TEST_CASE("the same with other biases, a lowered emax and a stored leading bit") {
  Mismatches mismatches;
  for (const char* const text : {"e3m2b9", "e3m2b-4", "e2m2b1000:fn", "e2m2b-70000fnuz", "e3m0b7nuz", "e4m0b3fnu",
                                 "e3m2:emax=1", "e3m2:fn:emax=3", "e3m2fnuz:emax=0:sat", "e3m1f:emax=2",
                                 "e3m2:explicit", "e3m2nuz:emax=1", "e3m0:explicit", "e3m1u:emax=0:ftz"}) {
    check_gaps(parse_format(text), testing::all_modes(), mismatches);
  }
}

TEST_CASE("zeros, infinities and NaNs become what a format has for them, whatever its rules and the mode") {
  Mismatches mismatches;
  for (const Format& usual : testing::families_up_to(8)) {
    for (const Format& f : testing::with_every_rule(usual)) check_special_data(f, mismatches);
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("eighths and what lies beside them in every format of up to seven bits, with every rule and mode") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& usual : testing::families_up_to(7)) {
      for (const Format& f : testing::with_every_rule(usual)) {
        if (testing::is_in_this_shard(index++)) check_gaps(f, testing::all_modes(), mismatches);
      }
    }
  }

  TEST_CASE("eighths and what lies beside them in every format of eight to ten bits") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const int bits : {8, 9, 10}) {
      for (const Format& f : testing::families_of_width(bits)) {
        if (testing::is_in_this_shard(index++)) check_gaps(f, testing::usual_modes(), mismatches);
      }
    }
  }
}

TEST_CASE("zeros keep their sign, infinities and NaN stay, and nothing is signalled") {
  for (const Rounding direction : deterministic_roundings()) {
    for (const Exact& x : {Exact::zero(Sign::positive), Exact::zero(Sign::negative), Exact::infinity(Sign::positive),
                           Exact::infinity(Sign::negative), Exact::nan()}) {
      CHECK(round(x, binary16, direction).value == x);
      CHECK(round(x, binary16, direction).flags == Flags{});
    }
  }
}

TEST_CASE("a tie goes to the even neighbour, and just beside it the tail decides") {
  const auto rounded = [](const Exact& x) {
    return encode(binary16, round(x, binary16, Rounding::nearest_even).value);
  };
  CHECK(rounded(Exact::from(0x1.002p0)) == 0x3c00);  // between 1 and 1 + 2^-10
  CHECK(rounded(Exact::from(0x1.006p0)) == 0x3c02);
  CHECK(rounded(Exact::from(0x1.002000000001p0)) == 0x3c01);
  CHECK(rounded(Exact::from(65519.99)) == 0x7bff);
  CHECK(rounded(Exact::from(65520.0)) == 0x7c00);  // the tie above the largest number is infinite
  CHECK(rounded(Exact::from(0x1p-25)) == 0);
  CHECK(rounded(Exact::from(-0x1p-25)) == 0x8000);
  CHECK(rounded(Exact::from(0x1.8p-24)) == 2);
}

TEST_CASE("with precision 1 a tie goes to the even code point") {
  const Format f = ieee_like(1, 4);  // 0, 2^-6 (code 1), 2^-5 (code 2), ..., 2^7 (code 14), infinity (code 15)
  const auto rounded = [&](double x) { return encode(f, round(Exact::from(x), f, Rounding::nearest_even).value); };
  CHECK(rounded(0x1p-7) == 0);
  CHECK(rounded(0x1.8p-6) == 2);
  CHECK(rounded(0x1.8p-5) == 2);
  CHECK(rounded(0x1.8p7) == 14);
  CHECK(rounded(0x1.80001p7) == 15);
}

TEST_CASE("tininess is judged after rounding") {
  // 2^-14 * (1 - 2^-12) lies above the last number of 11 bits below 2^-14 and, rounded to 11 bits, is 2^-14: not tiny.
  const Exact just_below = Exact::from(0x1p-14 - 0x1p-26);
  CHECK(round(just_below, binary16, Rounding::nearest_even).flags == Flags{.inexact = true});
  CHECK(round(just_below, binary16, Rounding::toward_zero).flags == Flags{.inexact = true, .underflow = true});
  CHECK(round(just_below, binary16, Rounding::toward_positive).flags == Flags{.inexact = true});
  CHECK(round(just_below, binary16, Rounding::toward_negative).flags == Flags{.inexact = true, .underflow = true});
  // 2^-14 * (1 - 2^-11) has 11 bits and is tiny, though the subnormal numbers round it to 2^-14.
  const Rounded tiny = round(Exact::from(0x1p-14 - 0x1p-25), binary16, Rounding::nearest_even);
  CHECK(tiny.value == Exact::from(0x1p-14));
  CHECK(tiny.flags == Flags{.inexact = true, .underflow = true});
  CHECK(round(Exact::from(0x1p-15), binary16, Rounding::nearest_even).flags == Flags{});  // tiny and exact
}

TEST_CASE("to odd an overflow is the largest finite number") {
  for (const Format& f : testing::formats_up_to(widest)) {
    CAPTURE(to_text(f));
    const Exact beyond = Exact::finite(Sign::positive, 3, f.emax + 5);
    CHECK(round(beyond, f, Rounding::to_odd).value == largest_finite(f));
    CHECK(round(beyond.negated(), f, Rounding::to_odd).value == largest_finite(f).negated());
    CHECK(round(beyond, f, Rounding::to_odd).flags == Flags{.inexact = true, .overflow = true});
  }
}

TEST_CASE("numbers far outside the widest range are rounded in no time") {
  const Format f = ieee_like(24, 30);
  const std::int64_t far = std::int64_t{1} << 60;
  CHECK(round(Exact::finite(Sign::positive, 3, far), f, Rounding::nearest_even).value ==
        Exact::infinity(Sign::positive));
  CHECK(round(Exact::finite(Sign::negative, 3, far), f, Rounding::toward_zero).value == largest_finite(f).negated());
  CHECK(round(Exact::finite(Sign::positive, 3, -far), f, Rounding::nearest_even).value == Exact());
  CHECK(round(Exact::finite(Sign::positive, 3, -far), f, Rounding::toward_positive).value == smallest_positive(f));
  CHECK(round(Exact::finite(Sign::negative, 3, -far), f, Rounding::toward_positive).value ==
        Exact::zero(Sign::negative));
}
