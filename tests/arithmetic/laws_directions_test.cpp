// Laws of the rounding directions, on the Reference engine's operations in formats of every family.
#include <doctest/doctest.h>

#include "precipice/arithmetic/operations.hpp"
#include "support/property.hpp"

using namespace precipice;
using testing::check_law;
using testing::holds_if;
using testing::Verdict;

namespace {

/// For each law, format and operation.
constexpr int cases_in_fast = 60, cases_in_oracle = 1'000;

using One = std::array<Exact, 1>;
using Two = std::array<Exact, 2>;
using Three = std::array<Exact, 3>;

const Format formats[] = {binary16,
                          binary64,
                          ieee_like(1, 5),
                          ieee_like(3, 4),
                          ieee_like(113, 30),
                          with_subnormals(bfloat16, Subnormals::flush_results),
                          saturating(binary16),
                          laid_out(4, 4, Specials::no_infinity),
                          laid_out(3, 5, Specials::fnuz),
                          p3109(8, 4),
                          laid_out(3, 3, Specials::none)};

struct Operation {
  const char* name;
  Rounded (*on)(const Three& x, const Format& f, const Mode& mode);
  bool is_odd;  ///< the operation of the opposite first (and third) operand has the opposite exact result
};

const Operation operations[] = {
    {"x + y", [](const Three& x, const Format& f, const Mode& m) { return reference::add(x[0], x[1], f, m); }, false},
    {"x * y", [](const Three& x, const Format& f, const Mode& m) { return reference::multiply(x[0], x[1], f, m); },
     true},
    {"x / y", [](const Three& x, const Format& f, const Mode& m) { return reference::divide(x[0], x[1], f, m); }, true},
    {"sqrt |x|",
     [](const Three& x, const Format& f, const Mode& m) { return reference::square_root(x[0].magnitude(), f, m); },
     false},
    {"rsqrt |x|",
     [](const Three& x, const Format& f, const Mode& m) { return reference::rsqrt(x[0].magnitude(), f, m); }, false},
    {"x * y + z",
     [](const Three& x, const Format& f, const Mode& m) {
       return reference::fused_multiply_add(x[0], x[1], x[2], f, m);
     },
     true},
    {"remainder", [](const Three& x, const Format& f, const Mode& m) { return reference::remainder(x[0], x[1], f, m); },
     true},
};

template <class Law>
void for_every_operation(int cases, const char* law, const Law& check) {
  for (const Format& f : formats) {
    for (const Operation& operation : operations) {
      check_law<3>(fmt::format("{}: {}", operation.name, law), f, cases,
                   [&](const Three& x) { return check(operation, f, x); });
    }
  }
}

constexpr Rounding mirrored(Rounding direction) {
  if (direction == Rounding::toward_positive) return Rounding::toward_negative;
  if (direction == Rounding::toward_negative) return Rounding::toward_positive;
  return direction;
}

/// Sides that the range does not cut off: nothing left it, and nothing is NaN.
bool is_inside(const Rounded& x) { return x.value.is_finite() && !x.flags.overflow && !x.flags.invalid; }

bool is_odd_code(const Format& f, const Exact& x) { return mpz_odd_p(encode(f, x).backend().data()) != 0; }

/// Down, up and the others as they must lie to each other.
Verdict are_directions_in_order(const Operation& operation, const Format& f, const Three& x) {
  const auto rounded = [&](Rounding direction) { return operation.on(x, f, direction); };
  const Rounded down = rounded(Rounding::toward_negative), up = rounded(Rounding::toward_positive);
  const Rounded zero = rounded(Rounding::toward_zero), away = rounded(Rounding::away_from_zero),
                odd = rounded(Rounding::to_odd);
  if (!is_inside(down) || !is_inside(up) || !is_inside(away)) return Verdict::does_not_apply;
  const auto is_either = [](const Exact& value, const Exact& a, const Exact& b) { return value == a || value == b; };
  const bool is_exact = compare(down.value, up.value) == 0;
  // A flushed result is inexact in every direction and may be the same zero in all.
  const bool gap = is_exact ? !down.flags.inexact || flushes_results(f)
                            : down.flags.inexact && up.flags.inexact &&
                                  (next_up(f, down.value) == up.value || flushes_results(f) || up.value.is_zero());
  bool order = compare(zero.value.magnitude(), away.value.magnitude()) <= 0 &&
               is_either(zero.value, down.value, up.value) && is_either(away.value, down.value, up.value) &&
               is_either(odd.value, down.value, up.value);
  for (const Rounding nearest : {Rounding::nearest_even, Rounding::nearest_away}) {
    order = order && is_either(rounded(nearest).value, down.value, up.value);
  }
  const bool odd_is_odd = is_exact || flushes_results(f) || is_odd_code(f, odd.value);
  return holds_if(gap && order && odd_is_odd);
}

void check_directions(int cases) {
  for_every_operation(cases, "directions enclose the exact result", are_directions_in_order);
  for_every_operation(cases, "round(-x) = -round(x) with the directions mirrored",
                      [](const Operation& operation, const Format& f, const Three& x) {
                        if (!operation.is_odd) return Verdict::holds;
                        const Three opposite{x[0].negated(), x[1], x[2].negated()};
                        bool same = true;
                        for (const Rounding direction : deterministic_roundings()) {
                          const Rounded got = operation.on(x, f, direction);
                          const Rounded mirror = operation.on(opposite, f, mirrored(direction));
                          // One zero is its own opposite; that of a cancellation is positive in most directions.
                          const bool any_zero = got.value.is_zero() && (!has_negative_zero(f) || !got.flags.inexact);
                          same = same && got.flags == mirror.flags &&
                                 (any_zero ? mirror.value.is_zero() : mirror.value == got.value.negated());
                        }
                        return holds_if(same);
                      });
  for_every_operation(
      cases, "a result is a number of the format and stays when rounded again",
      [](const Operation& operation, const Format& f, const Three& x) {
        bool stays = true;
        for (const Rounding direction : deterministic_roundings()) {
          const Exact value = operation.on(x, f, direction).value;
          if (value.is_nan()) continue;
          stays = stays && is_member(f, value) && testing::same(round(value, f, direction), {value, {}});
        }
        return holds_if(stays);
      });
  for_every_operation(cases, "a saturating format never gives an infinity or NaN, a flushing one no subnormal number",
                      [](const Operation& operation, const Format& f, const Three& x) {
                        bool right = true;
                        for (const Rounding direction : deterministic_roundings()) {
                          const Exact value = operation.on(x, f, direction).value;
                          right = right && !(saturates(f) && !value.is_finite());
                          const bool subnormal = value.kind() == Exact::Kind::finite && value.top_exponent() < f.emin;
                          right = right && !(flushes_results(f) && subnormal);
                        }
                        return holds_if(right);
                      });
}

/// Rounding keeps the order of any two numbers, wider than the format or not, in every direction.
void check_monotony(int cases) {
  for (const Format& f : formats) {
    check_law<3>("x <= y: round(x) <= round(y)", f, cases, [&](const Three& x) {
      // A number with a little something, and another; both of twice the precision.
      const Exact first = reference::add(x[0], x[2], ieee_like(2 * f.precision, 30), Rounding::to_odd).value;
      const bool in_order = compare(first, x[1]) <= 0;
      const Exact low = in_order ? first : x[1], high = in_order ? x[1] : first;
      bool monotone = true;
      for (const Rounding direction : deterministic_roundings()) {
        const Exact a = round(low, f, direction).value, b = round(high, f, direction).value;
        monotone = monotone && (a.is_nan() || b.is_nan() || compare(a, b) <= 0);
      }
      return holds_if(monotone);
    });
  }
}

/// Neighbours: nothing lies between, and what lies between in truth rounds to them.
void check_neighbours(int cases) {
  for (const Format& f : formats) {
    if (flushes_results(f)) continue;
    check_law<1>("next_up and next_down", f, cases, [&](const One& x) {
      const Exact up = next_up(f, x[0]);
      if (!up.is_finite() || up == x[0]) return Verdict::does_not_apply;
      const auto half = [](const Exact& y) { return Exact::finite(y.sign(), y.significand(), y.exponent() - 1); };
      const Exact middle = reference::add(half(x[0]), half(up), ieee_like(f.precision + 2, 30), Mode()).value;
      const bool between = round(middle, f, Rounding::toward_negative).value == x[0] &&
                           compare(round(middle, f, Rounding::toward_positive).value, up) == 0;
      return holds_if(compare(x[0], up) < 0 && next_down(f, up) == x[0] && between);
    });
  }
}

/// |r| <= |y| / 2, and x - r is a multiple of y (even if r is half of y): r is exact and x - r modulo y is nothing.
void check_remainders(int cases) {
  for (const Format& f : {binary16, binary64, ieee_like(2, 8), ieee_like(113, 15), ieee_like(24, 30)}) {
    check_law<2>("|remainder(x, y)| <= |y| / 2, exactly", f, cases, [&](const Two& x) {
      const Rounded r = reference::remainder(x[0], x[1], f, Mode());
      const Exact twice = Exact::finite(r.value.sign(), r.value.significand(), r.value.exponent() + 1);
      const int against_half = compare(twice.magnitude(), x[1].magnitude()) > 0 ? 1 : 0;
      const bool same_sign = !r.value.is_zero() || r.value.sign() == x[0].sign();
      return holds_if(r.flags == Flags{} && against_half == 0 && same_sign);
    });
    check_law<3>("remainder(n * y + r, y) = r for |r| < |y| / 2", f, cases, [&](const Three& x) {
      const Exact n = Exact::finite(x[0].sign(), x[0].significand(), 0), &y = x[1];
      const Exact r =
          Exact::finite(x[2].sign(), x[2].significand(), y.top_exponent() - 2 - bit_length(x[2].significand()));
      const Format wide = ieee_like(8 * f.precision, 30);
      const Rounded sum = reference::fused_multiply_add(n, y, r, wide, Mode());
      if (sum.flags.inexact) return Verdict::does_not_apply;
      return holds_if(reference::remainder(sum.value, y, wide, Mode()).value == r);
    });
  }
}

void check_all(int cases) {
  check_directions(cases);
  check_monotony(cases);
  check_neighbours(cases);
  check_remainders(cases);
}

}  // namespace

TEST_CASE("directions enclose, mirror and keep the order; neighbours and remainders are where they should be") {
  check_all(cases_in_fast);
}

TEST_SUITE("oracle") {
  TEST_CASE("directions, neighbours and remainders obey their laws on many operands") { check_all(cases_in_oracle); }
}

TEST_CASE("n and a half times y leave half of y, above or below the even quotient") {
  const Mode mode;
  for (int n = 0; n < 8; ++n) {
    const Exact y = Exact::from(6), x = Exact::from(6 * n + 3);
    CHECK(reference::remainder(x, y, binary16, mode).value == Exact::from(n % 2 == 0 ? 3 : -3));
    CHECK(reference::remainder(Exact::from(6 * n), y, binary16, mode).value == Exact());
  }
}
