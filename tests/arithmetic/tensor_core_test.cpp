// Blocks aligned as tensor cores align them: what Fasi, Higham, Mikaitis and Pranesh observed (PeerJ Computer Science
// 7:e330, and the test suite that goes with it), and a model of a block in the machine's integers.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "precipice/arithmetic/dot.hpp"
#include "precipice/format/catalogue.hpp"
#include "support/dot_case.hpp"
#include "support/mismatches.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260305;
constexpr std::size_t unit = 4;  // products of a block; the observations need no more

std::vector<Exact> exactly_all(const std::vector<double>& numbers) {
  std::vector<Exact> result;
  for (const double x : numbers) result.push_back(Exact::from(x));
  return result;
}

/// A unit whose sums are binary32, rounded toward zero, with factors of `factors`.
Accumulation unit_of(const Format& factors, int extra_bits, std::size_t block = unit) {
  return {.block = block, .alignment = Alignment{.extra_bits = extra_bits, .least_factor_exponent = factors.emin}};
}

const Accumulation v100 = unit_of(binary16, 0), t4 = unit_of(binary16, 1), a100 = unit_of(bfloat16, 1);

/// c + x[0] y[0] + ... as a unit adds it up.
double on(const Accumulation& how, const std::vector<double>& x, const std::vector<double>& y, double c) {
  const auto u = exactly_all(x), v = exactly_all(y);
  return to_double(reference::dot({u, v, Exact::from(c)}, how, binary32, Rounding::toward_zero).value);
}

/// With factors x of 1.
double on(const Accumulation& how, const std::vector<double>& y, double c) {
  return on(how, std::vector<double>(y.size(), 1.0), y, c);
}

constexpr double below_one = 1 - 0x1p-24, tiny = 0x1p-24;

}  // namespace

TEST_CASE("products are exact") {
  constexpr double factor = 1 - 0x1p-11, square = 1 - 0x1p-10 + 0x1p-22;
  for (const Accumulation& how : {v100, t4}) {
    CHECK(on(how, {factor}, {factor}, 0) == square);
    CHECK(on(how, {factor, factor, factor, factor}, {factor, factor, factor, factor}, 0) == 4 * square);
  }
  CHECK(on(a100, {1 - 0x1p-8}, {1 - 0x1p-8}, 0) == 1 - 0x1p-7 + 0x1p-16);
}

TEST_CASE("sums begin with the largest: what lies below its last place is lost, wherever it stands") {
  CHECK(on(v100, {tiny, tiny, tiny, tiny}, 1) == 1);
  const std::vector<double> halves(4, 0.5);
  CHECK(on(t4, halves, {tiny, tiny, tiny, tiny}, 1) == 1);
  CHECK(on(a100, halves, {tiny, tiny, tiny, tiny}, 1) == 1);
  for (std::size_t j = 0; j < unit; ++j) {
    std::vector<double> x(4, 0.5), y(4, tiny), ones(4, 1.0);
    x[j] = y[j] = 1;
    CHECK(on(v100, ones, y, tiny) == 1);
    CHECK(on(t4, x, y, tiny) == 1);
  }
}

TEST_CASE("sums are truncated toward zero, whatever their sign") {
  for (const Accumulation& how : {v100, t4, a100}) {
    CHECK(on(how, {2, 0x1p-23 + 0x1p-24}, 0) == 2);
    CHECK(on(how, {-2, -0x1p-23 - 0x1p-24}, 0) == -2);
    CHECK(on(how, {1, 1, 1, 1}, 1 + 0x1p-22 + 0x1p-23) == 5);
    CHECK(on(how, {-1, -1, -1, -1}, -1 - 0x1p-22 - 0x1p-23) == -5);
  }
}

TEST_CASE("V100 has no extra bit in the alignment, T4 and A100 have one") {
  CHECK(on(v100, {1}, -below_one) == 0x1p-23);
  CHECK(on(t4, {1}, -below_one) == 0x1p-24);
  CHECK(on(a100, {1}, -below_one) == 0x1p-24);
}

TEST_CASE("nothing is normalised from one addition to the next") {
  // Upwards: after the first product the sum is 1, whose last place would swallow the other three.
  for (const Accumulation& how : {v100, t4, a100}) CHECK(on(how, {tiny, tiny, tiny, tiny}, below_one) == 1 + 0x1p-23);
  // Downwards: the place that cancellation makes free stays empty.
  CHECK(on(v100, {1, -tiny}, -1 + 0x1p-24) == 0x1p-23);
  CHECK(on(t4, {1, -tiny}, -1 + 0x1p-24) == 0);
}

