// tanh of binary64 against Reference, which asks MPFR.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "precipice/arithmetic/elementary.hpp"
#include "precipice/arithmetic/functions.hpp"

using namespace precipice;

namespace {

constexpr std::uint64_t seed = 20261130;
constexpr int random_arguments = 200'000;

bool is_right(double x) {
  const double expected = to_double(reference::tanh(Exact::from(x), binary64, {}).value);
  const double ours = tanh_binary64(x);
  const bool right = std::bit_cast<std::uint64_t>(ours) == std::bit_cast<std::uint64_t>(expected);
  if (!right) MESSAGE(x << " gives " << ours << ", not " << expected);
  return right;
}

}  // namespace

TEST_CASE("tanh of special arguments and around the ends of its ranges") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(tanh_binary64(infinity) == 1);
  CHECK(tanh_binary64(-infinity) == -1);
  CHECK(std::isnan(tanh_binary64(std::numeric_limits<double>::quiet_NaN())));
  CHECK(std::signbit(tanh_binary64(-0.0)));
  int wrong = 0;
  for (const double end : {0x1p-1074, 0x1p-1022, 0x1p-28, 0x1p-27, 0x1.bp-27, 0x1p-26, 0x1p-8, 0x1p-7, 1.0,
                           18.714973875118524, 19.061547465398498, 20.0, 1e300}) {
    double up = end, down = end;
    for (int step = 0; step < 300; ++step) {
      for (const double x : {up, -up, down, -down}) wrong += is_right(x) ? 0 : 1;
      up = std::nextafter(up, infinity);
      down = std::nextafter(down, 0);
    }
  }
  for (int exponent = -60; exponent < 6; ++exponent) wrong += is_right(std::ldexp(1.0, exponent)) ? 0 : 1;
  CHECK(wrong == 0);
}

TEST_SUITE("oracle") {
  TEST_CASE("tanh is correctly rounded at random arguments of its range and of every binade") {
    std::mt19937_64 random(seed);
    int wrong = 0;
    for (int i = 0; i < random_arguments; ++i) {
      const double significand = 1 + std::ldexp(static_cast<double>(random() >> 12), -52);
      const double of_binade = std::ldexp(significand, static_cast<int>(random() % 36) - 31);
      wrong += is_right(random() % 2 == 0 ? of_binade : -of_binade) ? 0 : 1;
      wrong += is_right(std::ldexp(static_cast<double>(random() >> 11), -48) - 16) ? 0 : 1;
    }
    CHECK(wrong == 0);
  }
}
