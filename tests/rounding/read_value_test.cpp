#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/rounding/text.hpp"
#include "support/decimal.hpp"
#include "support/direction.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::Sample;

namespace {

constexpr int random_texts = 20'000, halfway_texts = 4'000;
constexpr std::uint64_t seed = 20260104;

/// The GNU C library reads decimals of any length correctly rounded, in the direction that the machine is set to.
double strtod_in(const testing::MachineDirection& direction, const std::string& text) {
  const testing::DirectionGuard guard(direction.machine);
  volatile double result = std::strtod(text.c_str(), nullptr);
  return result;
}

double strtof_in(const testing::MachineDirection& direction, const std::string& text) {
  const testing::DirectionGuard guard(direction.machine);
  volatile float result = std::strtof(text.c_str(), nullptr);
  return static_cast<double>(result);
}

void check(const std::string& text, Mismatches& mismatches) {
  for (const testing::MachineDirection& direction : testing::machine_directions) {
    for (const Format& f : {binary64, binary32}) {
      const Exact wanted = Exact::from(f == binary64 ? strtod_in(direction, text) : strtof_in(direction, text));
      const Exact got = read_value(text, f, direction.ours);
      mismatches.expect(got == wanted, [&] {
        return fmt::format("read_value {} {}: {} -> {}, expected {}", to_text(f), to_text(direction.ours), text,
                           to_hexadecimal(got), to_hexadecimal(wanted));
      });
    }
  }
}

std::string random_digits(Sample& sample, std::size_t count) {
  std::string result;
  while (result.size() < count) result += static_cast<char>('0' + sample.below(10));
  return result;
}

/// The number in the middle between a finite double (or float) and the next of larger magnitude.
Exact middle_above(const Exact& x, const Format& f) {
  const std::int64_t quantum = quantum_exponent(f, x.top_exponent());
  return Exact::finite(x.sign(), Integer((x.significand() << static_cast<std::size_t>(x.exponent() - quantum + 1)) + 1),
                       quantum - 1);
}

}  // namespace

TEST_CASE("decimals of all lengths and exponents are read as the C library reads them, in four directions") {
  Sample sample(seed);
  Mismatches mismatches;
  for (int i = 0; i < random_texts; ++i) {
    std::string text = sample.coin() ? "-" : sample.below(8) == 0 ? "+" : "";
    text += random_digits(sample, sample.below(4) == 0 ? 1 : 1 + sample.below(25));
    if (sample.coin()) text += "." + random_digits(sample, sample.below(30));
    if (sample.below(4) != 0) {
      const std::int64_t reach = sample.coin() ? 50 : 350;
      text += fmt::format("{}{}", sample.coin() ? "e" : "E", sample.between(-reach, reach));
    }
    check(text, mismatches);
  }
}

TEST_CASE("decimals exactly halfway between two numbers, and one digit to either side, are read correctly") {
  Sample sample(seed + 1);
  Mismatches mismatches;
  for (int i = 0; i < halfway_texts; ++i) {
    const Format f = i % 2 == 0 ? binary64 : binary32;
    // A third of them subnormal.
    const Integer code = f == binary64 ? Integer(sample.bits() >> (i % 3 == 0 ? 12 : 1))
                                       : Integer(sample.bits() >> (i % 3 == 0 ? 41 : 33));
    const Exact x = decode(f, code);
    if (x.kind() != Exact::Kind::finite) continue;
    std::string text = testing::all_digits(middle_above(x, f));
    check(text, mismatches);
    const std::size_t mark = std::min(text.find('e'), text.size());
    // A one far behind, and one unit less in the last digit (it is 5, or at least no 0, behind a point).
    if (mark < text.size()) {
      const std::int64_t exponent = std::stoll(text.substr(mark + 1));
      const std::string digits = text.substr(0, mark);
      check(digits + std::string(30, '0') + "1e" + std::to_string(exponent - 31), mismatches);
      std::string less = digits;
      --less.back();
      check(less + std::string(30, '9') + "e" + std::to_string(exponent - 30), mismatches);
    }
  }
}