TEST_CASE("no carry is lost") {
  for (const Accumulation& how : {v100, t4, a100}) {
    for (std::size_t j = 0; j < unit; ++j) {
      std::vector<double> y(4, 1.0);
      y[j] = 0x1p-23;
      CHECK(on(how, y, 1 + 0x1p-22 + 0x1p-23) == 4 + 0x1p-21);
    }
    CHECK(on(how, {1, 1.5, 1.75, 1.875}, 1.875) == 8);
  }
}

TEST_CASE("a larger start may have a smaller sum") {
  const std::vector<double> all_tiny(4, tiny);
  CHECK(on(v100, all_tiny, below_one) == 1 + 0x1p-23);
  CHECK(on(v100, all_tiny, 1) == 1);
  const std::vector<double> x(4, 0.5), y{tiny, tiny, tiny, 0x1p-23 + 0x1p-24};
  for (const Accumulation& how : {t4, a100}) {
    CHECK(on(how, x, y, below_one) == 1 + 0x1p-23);
    CHECK(on(how, x, y, 1) == 1);
  }
}

TEST_CASE("subnormal factors, sums and results are there") {
  for (const Accumulation& how : {v100, t4}) {
    CHECK(on(how, {0x1p-24}, {4}, 0) == 0x1p-22);
    CHECK(on(how, {0}, {0}, 0x1p-149) == 0x1p-149);
    CHECK(on(how, {0x1p-14}, {0.5}, 0) == 0x1p-15);
    CHECK(on(how, {0x1p-14}, {1}, -0x1p-15) == 0x1p-15);
  }
  CHECK(on(a100, {0x1p-133}, {0x1p7}, 0) == 0x1p-126);
  CHECK(on(a100, {0x1p-126}, {0.5}, 0) == 0x1p-127);
  CHECK(on(a100, {0x1p-126}, {1}, -0x1p-127) == 0x1p-127);
}

TEST_CASE("sums that end in binary16 are rounded to nearest") {
  Accumulation how = v100;
  how.alignment->extra_bits = binary32.precision - binary16.precision;
  const auto halved = [&](const std::vector<double>& x, const std::vector<double>& y) {
    const auto u = exactly_all(x), v = exactly_all(y);
    return to_double(reference::dot({u, v, Exact()}, how, binary16, Rounding::nearest_even).value);
  };
  CHECK(halved({0x1p-24, 0x1p-24}, {0.5, 0.25}) == 0x1p-24);
  CHECK(halved({0x1p-24}, {4}) == 0x1p-22);
  CHECK(halved({1 - 0x1p-11, 1 - 0x1p-11}, {1 - 0x1p-11, 0x1p-11}) == 1 - 0x1p-10 + 0x1p-11);
}

TEST_CASE("sums of 14 bits, as Hopper's of 8-bit products, keep 2^-13 beside 1 and drop 2^-14") {
  const auto sum = [](double product) {
    const auto u = exactly_all({1, product}), v = exactly_all({1, 1});
    const Accumulation how = unit_of(parse_format("e4m3fn"), 0, 32);
    return to_double(reference::dot({u, v, Exact()}, how, ieee_like(14, 8), Rounding::toward_zero).value);
  };
  CHECK(sum(0x1p-13) == 1 + 0x1p-13);
  CHECK(sum(0x1p-14 + 0x1p-15) == 1);
}

TEST_CASE("a product of subnormal factors is aligned by the exponents of their format, if it says so") {
  const auto u = exactly_all({0x1p-24, 0x1p-14}), v = exactly_all({0x1p-14, 0x1p-24});
  Accumulation how = v100;
  const auto sum = [&](const Accumulation& a) {
    return to_double(reference::dot({u, v, Exact::from(0x1p-40)}, a, ieee_like(3, 8), Rounding::toward_zero).value);
  };
  // The products 2^-38 are aligned as 2^-28; their own last place and the start's are below 2^-30.
  CHECK(sum(how) == 0);
  how.alignment->least_factor_exponent = Alignment{}.least_factor_exponent;
  CHECK(sum(how) == 0x1p-37);
}

