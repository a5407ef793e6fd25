// Dot products against exact fractions, looked up in the table of all numbers, and against the machine's arithmetic.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/dot.hpp"
#include "precipice/arithmetic/native.hpp"
#include "support/dot_case.hpp"
#include "support/mismatches.hpp"
#include "support/oracle.hpp"
#include "support/orders.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::all_orders;
using testing::dot_line;
using testing::members;
using testing::Mismatches;
using testing::Rational;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260304, most_terms = 40;

/// Rounds each block of a running sum by looking it up. Nothing once a sum is no number.
class Fractions {
 public:
  Fractions(const DotOperands& operands, std::size_t block, const testing::Oracle& oracle, Rounding direction)
      : operands_(operands), block_(block), oracle_(oracle), direction_(direction) {}

  std::optional<Rational> run(const std::vector<std::size_t>& indices, std::optional<Rational> total = {}) {
    for (std::size_t i = 0; i < indices.size();) {
      Rational exact = total.value_or(Rational(0));
      for (std::size_t n = 0; n < block_ && i < indices.size(); ++n, ++i) exact += product(indices[i]);
      total = rounded(exact);
      if (!total) return {};
    }
    return total;
  }
  std::optional<Rational> rounded(const Rational& exact) {
    if (exact == 0) return exact;
    const Rounded result = oracle_.datum(oracle_.round(exact, direction_));
    flags = flags | result.flags;
    if (!result.value.is_finite()) return {};
    return testing::to_rational(result.value);
  }
  std::optional<Rational> join(const std::optional<Rational>& u, const std::optional<Rational>& v) {
    if (!u || !v) return {};
    return rounded(Rational(*u + *v));
  }
  [[nodiscard]] Rational product(std::size_t k) const {
    return testing::to_rational(operands_.x[k]) * testing::to_rational(operands_.y[k]);
  }

  Flags flags;

 private:
  const DotOperands& operands_;
  std::size_t block_;
  const testing::Oracle& oracle_;
  Rounding direction_;
};

/// Seven products in every order, spelled out.
std::optional<Rational> seven(Fractions& f, const SumOrder& order, const std::optional<Rational>& start) {
  switch (order.kind) {
    case SumOrder::Kind::sequential: return f.run({0, 1, 2, 3, 4, 5, 6}, start);
    case SumOrder::Kind::reverse: return f.run({6, 5, 4, 3, 2, 1, 0}, start);
    case SumOrder::Kind::correct_first: return f.run({4, 0, 1, 2, 3, 5, 6}, start);
    case SumOrder::Kind::lanes: {
      if (order.lane_count == 2) {
        const auto even = f.run({0, 2, 4, 6}, start);
        return f.join(even, f.run({1, 3, 5}));
      }
      break;
    }
    case SumOrder::Kind::vector: break;  // of 4, below
    case SumOrder::Kind::strided: {
      auto total = f.run({0}, start);
      for (std::size_t k = 1; k < 7; ++k) total = f.join(total, f.run({k}));
      return total;
    }
    case SumOrder::Kind::windows:
      if (order.lane_count == 32) return f.run({0, 1, 2, 3, 4, 5, 6}, start);
      {
        const auto left = f.run({0, 1, 2, 3}, start);
        return f.join(left, f.run({4, 5, 6}));
      }
    case SumOrder::Kind::packets: {
      if (order.lane_count == 8) return f.run({0, 1, 2, 3, 4, 5, 6}, start);
      const auto even = f.run({0, 2, 4}, start), odd = f.run({1, 3, 5}), total = f.join(even, odd);
      return f.join(f.run({6}), total);
    }
    case SumOrder::Kind::cascade: {
      if (order.lane_count == 2) {
        const auto even = f.run({0, 2, 4}, start), odd = f.run({1, 3, 5});
        return f.join(f.join(f.run({6}), even), odd);
      }
      auto total = f.run({0, 4, 5, 6}, start);
      for (const std::size_t k : {1U, 2U, 3U}) total = f.join(total, f.run({k}));
      return total;
    }
    case SumOrder::Kind::pairwise: {
      const auto one = f.run({1}), two = f.run({2}), left = f.join(f.run({0}, start), f.join(one, two));
      const auto right = f.join(f.join(f.run({3}), f.run({4})), f.join(f.run({5}), f.run({6})));
      return f.join(left, right);
    }
    case SumOrder::Kind::butterfly:
    case SumOrder::Kind::kahan:
    case SumOrder::Kind::exact: break;
  }
  if (order.kind == SumOrder::Kind::vector) {
    std::vector<std::optional<Rational>> v{f.run({0, 4}, start), f.run({1, 5}), f.run({2, 6}), f.run({3})};
    for (const std::size_t k : {0U, 1U}) v[k] = f.join(v[k], v[k + 2]);
    return f.join(v[0], v[1]);
  }
  // Of lanes that have one product each: a tree.
  std::vector<std::optional<Rational>> v{f.run({0}, start)};
  for (std::size_t k = 1; k < 7; ++k) v.push_back(f.run({k}));
  for (const std::size_t k : {0U, 1U, 2U}) v[k] = f.join(v[k], v[k + 4]);
  for (const std::size_t k : {0U, 1U}) v[k] = f.join(v[k], v[k + 2]);
  return f.join(v[0], v[1]);
}

