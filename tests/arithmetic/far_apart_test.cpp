// Exponents that lie hundreds of millions apart: an alignment bit by bit would take all memory.
#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"
#include "support/report.hpp"

using namespace precipice;

namespace {

const Format vast = ieee_like(24, 30);
const Exact largest = largest_finite(vast), smallest = smallest_positive(vast);
const Exact one = Exact::from(1), huge = Exact::finite(Sign::positive, 1, 500'000'000),
            tiny = Exact::finite(Sign::positive, 1, -500'000'000);

/// A number of the format plus (or minus) next to nothing.
Exact beside(const Exact& x, Sign side, Rounding direction) {
  const Exact toward = side == Sign::positive ? next_up(vast, x) : next_down(vast, x);
  const bool odd = (encode(vast, x) & 1) != 0;
  switch (direction) {
    case Rounding::nearest_even:
    case Rounding::nearest_away: return x;
    case Rounding::toward_zero: return side == x.sign() ? x : toward;
    case Rounding::away_from_zero: return side == x.sign() ? toward : x;
    case Rounding::toward_positive: return side == Sign::positive ? toward : x;
    case Rounding::toward_negative: return side == Sign::positive ? x : toward;
    case Rounding::to_odd: return odd ? x : toward;
    case Rounding::stochastic: break;
  }
  return x;
}

}  // namespace

TEST_CASE("a sum of numbers with far-apart exponents is one of them or its neighbour") {
  for (const Rounding direction : deterministic_roundings()) {
    CAPTURE(to_text(direction));
    for (const Exact& x : {huge, one, huge.negated(), Exact::finite(Sign::negative, 0xffffff, 400'000'000)}) {
      for (const Exact& y : {tiny, tiny.negated(), smallest, Exact::finite(Sign::negative, 0xabcdef, -400'000'000)}) {
        CAPTURE(to_hexadecimal(x));
        CAPTURE(to_hexadecimal(y));
        CHECK(reference::add(x, y, vast, direction).value == beside(x, y.sign(), direction));
        CHECK(reference::add(y, x, vast, direction).value == beside(x, y.sign(), direction));
        CHECK(reference::subtract(x, y, vast, direction).value == beside(x, opposite(y.sign()), direction));
        CHECK(reference::add(x, y, vast, direction).flags == Flags{.inexact = true});
      }
    }
  }
}

TEST_CASE("a wider operand that is a midpoint is moved by next to nothing") {
  const Exact middle = Exact::finite(Sign::positive, 0x1000001, 400'000'000);  // 25 bits
  const Exact below = Exact::finite(Sign::positive, 0x1000000, 400'000'000), above = next_up(vast, below);
  CHECK(reference::add(middle, tiny, vast, Rounding::nearest_even).value == above);
  CHECK(reference::subtract(middle, tiny, vast, Rounding::nearest_even).value == below);
  CHECK(reference::subtract(middle, tiny, vast, Rounding::nearest_away).value == below);
  CHECK(reference::convert(middle, vast, Rounding::nearest_even).value == below);
  CHECK(reference::convert(middle, vast, Rounding::nearest_away).value == above);
}

TEST_CASE("a product is moved by next to nothing, or next to nothing by a product") {
  const Exact x = Exact::finite(Sign::positive, 0x1001, 200'000'000),
              y = Exact::finite(Sign::negative, 0x1001, 150'000'000);
  const Exact middle = Exact::finite(Sign::negative, 0x1002001, 350'000'000);  // x * y, of 25 bits
  const Exact inner = Exact::finite(Sign::negative, 0x1002000, 350'000'000), outer = next_down(vast, inner);
  const Rounding nearest = Rounding::nearest_even;
  CHECK(reference::multiply(x, y, vast, nearest).value == inner);
  CHECK(reference::multiply(x, y, vast, Rounding::nearest_away).value == outer);
  CHECK(reference::fused_multiply_add(x, y, tiny, vast, Rounding::nearest_away).value == inner);
  CHECK(reference::fused_multiply_add(x, y, tiny.negated(), vast, nearest).value == outer);
  CHECK(reference::fused_multiply_add(x, y, middle.negated(), vast, nearest).value == Exact());
  CHECK(reference::fused_multiply_add(x, y, inner.negated(), vast, nearest).value ==
        Exact::finite(Sign::negative, 1, 350'000'000));
  for (const Rounding direction : deterministic_roundings()) {
    CAPTURE(to_text(direction));
    for (const Exact& z : {huge, one.negated()}) {
      CHECK(reference::fused_multiply_add(tiny, tiny, z, vast, direction).value ==
            beside(z, Sign::positive, direction));
      CHECK(reference::fused_multiply_add(tiny, smallest.negated(), z, vast, direction).value ==
            beside(z, Sign::negative, direction));
    }
    CHECK(testing::same(reference::fused_multiply_add(huge, tiny, one, vast, direction), {Exact::from(2), {}}));
  }
}