TEST_CASE("nothing is aligned below emin of the sums, though they be zero") {
  const std::vector<double> x(4, 0x1p-75);
  CHECK(on(unit_of(bfloat16, 0), x, x, 0) == 0);  // 2^-150 four times: each is below the last place of 2^-126
  CHECK(on(unit_of(bfloat16, 1), x, x, 0) == 0x1p-148);
  const auto u = exactly_all(x);
  CHECK(reference::dot({u, u}, {.block = 4}, binary32, Rounding::toward_zero).value == Exact::from(0x1p-148));
}

TEST_CASE("with enough extra bits alignment changes nothing") {
  Sample sample(seed);
  Mismatches mismatches;
  constexpr int tries = 300, enough = 400;
  for (int i = 0; i < tries; ++i) {
    const auto x = testing::members(sample, binary16, 11), y = testing::members(sample, binary16, 11);
    const Mode mode(sample.one_of(deterministic_roundings()));
    const DotOperands operands{x, y};
    Accumulation how{.block = 1 + sample.below(5), .alignment = Alignment{.extra_bits = enough}};
    const Rounded got = reference::dot(operands, how, binary32, mode);
    const Rounded wanted = reference::dot(operands, {.block = how.block}, binary32, mode);
    mismatches.expect(testing::same(got, wanted),
                      [&] { return testing::dot_line(operands, how, binary32, mode, got, wanted); });
  }
}

// --- a block in the machine's integers
// ----------------------------------------------------------------------------------

namespace {

constexpr int binary16_emin = -14;

int exponent_of(double factor) { return std::max(std::ilogb(factor), binary16_emin); }

/// 24 bits of a double, toward zero.
double truncated_to_binary32(double x) {
  const int quantum = std::max(std::ilogb(x), -126) - 23;
  return x == 0 ? 0 : std::ldexp(std::trunc(std::ldexp(x, -quantum)), quantum);
}

double in_integers(const std::vector<double>& x, const std::vector<double>& y, double c, std::size_t block, int extra) {
  for (std::size_t first = 0; first < x.size(); first += block) {
    const std::size_t end = std::min(x.size(), first + block);
    int largest = c == 0 ? -126 : std::ilogb(c);
    for (std::size_t k = first; k < end; ++k) {
      if (x[k] * y[k] != 0) largest = std::max(largest, exponent_of(x[k]) + exponent_of(y[k]));
    }
    const int quantum = largest - 23 - extra;
    auto total = static_cast<std::int64_t>(std::ldexp(c, -quantum));  // casts truncate
    for (std::size_t k = first; k < end; ++k) total += static_cast<std::int64_t>(std::ldexp(x[k] * y[k], -quantum));
    c = truncated_to_binary32(std::ldexp(static_cast<double>(total), quantum));
  }
  return c;
}

}  // namespace

TEST_CASE("random dot products of binary16 are those of a block in integers") {
  Sample sample(seed + 1);
  Mismatches mismatches;
  constexpr int tries = 3'000;
  for (int i = 0; i < tries; ++i) {
    const std::size_t count = 1 + sample.below(20);
    const int reach = sample.coin() ? 3 : 14;
    std::vector<double> x, y;
    const auto factor = [&] {
      const auto significand = static_cast<double>(sample.below(64) == 0 ? 0 : sample.between(-2047, 2047));
      const int exponent = static_cast<int>(sample.between(-reach, sample.coin() ? 0 : reach)) - 10;
      return std::ldexp(significand, std::max(exponent, -24));
    };
    while (x.size() < count) {
      x.push_back(factor());
      y.push_back(factor());
    }
    const double start = sample.below(4) == 0 ? 0 : truncated_to_binary32(factor() * factor() + factor());
    const auto u = exactly_all(x), v = exactly_all(y);
    const DotOperands operands{u, v, Exact::from(start)};
    for (const int extra : {0, 1, 2, 3}) {
      for (const std::size_t block : {1U, 4U, 8U, 16U}) {
        const Accumulation how = unit_of(binary16, extra, block);
        const Rounded got = reference::dot(operands, how, binary32, Rounding::toward_zero);
        const Exact wanted = Exact::from(in_integers(x, y, start, block, extra));
        mismatches.expect(compare(got.value, wanted) == 0, [&] {
          return testing::dot_line(operands, how, binary32, Rounding::toward_zero, got, {wanted, got.flags});
        });
      }
    }
  }
}
