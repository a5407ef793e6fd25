// What the rounding of a sum, a product, a quotient or a root takes away is itself a number of the format, to
// nearest-even and as long as nothing leaves the range: the laws that error-free transformations rest on.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/law_engines.hpp"
#include "support/property.hpp"

using namespace precipice;
using testing::check_law;
using testing::holds_if;
using testing::Verdict;

namespace {

/// For each law, format and engine.
constexpr int cases_in_fast = 100, cases_in_oracle = 5'000;

using One = std::array<Exact, 1>;
using Two = std::array<Exact, 2>;

const Format formats[] = {binary16,        bfloat16,        binary64,           binary128,         ieee_like(2, 4),
                          ieee_like(3, 3), ieee_like(4, 6), ieee_like(237, 19), ieee_like(11, 30), ieee_like(2, 8)};

/// x and y are so small that no sum of the transformation overflows.
bool stays_in_range(const Format& f, const Two& x) {
  return std::max(x[0].top_exponent(), x[1].top_exponent()) < f.emax - 1;
}

bool is_exact(const Rounded& result) { return result.flags == Flags{}; }

/// sum + error = x + y exactly, whatever the exponents.
bool add_up(const Exact& sum, const Exact& error, const Two& x) {
  const std::vector<Exact> zero{sum, error, x[0].negated(), x[1].negated()};
  return reference::sum(zero, binary64, Rounding::nearest_even).value.is_zero();
}

template <class A>
Verdict two_sum_is_exact(const A& a, const Two& x) {
  if (!stays_in_range(a.format(), x)) return Verdict::does_not_apply;
  const Exact sum = a.add(x[0], x[1]);
  const Exact second_seen = a.sub(sum, x[0]), first_seen = a.sub(sum, second_seen);
  const Exact error = a.add(a.sub(x[0], first_seen), a.sub(x[1], second_seen));
  return holds_if(add_up(sum, error, x));
}

template <class A>
Verdict fast_two_sum_is_exact(const A& a, const Two& x) {
  if (!stays_in_range(a.format(), x)) return Verdict::does_not_apply;
  const bool in_order = compare(x[0].magnitude(), x[1].magnitude()) >= 0;
  const Exact larger = in_order ? x[0] : x[1], smaller = in_order ? x[1] : x[0];
  const Exact sum = a.add(larger, smaller), error = a.sub(smaller, a.sub(sum, larger));
  return holds_if(add_up(sum, error, x));
}

/// y / 2 <= x <= 2 y: the difference is exact (Sterbenz 1974).
template <class A>
Verdict close_difference_is_exact(const A& a, const Two& x) {
  // The sign of y, of no use here, moves it to the binade of x or to the next below.
  const Exact y = testing::moved_near(a.format(), x[0], x[1], x[1].is_negative() ? -1 : 0).magnitude();
  const bool in_order = compare(x[0].magnitude(), y) >= 0;
  const Exact larger = in_order ? x[0].magnitude() : y, smaller = in_order ? y : x[0].magnitude();
  const Exact twice = Exact::finite(Sign::positive, smaller.significand(), smaller.exponent() + 1);
  if (compare(larger, twice) > 0) return Verdict::does_not_apply;
  return holds_if(add_up(a.sub(larger, smaller), Exact(), {larger, smaller.negated()}));
}

void check_sums(int cases) {
  testing::for_every_engine([&](const auto& a, const std::string& engine) {
    const Format f = a.format();
    check_law<2>(engine + " two_sum is exact", f, cases, [&](const Two& x) { return two_sum_is_exact(a, x); });
    check_law<2>(engine + " fast_two_sum is exact", f, cases,
                 [&](const Two& x) { return fast_two_sum_is_exact(a, x); });
    check_law<2>(engine + " x - y is exact for y <= x <= 2 y", f, cases,
                 [&](const Two& x) { return close_difference_is_exact(a, x); });
    check_law<2>(engine + " x - y = 0 only for x = y", f, cases,
                 [&](const Two& x) { return holds_if(a.sub(x[0], x[1]).is_zero() == (x[0] == x[1])); });
  });
}

/// The exact result minus the rounded one, computed by one fused operation, has no error of its own.
void check_fused_errors(int cases) {
  const Mode nearest;
  for (const Format& f : formats) {
    const std::int64_t bottom = smallest_exponent(f);
    check_law<2>("fma(x, y, -(x * y)) is the error of x * y", f, cases, [&](const Two& x) {
      const Exact product = reference::multiply(x[0], x[1], f, nearest).value;
      if (!product.is_finite() || x[0].exponent() + x[1].exponent() < bottom) return Verdict::does_not_apply;
      return holds_if(is_exact(reference::fused_multiply_add(x[0], x[1], product.negated(), f, nearest)));
    });
    check_law<2>("fma(-q, y, x) is the rest of q = x / y", f, cases, [&](const Two& x) {
      const Exact q = reference::divide(x[0], x[1], f, nearest).value;
      const bool is_normal = q.kind() == Exact::Kind::finite && q.top_exponent() >= f.emin;
      const std::int64_t last_place = q.top_exponent() - f.precision + 1 + x[1].exponent();
      if (!is_normal || last_place < bottom) return Verdict::does_not_apply;
      return holds_if(is_exact(reference::fused_multiply_add(q.negated(), x[1], x[0], f, nearest)));
    });
    check_law<1>("fma(-r, r, x) is the rest of r = sqrt(x)", f, cases, [&](const One& x) {
      const Exact square = x[0].magnitude(), r = reference::square_root(square, f, nearest).value;
      if (2 * (r.top_exponent() - f.precision + 1) < bottom) return Verdict::does_not_apply;
      return holds_if(is_exact(reference::fused_multiply_add(r.negated(), r, square, f, nearest)));
    });
  }
}

}  // namespace