TEST_CASE(
    "hexadecimal floats are read to nearest as the C library reads them, and downward and upward to the neighbours") {
  Sample sample(seed + 2);
  Mismatches mismatches;
  for (int i = 0; i < random_texts; ++i) {
    std::string digits;
    for (std::uint64_t count = 1 + sample.below(36); count > 0; --count)
      digits += sample.one_of(std::string("0123456789abcdefABCDEF"));
    // Ties and long zeros are rare by chance.
    if (sample.below(4) == 0) digits = "1" + std::string(sample.below(14), '0') + (sample.coin() ? "8" : "1");
    const std::size_t point = sample.below(digits.size() + 1);
    const std::int64_t exponent = sample.between(-1200, 1100);
    const std::string text =
        fmt::format("{}{}.{}p{}", sample.coin() ? "0x" : "0X", digits.substr(0, point), digits.substr(point), exponent);
    const Exact exact = Exact::finite(Sign::positive, Integer("0x" + digits),
                                      exponent - 4 * static_cast<std::int64_t>(digits.size() - point));
    const auto line = [&] { return "read_value " + text; };
    for (const Format& f : {binary64, binary32}) {
      const double wanted =
          f == binary64 ? std::strtod(text.c_str(), nullptr) : static_cast<double>(std::strtof(text.c_str(), nullptr));
      mismatches.expect(read_value(text, f) == Exact::from(wanted), line);
      mismatches.expect(read_value("-" + text, f) == Exact::from(-wanted), line);
      // By definition, not by glibc 2.36: strtof("0x1.000001p-127") there is 0x1p-127 even upward.
      const Exact down = read_value(text, f, Rounding::toward_negative),
                  up = read_value(text, f, Rounding::toward_positive);
      const bool enclosed = compare(down, exact) <= 0 && compare(exact, up) <= 0;
      mismatches.expect(enclosed && (down == up || next_up(f, down) == up) && (compare(down, exact) != 0 || down == up),
                        line);
    }
  }
}

TEST_CASE("in small formats decimals are rounded as the table says, in every direction") {
  constexpr int texts = 4'000;
  Sample sample(seed + 3);
  Mismatches mismatches;
  for (const Format& f : {ieee_like(3, 3), ieee_like(4, 2), ieee_like(2, 4), ieee_like(1, 3)}) {
    const testing::Oracle oracle(f);
    for (int i = 0; i < texts; ++i) {
      const std::string digits = random_digits(sample, 1 + sample.below(3)),
                        behind = random_digits(sample, sample.below(6));
      const std::string text =
          fmt::format("{}{}.{}e{}", sample.coin() ? "-" : "", digits, behind, sample.between(-4, 2));
      const testing::Rational exact = testing::to_rational(testing::parse_decimal(text));
      if (exact == 0) continue;
      for (const Rounding direction : deterministic_roundings()) {
        const Exact got = read_value(text, f, direction);
        const Exact wanted = decode(f, oracle.round(exact, direction).code);
        mismatches.expect(got == wanted, [&] {
          return fmt::format("read_value {} {}: {} -> {}, expected {}", to_text(f), to_text(direction), text,
                             to_hexadecimal(got), to_hexadecimal(wanted));
        });
      }
    }
  }
}

