// round() against a table of all numbers, over all small formats and directions, flags included.
#include "precipice/rounding/round.hpp"

#include <doctest/doctest.h>

#include <cstdint>

#include "precipice/number/code_point.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::Oracle;

namespace {

constexpr int widest = 7;
/// Formats of up to 2^12 quanta below 2^(emax + 1) are walked in eighths of a quantum, the others gap by gap only.
constexpr std::int64_t most_quanta_log2 = 12;

void check(const Oracle& oracle, const Format& f, const Exact& magnitude, Mismatches& mismatches) {
  const Oracle::Place place = oracle.locate(testing::to_rational(magnitude));
  for (const Rounding direction : deterministic_roundings()) {
    for (const Sign sign : {Sign::positive, Sign::negative}) {
      const Exact x = sign == Sign::negative ? magnitude.negated() : magnitude;
      const Oracle::Answer wanted = oracle.choose(place, sign, direction);
      const Rounded got = round(x, f, direction);
      const bool right = got.flags == wanted.flags && encode(f, got.value) == wanted.code;
      mismatches.expect(right, [&] {
        return testing::case_line("round", f, direction, {x}, got, {decode(f, wanted.code), wanted.flags});
      });
    }
  }
}

}  // namespace

TEST_CASE("the oracle's table is strictly rising and ends at 2^(emax + 1)") {
  for (const Format& f : testing::formats_up_to(widest)) {
    const Oracle oracle(f);
    CAPTURE(to_text(f));
    for (std::size_t i = 1; i < oracle.values().size(); ++i) CHECK(oracle.values()[i - 1] < oracle.values()[i]);
    CHECK(oracle.values().back() == testing::power_of_two(f.emax + 1));
  }
}

TEST_CASE("every eighth of the smallest quantum, to beyond the range, rounds as the table says in every direction") {
  Mismatches mismatches;
  int formats = 0;
  for (const Format& f : testing::formats_up_to(widest)) {
    const std::int64_t quanta_log2 = f.emax + 1 - smallest_exponent(f);
    if (quanta_log2 > most_quanta_log2) continue;
    ++formats;
    const Oracle oracle(f);
    const std::int64_t range = std::int64_t{8} << quanta_log2;
    for (std::int64_t k = 1; k <= range + range / 4; ++k) {
      check(oracle, f, Exact::finite(Sign::positive, k, smallest_exponent(f) - 3), mismatches);
    }
  }
  CHECK(formats >= 7);
}

TEST_CASE("in every gap of every small format, eighths and what lies just beside them round as the table says") {
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(widest)) {
    const Oracle oracle(f);
    const std::uint64_t infinity = testing::infinity_code(f);
    // The gap above the largest number ends where the next one would be; three more binades lie beyond the range.
    for (std::uint64_t code = 0; code <= infinity + 3; ++code) {
      const bool beyond = code >= infinity;
      const Exact lower =
          beyond ? Exact::finite(Sign::positive, 1, f.emax + 1 + static_cast<std::int64_t>(code - infinity))
                 : decode(f, code);
      const std::int64_t quantum =
          beyond || lower.is_zero() ? smallest_exponent(f) : quantum_exponent(f, lower.top_exponent());
      const Integer units =
          lower.is_zero() ? Integer(0)
                          : Integer(lower.significand() << static_cast<std::size_t>(lower.exponent() - quantum + 3));
      for (int eighth = 0; eighth < 8; ++eighth) {
        for (const int beside : {-1, 0, 1}) {
          // In units of quantum / 8 / 2^40: the value, and one such unit to either side.
          const Integer fine = (Integer(units + eighth) << 40u) + beside;
          if (fine > 0) check(oracle, f, Exact::finite(Sign::positive, fine, quantum - 43), mismatches);
        }
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
