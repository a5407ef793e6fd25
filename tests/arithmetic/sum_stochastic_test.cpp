#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/arithmetic/sum.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260307;

}  // namespace

TEST_CASE("each rounding of a stochastic sum draws for its own number") {
  Mode mode = Rounding::stochastic;
  mode.draw = {.key = seed, .counter = 5, .part = 77};
  const Format f = ieee_like(3, 6);
  Sample sample(seed);
  std::uint64_t part = 0;
  const auto round = [&](const Exact& x) { return reference::convert(x, f, for_part(mode, part++)).value; };
  const auto add = [&](const Exact& x, const Exact& y) {
    return reference::add(x, y, f, for_part(mode, part++)).value;
  };
  const auto sub = [&](const Exact& x, const Exact& y) {
    return reference::subtract(x, y, f, for_part(mode, part++)).value;
  };
  constexpr int sums = 300;
  for (int i = 0; i < sums; ++i) {
    mode.draw.counter = static_cast<std::uint64_t>(i);
    std::vector<Exact> t;
    while (t.size() < 4) t.push_back(Exact::from(static_cast<double>(sample.between(1, 1 << 20))));
    const auto got = [&](const SumOrder& order, std::size_t marked = 0) {
      part = 0;
      return reference::sum(t, f, mode, order, marked).value;
    };
    Exact wanted;
    const auto running = [&](const std::vector<std::size_t>& indices) {
      Exact total = round(t[indices[0]]);
      for (std::size_t k = 1; k < indices.size(); ++k) total = add(total, t[indices[k]]);
      return total;
    };
    CHECK(got(SumOrder::sequential) == running({0, 1, 2, 3}));
    CHECK(got(SumOrder::reverse) == running({3, 2, 1, 0}));
    CHECK(got(SumOrder::correct_first, 2) == running({2, 0, 1, 3}));
    const Exact by_two = got(SumOrder::in_lanes(2));
    const Exact lane0 = running({0, 2}), lane1 = running({1, 3});
    CHECK(by_two == add(lane0, lane1));
    const Exact vectors = got(SumOrder::in_vectors(2));
    CHECK(vectors == by_two);
    const Exact strides = got(SumOrder::in_strides(4));
    const Exact s0 = running({0}), s1 = running({1}), s2 = running({2}), s3 = running({3}), s01 = add(s0, s1);
    CHECK(strides == add(add(s01, s2), s3));
    const Exact windows = got(SumOrder::in_windows(2));
    const Exact w0 = running({0, 1}), w1 = running({2, 3});
    CHECK(windows == add(w0, w1));
    t.push_back(t[0]);  // something that fills no packet of two
    const Exact packets = got(SumOrder::in_packets(2));
    const Exact p0 = running({0, 2}), p1 = running({1, 3}), p01 = add(p0, p1), p_rest = running({4});
    CHECK(packets == add(p_rest, p01));
    const Exact cascade = got(SumOrder::in_cascade(2));
    const Exact c0 = running({0, 2}), c1 = running({1, 3}), c_rest = running({4}), c_first = add(c_rest, c0);
    CHECK(cascade == add(c_first, c1));
    t.pop_back();
    const Exact by_halves = got(SumOrder::pairwise);
    const Exact r0 = running({0}), r1 = running({1}), left = add(r0, r1);
    const Exact r2 = running({2}), r3 = running({3}), right = add(r2, r3);
    CHECK(by_halves == add(left, right));
    const Exact compensated = got(SumOrder::kahan);
    Exact s = round(t[0]), c;
    for (std::size_t k = 1; k < 4; ++k) {
      const Exact y = sub(t[k], c), u = add(s, y), gained = sub(u, s);
      c = sub(gained, y);
      s = u;
    }
    CHECK(compensated == s);
    const Exact exact = got(SumOrder::exact);
    CHECK(exact == reference::sum(t, f, for_part(mode, 0)).value);
  }
}

TEST_CASE("the roundings of a sum go their ways apart from each other") {
  // 16 + 1 stays or becomes 18 with equal chances, and so on: with one random number for all, a sum would never leave
  // 16 or grow with every addition.
  const Format f = ieee_like(4, 6);
  Mode mode = Rounding::stochastic;
  mode.draw.key = seed;
  constexpr std::size_t ones = 17;
  std::vector<Exact> terms(1 + ones, Exact::from(1));
  terms[0] = Exact::from(16);
  constexpr int sums = 400;
  double total = 0;
  for (int i = 0; i < sums; ++i) {
    mode.draw.counter = static_cast<std::uint64_t>(i);
    const double sum = to_double(reference::sum(terms, f, mode, SumOrder::sequential).value);
    CHECK(sum > 16);
    CHECK(sum < 32 + 4 * 9);  // after eight times 2, nine times 4
    total += sum;
  }
  // The mean is exact; a sum's standard deviation is below sqrt(17) * 2, that of the mean of 400 below 0.42.
  CHECK(std::fabs(total / sums - (16 + ones)) < 4 * 0.42);
}