TEST_CASE("remainders of numbers whose quotient has a billion bits are those of powers of two") {
  const auto power = [](std::int64_t exponent) { return Exact::finite(Sign::positive, 1, exponent); };
  const auto of = [](const Exact& x, const Exact& y) {
    return reference::remainder(x, y, vast, Rounding::nearest_even);
  };
  const Exact three = Exact::finite(Sign::positive, 3, -500'000'000), five = Exact::from(5);
  // 2^k modulo 3 is 1, 2, 1, ...; modulo 5 it is 1, 2, 4, 3, 1, ...
  CHECK(testing::same(of(power(500'000'000), three), {tiny, {}}));
  CHECK(testing::same(of(power(500'000'001), three), {tiny.negated(), {}}));
  CHECK(testing::same(of(power(500'000'000).negated(), three), {tiny.negated(), {}}));
  CHECK(testing::same(of(power(500'000'000), three.negated()), {tiny, {}}));
  const std::array<double, 4> modulo_five{1, 2, -1, -2};
  for (std::int64_t k = 0; k < 8; ++k) {
    CHECK(testing::same(of(power(500'000'000 + k), five), {Exact::from(modulo_five.at(k % 4)), {}}));
  }
  // Of a larger divisor nothing is taken away up to its half, where the even quotient is 0.
  CHECK(testing::same(of(tiny, huge), {tiny, {}}));
  CHECK(testing::same(of(power(499'999'999), huge), {power(499'999'999), {}}));
  CHECK(testing::same(of(next_up(vast, power(499'999'999)), huge),
                      {Exact::finite(Sign::negative, 0x7fffff, 499'999'999 - 23), {}}));
  CHECK(testing::same(of(huge, power(1)), {Exact(), {}}));
  CHECK(testing::same(of(huge.negated(), tiny), {Exact::zero(Sign::negative), {}}));
}

TEST_CASE("products, quotients and roots at both ends of a vast range overflow, underflow and stay") {
  constexpr Flags overflow{.inexact = true, .overflow = true}, underflow{.inexact = true, .underflow = true};
  const Rounding nearest = Rounding::nearest_even;
  CHECK(testing::same(reference::multiply(huge, huge, vast, nearest), {Exact::infinity(Sign::positive), overflow}));
  CHECK(testing::same(reference::multiply(tiny, tiny.negated(), vast, nearest),
                      {Exact::zero(Sign::negative), underflow}));
  CHECK(testing::same(reference::multiply(huge, tiny, vast, nearest), {one, {}}));
  CHECK(testing::same(reference::divide(huge, tiny, vast, Rounding::toward_zero), {largest, overflow}));
  CHECK(testing::same(reference::divide(tiny, huge, vast, Rounding::toward_positive), {smallest, underflow}));
  CHECK(testing::same(reference::divide(largest, largest, vast, nearest), {one, {}}));
  CHECK(testing::same(reference::rsqrt(huge, vast, nearest), {Exact::finite(Sign::positive, 1, -250'000'000), {}}));
  CHECK(testing::same(reference::rsqrt(tiny, vast, nearest), {Exact::finite(Sign::positive, 1, 250'000'000), {}}));
  CHECK(
      testing::same(reference::square_root(huge, vast, nearest), {Exact::finite(Sign::positive, 1, 250'000'000), {}}));
  CHECK(
      testing::same(reference::square_root(tiny, vast, nearest), {Exact::finite(Sign::positive, 1, -250'000'000), {}}));
  CHECK(testing::same(reference::square_root(Exact::finite(Sign::positive, 1, -499'999'999), vast, nearest),
                      {Exact::finite(Sign::positive, 0xb504f3, -250'000'000 - 23), Flags{.inexact = true}}));
}

TEST_CASE("exp of next to nothing is one or its neighbour, of a lot it leaves the range") {
  for (const Rounding direction : deterministic_roundings()) {
    CAPTURE(to_text(direction));
    CHECK(reference::exp(tiny, vast, direction).value == beside(one, Sign::positive, direction));
    CHECK(reference::exp(tiny.negated(), vast, direction).value == beside(one, Sign::negative, direction));
  }
  CHECK(reference::exp(huge, vast, Rounding::nearest_even).value == Exact::infinity(Sign::positive));
  CHECK(reference::exp(huge, vast, Rounding::toward_zero).value == largest);
  CHECK(reference::exp(huge.negated(), vast, Rounding::nearest_even).value == Exact());
  CHECK(reference::exp(huge.negated(), vast, Rounding::toward_positive).value == smallest);
}

TEST_CASE("a sum of terms that lie far apart is the largest or its neighbour, whatever cancels below") {
  const std::vector<Exact> terms{tiny, huge, one, one.negated(), smallest.negated()};
  const std::vector<Exact> below{huge, one, smallest, one.negated(), tiny.negated()};
  const std::vector<Exact> nothing{one, huge, tiny, one.negated(), tiny.negated()};
  const std::vector<Exact> all{huge, one, tiny, huge.negated(), one.negated(), smallest, tiny.negated()};
  for (const Rounding direction : deterministic_roundings()) {
    CAPTURE(to_text(direction));
    CHECK(reference::sum(terms, vast, direction).value == beside(huge, Sign::positive, direction));
    CHECK(reference::sum(below, vast, direction).value == beside(huge, Sign::negative, direction));
    CHECK(testing::same(reference::sum(nothing, vast, direction), {huge, {}}));
    CHECK(testing::same(reference::sum(all, vast, direction), {smallest, {}}));
  }
}

TEST_CASE("a long sum of terms, each far below the one before, is the first or its neighbour") {
  constexpr int count = 1'000'000;  // as many levels of calls would overflow the stack
  std::vector<Exact> terms;
  for (int i = 0; i < count; ++i)
    terms.push_back(Exact::finite(i == 1 ? Sign::negative : Sign::positive, 1, 500'000'000 - 1000 * i));
  CHECK(reference::sum(terms, vast, Rounding::toward_zero).value == next_down(vast, huge));
  CHECK(reference::sum(terms, vast, Rounding::nearest_even).value == huge);
}
