// exp and log of the Reference engine against MPFR called at once with the precision and direction of the result.
#include <doctest/doctest.h>
#include <mpfr.h>

#include <cmath>

#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/mpfr.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::MpfrNumber;
using testing::Sample;

namespace {

constexpr int operands_per_precision = 3'000;
constexpr std::uint64_t seed = 20260107;

using MpfrFunction = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
using Operation = Rounded (*)(const Exact&, const Format&, const Mode&);

/// The result of `precision` bits with an unbounded exponent. Only exp(0) and log(1) are exact, and no result is a tie.
Exact directly(MpfrFunction function, const Exact& x, int precision, Rounding direction) {
  MpfrNumber argument(x);
  return testing::mpfr_result(
      [&](mpfr_ptr result, mpfr_rnd_t rounding) { return function(result, argument.get(), rounding); }, precision,
      direction);
}

void check(const char* name, MpfrFunction function, Operation operation, const Exact& x, const Format& f,
           Mismatches& mismatches) {
  for (const Rounding direction : deterministic_roundings()) {
    const Rounded got = operation(x, f, direction);
    const bool exact = function == mpfr_log && x == Exact::from(1);
    const Rounded wanted{directly(function, x, f.precision, direction), Flags{.inexact = !exact}};
    mismatches.expect(testing::same(got, wanted),
                      [&] { return testing::case_line(name, f, direction, {x}, got, wanted); });
  }
}

}  // namespace

TEST_CASE("exp and log are MPFR's at the result's own precision, in every direction") {
  Sample sample(seed);
  Mismatches mismatches;
  for (const int precision : {2, 8, 11, 24, 53, 113}) {
    const Format f = ieee_like(precision, 15);
    for (int i = 0; i < operands_per_precision; ++i) {
      // Operands of the format and wider ones.
      const int bits = i % 3 == 0 ? 60 : precision;
      const Exact x = testing::random_number(sample, bits, sample.between(-precision - 12, 12));
      check("exp", mpfr_exp, reference::exp, x, f, mismatches);
      const Exact y =
          testing::random_number(sample, bits, i % 2 == 0 ? sample.between(-16000, 16000) : sample.between(-3, 3))
              .magnitude();
      check("log", mpfr_log, reference::log, y, f, mismatches);
      // Close to one, where log is close to zero.
      const Exact z = reference::add(Exact::from(1), testing::random_number(sample, 5, -sample.between(1, 50)),
                                     ieee_like(64, 15), Rounding::toward_zero)
                          .value;
      check("log", mpfr_log, reference::log, z, f, mismatches);
    }
  }
}

TEST_CASE("exp and log of all numbers of small formats are the table's with flags, in every direction") {
  constexpr mpfr_prec_t plenty = 200;
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(8)) {
    const testing::Oracle oracle(f);
    for (int code = 0; code < 1 << width(f); ++code) {
      const Exact x = decode(f, code);
      if (x.kind() != Exact::Kind::finite) continue;
      for (const bool is_exp : {true, false}) {
        if (!is_exp && (x.is_negative() || x == Exact::from(1))) continue;
        MpfrNumber argument(x), result(plenty);
        // Beyond exp(+-200) lies every format of eight bits; the truncated head and any tail stand for the irrational
        // result.
        const bool far = is_exp && compare(x.magnitude(), Exact::from(200)) > 0;
        if (!far) (is_exp ? mpfr_exp : mpfr_log)(result.get(), argument.get(), MPFR_RNDZ);
        const Exact head = far ? Exact::finite(Sign::positive, 1, x.is_negative() ? -250 : 250) : result.exact();
        const testing::Rational magnitude = testing::to_rational(head.magnitude());
        const auto place = oracle.locate([&](const testing::Rational& r) { return magnitude >= r ? 1 : -1; });
        for (const Rounding direction : deterministic_roundings()) {
          const Rounded got = is_exp ? reference::exp(x, f, direction) : reference::log(x, f, direction);
          const testing::Oracle::Answer answer = oracle.choose(place, head.sign(), direction);
          const Rounded wanted{decode(f, answer.code), answer.flags};
          mismatches.expect(testing::same(got, wanted),
                            [&] { return testing::case_line(is_exp ? "exp" : "log", f, direction, {x}, got, wanted); });
        }
      }
    }
  }
}

TEST_CASE("exp at both ends of the widest range is MPFR's") {
  const Format f = ieee_like(24, 30);  // 2^(emax + 1) = exp(372130558.97...)
  Mismatches mismatches;
  for (const double x : {372130558.96875, 372130558.0, 1.0e8, -372130557.0, -3.0e8}) {
    for (const Rounding direction : deterministic_roundings()) {
      const Rounded got = reference::exp(Exact::from(x), f, direction);
      const Rounded wanted{directly(mpfr_exp, Exact::from(x), f.precision, direction), Flags{.inexact = true}};
      mismatches.expect(testing::same(got, wanted),
                        [&] { return testing::case_line("exp", f, direction, {Exact::from(x)}, got, wanted); });
    }
  }
  constexpr Flags overflow{.inexact = true, .overflow = true}, underflow{.inexact = true, .underflow = true};
  const auto nearest_exp = [&](double x) { return reference::exp(Exact::from(x), f, Rounding::nearest_even); };
  CHECK(testing::same(nearest_exp(372130559.0), {Exact::infinity(Sign::positive), overflow}));
  CHECK(testing::same(nearest_exp(-372130577.0), {Exact(), underflow}));
  // Subnormal: a multiple of the smallest number, from MPFR's result of many bits.
  const Exact x = Exact::from(-372130567.0);
  const Rounded wanted = round(directly(mpfr_exp, x, 200, Rounding::to_odd), f, Rounding::nearest_even);
  CHECK(testing::same(reference::exp(x, f, Rounding::nearest_even), wanted));
  CHECK(wanted.flags == underflow);
  CHECK_FALSE(wanted.value.is_zero());
}

TEST_CASE("exp and log of special data are those of clause 9.2") {
  const Exact one = Exact::from(1), infinity = Exact::infinity(Sign::positive);
  for (const Rounding direction : deterministic_roundings()) {
    const auto exp = [&](const Exact& x) { return reference::exp(x, binary16, direction); };
    const auto log = [&](const Exact& x) { return reference::log(x, binary16, direction); };
    CHECK(testing::same(exp(Exact::zero(Sign::positive)), {one, {}}));
    CHECK(testing::same(exp(Exact::zero(Sign::negative)), {one, {}}));
    CHECK(testing::same(exp(infinity), {infinity, {}}));
    CHECK(testing::same(exp(infinity.negated()), {Exact::zero(Sign::positive), {}}));
    CHECK(testing::same(exp(Exact::nan()), {Exact::nan(), {}}));
    CHECK(testing::same(log(Exact::zero(Sign::positive)), {infinity.negated(), Flags{.divide_by_zero = true}}));
    CHECK(testing::same(log(Exact::zero(Sign::negative)), {infinity.negated(), Flags{.divide_by_zero = true}}));
    CHECK(testing::same(log(one), {Exact::zero(Sign::positive), {}}));
    CHECK(testing::same(log(infinity), {infinity, {}}));
    CHECK(testing::same(log(infinity.negated()), {Exact::nan(), Flags{.invalid = true}}));
    CHECK(testing::same(log(one.negated()), {Exact::nan(), Flags{.invalid = true}}));
    CHECK(testing::same(log(Exact::nan()), {Exact::nan(), {}}));
  }
}