TEST_CASE("the error of a sum is a number, found by two_sum, in every engine and precision") {
  check_sums(cases_in_fast);
}

TEST_CASE("the errors of products, quotients and roots are numbers, found by fma") {
  check_fused_errors(cases_in_fast);
}

TEST_SUITE("oracle") {
  TEST_CASE("sums of every engine have exact errors on many operands") { check_sums(cases_in_oracle); }

  TEST_CASE("products, quotients and roots have exact errors on many operands") { check_fused_errors(cases_in_oracle); }
}

TEST_CASE("all pairs of numbers of formats of up to seven bits have exact errors of sums") {
  for (int precision = 1; precision <= 5; ++precision) {
    for (int exponent_bits = 2; precision + exponent_bits <= 7; ++exponent_bits) {
      const Reference engine(ieee_like(precision, exponent_bits));
      const testing::Exactly a(engine);
      CAPTURE(to_text(a.format()));
      std::vector<Exact> numbers;
      for (int code = 0; code < 1 << width(a.format()); ++code) {
        const Exact x = decode(a.format(), code);
        if (x.kind() == Exact::Kind::finite) numbers.push_back(x);
      }
      int wrong = 0;
      for (const Exact& x : numbers) {
        for (const Exact& y : numbers) {
          wrong += two_sum_is_exact(a, {x, y}) == Verdict::fails ? 1 : 0;
          wrong += fast_two_sum_is_exact(a, {x, y}) == Verdict::fails ? 1 : 0;
          wrong += close_difference_is_exact(a, {x, y}) == Verdict::fails ? 1 : 0;
        }
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("flushing to zero makes a zero of the difference of two numbers that differ") {
  const Format flushing = with_subnormals(binary16, Subnormals::flush_results);
  const Exact x = Exact::from(0x1.4p-14), y = Exact::from(0x1p-14);
  CHECK(
      testing::same(reference::subtract(x, y, flushing, Mode()), {Exact(), Flags{.inexact = true, .underflow = true}}));
  CHECK(testing::same(reference::subtract(y, x, flushing, Mode()),
                      {Exact::zero(Sign::negative), Flags{.inexact = true, .underflow = true}}));
  CHECK(testing::same(reference::subtract(x, y, binary16, Mode()), {Exact::from(0x1p-16), {}}));
}
