#include "precipice/training/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

using namespace precipice;

TEST_CASE("random bits are a function of seed, purpose and index: recorded bits") {
  // Computed by an independent Philox4x32-10; a change here changes every run and belongs under "Numbers changed".
  CHECK(Random(0, Purpose::weights).bits(0) == 0x1348e23f2dce73e5ULL);
  CHECK(Random(0, Purpose::weights).bits(1) == 0x510c4549e9535be3ULL);
  CHECK(Random(1, Purpose::weights).bits(0) == 0x1e047488127bee41ULL);
  CHECK(Random(0, Purpose::shuffle).bits(0) == 0xadf5a0dbdd2fc514ULL);
}

TEST_CASE("seeds, purposes, indices and attempts do not share bits") {
  std::set<std::uint64_t> seen;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32U}) {
    for (const Purpose purpose : {Purpose::weights, Purpose::subset}) {
      for (const std::uint64_t index : {0ULL, 1ULL, 1ULL << 32U}) {
        for (const std::uint32_t attempt : {0U, 1U}) seen.insert(Random(seed, purpose).bits(index, attempt));
      }
    }
  }
  CHECK(seen.size() == 3 * 2 * 3 * 2);
}

TEST_CASE("uniform numbers fill [0, 1) evenly, Gaussian ones have mean 0 and variance 1") {
  constexpr int count = 100'000;
  const Random random(3, Purpose::inputs);
  double sum = 0, normal_sum = 0, normal_squares = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const double u = random.uniform(i), g = random.gaussian(i);
    REQUIRE((u >= 0 && u < 1));
    sum += u;
    normal_sum += g;
    normal_squares += g * g;
  }
  // Five standard errors of each mean.
  CHECK(std::fabs(sum / count - 0.5) < 5 * std::sqrt(1.0 / 12 / count));
  CHECK(std::fabs(normal_sum / count) < 5 * std::sqrt(1.0 / count));
  CHECK(std::fabs(normal_squares / count - 1) < 5 * std::sqrt(2.0 / count));
}

TEST_CASE("a permutation holds every index once and differs from round to round") {
  const auto first = permutation(97, 0, Purpose::shuffle, 0), second = permutation(97, 0, Purpose::shuffle, 1);
  CHECK(first != second);
  CHECK(first == permutation(97, 0, Purpose::shuffle, 0));
  std::set<std::size_t> indices(first.begin(), first.end());
  CHECK(indices.size() == 97);
  CHECK(*indices.rbegin() == 96);
}

TEST_CASE("integers below a bound are equally likely") {
  constexpr std::uint64_t bound = 7, count = 70'000;
  const Random random(5, Purpose::labels);
  std::vector<double> seen(bound);
  for (std::uint64_t i = 0; i < count; ++i) seen.at(random.below(bound, i)) += 1;
  double chi_square = 0;
  for (const double n : seen) chi_square += (n - 10'000) * (n - 10'000) / 10'000;
  CHECK(chi_square < 27.9);  // six degrees of freedom: exceeded once in ten thousand
}