TEST_CASE("a hundred thousand digits are read") {
  const std::string zeros(100'000, '0');
  CHECK(read_value("0." + zeros + "1e100001", binary64) == Exact::from(1));
  CHECK(read_value("1" + zeros + "e-100000", binary64) == Exact::from(1));
  CHECK(read_value("1.00000000000000011102230246251565404236316680908203125" + zeros + "1", binary64) ==
        Exact::from(0x1.0000000000001p0));
  CHECK(read_value("1.00000000000000011102230246251565404236316680908203125" + zeros, binary64) == Exact::from(1));
  CHECK(read_value("0x" + zeros + "1p0", binary64) == Exact::from(1));
  CHECK(read_value("0x0." + zeros + "1p400004", binary64) == Exact::from(1));
}

TEST_CASE("exponents of any size mean the ends of the range") {
  for (const Format& f : {binary16, binary64, ieee_like(24, 30), ieee_like(1, 2)}) {
    CAPTURE(to_text(f));
    for (const std::string text : {"1e999999999999", "1e99999999999999999999999999", "0x1p999999999999",
                                   "0x1p99999999999999999999999", "123456e+9223372036854775807"}) {
      CAPTURE(text);
      CHECK(read_value(text, f) == Exact::infinity(Sign::positive));
      CHECK(read_value("-" + text, f) == Exact::infinity(Sign::negative));
      CHECK(read_value(text, f, Rounding::toward_zero) == largest_finite(f));
      CHECK(read_value(text, f, Rounding::to_odd) == largest_finite(f));
    }
    for (const std::string text : {"1e-999999999999", "1e-99999999999999999999999999", "0x1p-999999999999",
                                   "0x1p-99999999999999999999999", "123456e-9223372036854775808"}) {
      CAPTURE(text);
      CHECK(read_value(text, f) == Exact::zero(Sign::positive));
      CHECK(read_value("-" + text, f) == Exact::zero(Sign::negative));
      CHECK(read_value(text, f, Rounding::toward_positive) == smallest_positive(f));
      CHECK(read_value("-" + text, f, Rounding::toward_positive) == Exact::zero(Sign::negative));
    }
    for (const std::string text : {"0e999999999999999999999", "0x0p999999999999", "0.000e-99999999999999999999"}) {
      CAPTURE(text);
      CHECK(read_value(text, f) == Exact::zero(Sign::positive));
      CHECK(read_value("-" + text, f) == Exact::zero(Sign::negative));
    }
  }
}

TEST_CASE("decimals near the ends of the range are not taken for far ones") {
  for (const Format& f : testing::formats_up_to(7)) {
    const testing::Oracle oracle(f);
    CAPTURE(to_text(f));
    for (int exponent = -24; exponent <= 24; ++exponent) {
      for (const std::string digits : {"1", "2.5", "9.999", "0.00001", "123456789"}) {
        const std::string text = digits + "e" + std::to_string(exponent);
        const testing::Rational exact = testing::to_rational(testing::parse_decimal(text));
        for (const Rounding direction : deterministic_roundings()) {
          CHECK(encode(f, read_value(text, f, direction)) == oracle.round(exact, direction).code);
        }
      }
    }
  }
}

TEST_CASE("infinities, NaN and signed zeros are read in any case") {
  for (const std::string text : {"inf", "Inf", "INF", "infinity", "Infinity", "+inf"}) {
    CHECK(read_value(text, binary16) == Exact::infinity(Sign::positive));
  }
  CHECK(read_value("-inf", binary16) == Exact::infinity(Sign::negative));
  for (const std::string text : {"nan", "NaN", "-nan", "+NAN"}) CHECK(read_value(text, binary16).is_nan());
  CHECK(read_value("-0", binary16) == Exact::zero(Sign::negative));
  CHECK(read_value("-0.0e5", binary16) == Exact::zero(Sign::negative));
  CHECK(read_value("+0", binary16) == Exact::zero(Sign::positive));
  CHECK(read_value(".5", binary16) == Exact::from(0.5));
  CHECK(read_value("5.", binary16) == Exact::from(5));
  CHECK(read_value("0x.8", binary16) == Exact::from(0.5));
  CHECK(read_value("007", binary16) == Exact::from(7));
}

TEST_CASE("text that is no number is refused, quoting it") {
  for (const std::string text :
       {"",      " ",         "1 ",     " 1",    "+",     "-",       ".",     "e5",    "-.e1",  "1e",
        "1e+",   "1e-",       "1e+-5",  "1e-+5", "1e++5", "1e--5",   "1e5.0", "1e5e5", "1.2.3", "1..2",
        "--1",   "+-1",       "-+1",    "1,5",   "1_000", "0x",      "0x.",   "0xp1",  "0x1p",  "0x1p+",
        "0x1pf", "0x1.8p1.5", "0xg",    "0x-1",  "-0x+1", "0x1e+5x", "1p5",   "1f",    "1.5d",  "infinit",
        "in",    "nano",      "nan(1)", "+-inf", "1e0x5", "one",     "0b11",  "1\n"}) {
    CAPTURE(text);
    std::string message;
    try {
      static_cast<void>(read_value(text, binary64));
    } catch (const ConfigError& error) {
      message = error.what();
    }
    CHECK(message.find("'" + text + "' is not a number") != std::string::npos);
  }
}

TEST_CASE("under must_be_exact a value that the format lacks is refused, and the nearest one named") {
  CHECK(read_value("0.5", binary16, Rounding::nearest_even, Reading::must_be_exact) == Exact::from(0.5));
  CHECK(read_value("65504", binary16, Rounding::nearest_even, Reading::must_be_exact) == largest_finite(binary16));
  CHECK(read_value("0x1p-24", binary16, Rounding::nearest_even, Reading::must_be_exact) == smallest_positive(binary16));
  CHECK(read_value("inf", binary16, Rounding::nearest_even, Reading::must_be_exact).is_infinity());
  for (const std::string text : {"0.1", "65505", "65520", "1e9", "0x1p-25", "1e-999999999999", "2049"}) {
    CAPTURE(text);
    std::string message;
    try {
      static_cast<void>(read_value(text, binary16, Rounding::nearest_even, Reading::must_be_exact));
    } catch (const ConfigError& error) {
      message = error.what();
    }
    CHECK(message.find("'" + text + "' is not a value of e5m10") != std::string::npos);
    CHECK(message.find(to_hexadecimal(read_value(text, binary16))) != std::string::npos);
  }
}