void check_fractions(const Format& factors, const Format& f, std::uint64_t chosen_seed) {
  constexpr int tries = 60;
  Sample sample(chosen_seed);
  Mismatches mismatches;
  const testing::Oracle oracle(f);
  for (int i = 0; i < tries; ++i) {
    std::vector<Exact> x, y;
    while (x.size() < 7) {
      x.push_back(members(sample, factors, 1)[0]);
      y.push_back(members(sample, factors, 1)[0]);
      if (x.back().is_finite() && y.back().is_finite()) continue;
      x.pop_back();
      y.pop_back();
    }
    DotOperands operands{x, y, {}, 4};
    std::optional<Rational> start;
    if (sample.coin()) {
      const Exact first = members(sample, factors, 1)[0];
      operands.start = first.is_finite() ? first : Exact::from(1);
      start = testing::to_rational(*operands.start);
    }
    for (const Rounding direction : deterministic_roundings()) {
      for (const SumOrder& order : all_orders) {
        for (const std::size_t block : {1U, 2U, 3U, 7U}) {
          const Accumulation how{.order = order, .block = block};
          if (!refusal(how).empty() || order == SumOrder::kahan) continue;
          Fractions fractions(operands, order == SumOrder::exact ? 100 : block, oracle, direction);
          const auto wanted =
              order == SumOrder::exact ? fractions.run({0, 1, 2, 3, 4, 5, 6}, start) : seven(fractions, order, start);
          if (!wanted) continue;
          const Rounded got = reference::dot(operands, how, f, direction);
          const bool right =
              got.value.is_finite() && testing::to_rational(got.value) == *wanted && got.flags == fractions.flags;
          mismatches.expect(right, [&] {
            const auto value = fmt::format(", a fraction near {}", wanted->convert_to<double>());
            return dot_line(operands, how, f, direction, got, {got.value, fractions.flags}) + value;
          });
        }
      }
    }
  }
}

}  // namespace

