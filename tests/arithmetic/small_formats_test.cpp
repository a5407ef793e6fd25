// The Reference engine's operations on all pairs of small formats against exact fractions and a table of all numbers,
// with flags, in every direction.
#include <doctest/doctest.h>

#include <cmath>
#include <string_view>
#include <vector>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"
#include "support/mismatches.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::Oracle;
using testing::Rational;

namespace {

using Operation = Rounded (*)(const Exact&, const Exact&, const Format&, const Mode&);

/// An operation, its meaning for fractions, and the machine's, which serves where no rounding is needed.
struct Meaning {
  std::string_view name;
  Operation operation;
  Rational (*exact)(const Rational&, const Rational&);
  double (*machine)(double, double);
};

constexpr Meaning meanings[] = {
    {"add", reference::add, [](const Rational& x, const Rational& y) { return Rational(x + y); },
     [](double x, double y) { return x + y; }},
    {"subtract", reference::subtract, [](const Rational& x, const Rational& y) { return Rational(x - y); },
     [](double x, double y) { return x - y; }},
    {"multiply", reference::multiply, [](const Rational& x, const Rational& y) { return Rational(x * y); },
     [](double x, double y) { return x * y; }},
    {"divide", reference::divide, [](const Rational& x, const Rational& y) { return Rational(x / y); },
     [](double x, double y) { return x / y; }},
};

/// Infinities, NaN and zeros: binary64 knows them as well as any format, but for the direction that a cancellation
/// depends on.
Rounded special(const Meaning& meaning, const Exact& x, const Exact& y, Rounding direction) {
  const Exact result = Exact::from(meaning.machine(to_double(x), to_double(y)));
  Flags flags;
  flags.invalid = (result.is_nan() && !x.is_nan() && !y.is_nan()) || x.is_signalling() || y.is_signalling();
  const bool divides = meaning.operation == reference::divide;
  flags.divide_by_zero = divides && y.is_zero() && x.kind() == Exact::Kind::finite;
  const bool adds = meaning.operation == reference::add || meaning.operation == reference::subtract;
  const Exact second = meaning.operation == reference::subtract ? y.negated() : y;
  const bool cancels = adds && result == Exact() && !(x == Exact() && second == Exact());
  return {cancels && direction == Rounding::toward_negative ? Exact::zero(Sign::negative) : result, flags};
}

std::vector<Exact> all_data(const Format& f) {
  std::vector<Exact> result;
  for (int code = 0; code < 1 << width(f); ++code) result.push_back(decode(f, code));
  return result;
}

/// All pairs of data of `operands`, rounded into `f`.
void check_all_pairs(const Format& operands, const Format& f) {
  Mismatches mismatches;
  const Oracle oracle(f);
  const std::vector<Exact> data = all_data(operands);
  for (const Meaning& meaning : meanings) {
    for (const Exact& x : data) {
      for (const Exact& y : data) {
        const bool ordinary =
            x.is_finite() && y.is_finite() && !(y.is_zero() && meaning.operation == reference::divide);
        const Rational exact = ordinary ? meaning.exact(testing::to_rational(x), testing::to_rational(y)) : Rational(0);
        const Oracle::Place place = oracle.locate(Rational(abs(exact)));
        for (const Rounding direction : deterministic_roundings()) {
          const Rounded got = meaning.operation(x, y, f, direction);
          Rounded wanted{Exact(), {}};
          if (exact != 0) {
            const Oracle::Answer answer = oracle.choose(place, exact < 0 ? Sign::negative : Sign::positive, direction);
            wanted = {decode(f, answer.code), answer.flags};
          } else {
            wanted = special(meaning, x, y, direction);
          }
          mismatches.expect(testing::same(got, wanted), [&] {
            return testing::case_line(meaning.name, f, direction, {x, y}, got, wanted);
          });
        }
      }
    }
  }
}

constexpr Format e3m2 = ieee_like(3, 3), e2m3 = ieee_like(4, 2), e4m1 = ieee_like(2, 4), e4m0 = ieee_like(1, 4);

}  // namespace

TEST_CASE("all pairs of e3m2 are added, subtracted, multiplied and divided as fractions are") {
  check_all_pairs(e3m2, e3m2);
}

TEST_CASE("all pairs of e2m3 are added, subtracted, multiplied and divided as fractions are") {
  check_all_pairs(e2m3, e2m3);
}

TEST_CASE("all pairs of e4m1 are added, subtracted, multiplied and divided as fractions are") {
  check_all_pairs(e4m1, e4m1);
}

TEST_CASE("all pairs of e4m0, of precision 1, are added, subtracted, multiplied and divided as fractions are") {
  check_all_pairs(e4m0, e4m0);
}

TEST_CASE("operands of a wider and of another format are taken as they are") {
  check_all_pairs(e4m1, e2m3);
  check_all_pairs(e2m3, e4m1);
  check_all_pairs(e3m2, e4m0);
}

TEST_CASE("square roots of all data of e5m4 are the table's, in formats narrower and wider") {
  Mismatches mismatches;
  const Format operands = ieee_like(5, 5);
  for (const Format& f : {e3m2, e2m3, e4m1, e4m0, operands, ieee_like(4, 5)}) {
    const Oracle oracle(f);
    for (const Exact& x : all_data(operands)) {
      if (x.kind() != Exact::Kind::finite || x.is_negative()) continue;
      const Rational square = testing::to_rational(x);
      const Oracle::Place place = oracle.locate([&](const Rational& r) { return square.compare(Rational(r * r)); });
      for (const Rounding direction : deterministic_roundings()) {
        const Rounded got = reference::square_root(x, f, direction);
        const Oracle::Answer answer = oracle.choose(place, Sign::positive, direction);
        const Rounded wanted{decode(f, answer.code), answer.flags};
        mismatches.expect(testing::same(got, wanted),
                          [&] { return testing::case_line("square_root", f, direction, {x}, got, wanted); });
      }
    }
  }
}

TEST_CASE("square roots of zeros, infinities, NaN and negative numbers are those of clause 5.4.1") {
  for (const Rounding direction : deterministic_roundings()) {
    const auto root = [&](const Exact& x) { return reference::square_root(x, binary16, direction); };
    CHECK(testing::same(root(Exact::zero(Sign::positive)), {Exact::zero(Sign::positive), {}}));
    CHECK(testing::same(root(Exact::zero(Sign::negative)), {Exact::zero(Sign::negative), {}}));
    CHECK(testing::same(root(Exact::infinity(Sign::positive)), {Exact::infinity(Sign::positive), {}}));
    CHECK(testing::same(root(Exact::infinity(Sign::negative)), {Exact::nan(), Flags{.invalid = true}}));
    CHECK(testing::same(root(Exact::from(-0x1p-1074)), {Exact::nan(), Flags{.invalid = true}}));
    CHECK(testing::same(root(Exact::nan()), {Exact::nan(), {}}));
  }
}