TEST_SUITE("oracle") {
  TEST_CASE("blocks of exact products are the fractions' sums, rounded once a block, in every order and direction") {
    check_fractions(ieee_like(3, 3), ieee_like(4, 4), seed);
    check_fractions(ieee_like(4, 4), ieee_like(3, 5), seed + 1);
    check_fractions(ieee_like(2, 3), ieee_like(1, 4), seed + 2);
    check_fractions(laid_out(4, 4, Specials::no_infinity), ieee_like(6, 5), seed + 3);
    check_fractions(p3109(8, 4), with_subnormals(ieee_like(5, 4), Subnormals::flush_results), seed + 4);
  }

  TEST_CASE("exact products meet a running sum as the machine's fused multiply-add does") {
    constexpr int tries = 1'500;
    Sample sample(seed + 10);
    Mismatches mismatches;
    for (int i = 0; i < tries; ++i) {
      const std::size_t count = 1 + sample.below(most_terms);
      std::vector<float> x, y;
      while (x.size() < count) {
        const bool any = sample.below(50) == 0;
        x.push_back(any ? sample.any_float() : std::ldexp(static_cast<float>(sample.between(-999'999, 999'999)), -18));
        y.push_back(any ? sample.any_float() : std::ldexp(static_cast<float>(sample.between(-999'999, 999'999)), -20));
      }
      const auto start = std::ldexp(static_cast<float>(sample.between(-99'999, 99'999)), -17);
      std::vector<Exact> u, v;
      for (std::size_t k = 0; k < count; ++k) {
        u.push_back(Exact::from(x[k]));
        v.push_back(Exact::from(y[k]));
      }
      const DotOperands operands{u, v, Exact::from(start)};
      const auto check = [&](const SumOrder& order, const Format& f, double wanted) {
        const Accumulation how{.order = order};
        const Rounded got = reference::dot(operands, how, f, Rounding::nearest_even);
        mismatches.expect(got.value == Exact::from(wanted), [&] {
          return dot_line(operands, how, f, Rounding::nearest_even, got, {Exact::from(wanted), got.flags});
        });
      };
      float single = start;
      double twice = start;
      for (std::size_t k = 0; k < count; ++k) {
        single = std::fma(x[k], y[k], single);
        twice = std::fma(double{x[k]}, double{y[k]}, twice);
      }
      check(SumOrder::sequential, binary32, single);
      check(SumOrder::sequential, binary64, twice);
      single = start;
      for (std::size_t k = count; k-- > 0;) single = std::fma(x[k], y[k], single);
      check(SumOrder::reverse, binary32, single);
      float lanes[2] = {start, x.size() > 1 ? x[1] * y[1] : 0};
      for (std::size_t k = 0; k < count; ++k) {
        if (k != 1) lanes[k % 2] = std::fma(x[k], y[k], lanes[k % 2]);
      }
      check(SumOrder::in_lanes(2), binary32, x.size() > 1 ? lanes[0] + lanes[1] : lanes[0]);
      volatile float s = start, c = 0;
      for (std::size_t k = 0; k < count; ++k) {
        volatile float term = std::fma(x[k], y[k], -c), t = s + term, gained = t - s;
        c = gained - term;
        s = t;
      }
      check(SumOrder::kahan, binary32, s);
    }
  }

  TEST_CASE("rounded products are added up by another engine as the machine adds up binary32 products in binary64") {
    constexpr int tries = 1'500;
    Sample sample(seed + 11);
    Mismatches mismatches;
    const Carried<double> products(binary32);
    for (int i = 0; i < tries; ++i) {
      const std::size_t count = 1 + sample.below(most_terms);
      std::vector<double> x, y;
      double wanted = 0, of_floats = 0;
      float all_single = 0;
      while (x.size() < count) {
        const auto a = std::ldexp(static_cast<float>(sample.between(-9'999'999, 9'999'999)), -23);
        const auto b = std::ldexp(static_cast<float>(sample.between(-9'999'999, 9'999'999)), -20);
        x.push_back(a);
        y.push_back(b);
        const bool is_first = x.size() == 1;
        const double exact = double{a} * double{b};
        const float rounded = a * b;
        wanted = is_first ? exact : wanted + exact;
        of_floats = is_first ? double{rounded} : of_floats + double{rounded};
        all_single = is_first ? rounded : all_single + rounded;
      }
      const Native<double> sums;
      std::string line;
      for (std::size_t k = 0; k < count; ++k) line += fmt::format(" {:a} {:a}", x[k], y[k]);
      const auto expect = [&](const char* what, double got, double right) {
        mismatches.expect(got == right,
                          [&] { return fmt::format("dot {}:{} -> {:a}, expected {:a}", what, line, got, right); });
      };
      expect("binary64 binary64", dot(sums, sums, x, y, SumOrder::sequential), wanted);
      expect("binary32 binary64", dot(products, sums, x, y, SumOrder::sequential), of_floats);
      expect("binary32 binary32", dot(products, products, x, y, SumOrder::sequential), all_single);
    }
  }
}
