#include <doctest/doctest.h>

#include <vector>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"
#include "support/mismatches.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::Rational;
using testing::Sample;

namespace {

constexpr int random_sums = 20'000;
constexpr std::uint64_t seed = 20260108;

std::string sum_line(const std::vector<Exact>& terms, const Format& f, Rounding direction, const Rounded& got,
                     const Rounded& wanted) {
  std::string line = fmt::format("sum {} {}:", to_text(f), to_text(direction));
  for (const Exact& term : terms) line += fmt::format(" {}", to_hexadecimal(term));
  return fmt::format("{} -> {}{}, expected {}{}", line, to_hexadecimal(got.value), testing::flag_names(got.flags),
                     to_hexadecimal(wanted.value), testing::flag_names(wanted.flags));
}

/// Terms of which many cancel, some far below the others; now and then a zero.
std::vector<Exact> random_terms(Sample& sample, int reach) {
  std::vector<Exact> terms;
  const std::int64_t count = sample.between(1, 9);
  for (std::int64_t i = 0; i < count; ++i) {
    const Sign sign = sample.coin() ? Sign::positive : Sign::negative;
    const auto magnitude = static_cast<std::int64_t>(sample.below(sample.coin() ? 4 : 1000));
    terms.push_back(Exact::finite(sign, magnitude, sample.between(-reach, sample.coin() ? reach : -reach + 3)));
    if (sample.below(3) == 0) terms.push_back(sample.one_of(terms).negated());
  }
  for (std::size_t i = terms.size() - 1; i > 0; --i) std::swap(terms[i], terms[sample.below(i + 1)]);
  return terms;
}

}  // namespace

TEST_CASE("a sum is the fractions' sum, rounded once, in every direction") {
  Sample sample(seed);
  testing::Mismatches mismatches;
  for (const Format& f : {ieee_like(3, 3), ieee_like(4, 2), ieee_like(2, 4), ieee_like(1, 3), ieee_like(5, 5)}) {
    const testing::Oracle oracle(f);
    for (int i = 0; i < random_sums; ++i) {
      // Close terms, terms beyond the range, and terms far enough apart that only their sign is left of them.
      const int reach = i % 3 == 0 ? 4 : i % 3 == 1 ? 12 : 150;
      const std::vector<Exact> terms = random_terms(sample, reach);
      Rational exact = 0;
      bool all_negative_zeros = true, all_positive_zeros = true;
      for (const Exact& term : terms) {
        exact += testing::to_rational(term);
        all_negative_zeros = all_negative_zeros && term == Exact::zero(Sign::negative);
        all_positive_zeros = all_positive_zeros && term == Exact::zero(Sign::positive);
      }
      const Rounding direction = sample.one_of(deterministic_roundings());
      const Rounded got = reference::sum(terms, f, direction);
      Rounded wanted{Exact::zero(all_negative_zeros || (direction == Rounding::toward_negative && !all_positive_zeros)
                                     ? Sign::negative
                                     : Sign::positive),
                     {}};
      if (exact != 0) {
        const testing::Oracle::Answer answer = oracle.round(exact, direction);
        wanted = {decode(f, answer.code), answer.flags};
      }
      mismatches.expect(testing::same(got, wanted), [&] { return sum_line(terms, f, direction, got, wanted); });
    }
  }
}

TEST_CASE("a sum of two terms is their addition") {
  Sample sample(seed + 1);
  testing::Mismatches mismatches;
  for (int i = 0; i < random_sums; ++i) {
    const Exact x = decode(binary16, Integer(sample.below(1 << 16))),
                y = decode(binary16, Integer(sample.below(1 << 16)));
    for (const Rounding direction : deterministic_roundings()) {
      const Rounded got = reference::sum(std::vector{x, y}, binary16, direction),
                    wanted = reference::add(x, y, binary16, direction);
      mismatches.expect(testing::same(got, wanted), [&] { return sum_line({x, y}, binary16, direction, got, wanted); });
    }
  }
}

TEST_CASE("the empty sum is +0, and a sum of zeros of one sign keeps it") {
  const Exact plus = Exact::zero(Sign::positive), minus = Exact::zero(Sign::negative), one = Exact::from(1);
  for (const Rounding direction : deterministic_roundings()) {
    const auto sum = [&](const std::vector<Exact>& terms) { return reference::sum(terms, binary16, direction).value; };
    const Exact cancelled = direction == Rounding::toward_negative ? minus : plus;
    CHECK(sum({}) == plus);
    CHECK(sum({plus}) == plus);
    CHECK(sum({minus}) == minus);
    CHECK(sum({minus, minus, minus}) == minus);
    CHECK(sum({plus, plus}) == plus);
    CHECK(sum({minus, plus}) == cancelled);
    CHECK(sum({one, one.negated()}) == cancelled);
    CHECK(sum({minus, one, one.negated(), minus}) == cancelled);
    CHECK(sum({minus, one}) == one);
  }
}

TEST_CASE("infinities and NaN decide a sum; opposite infinities are invalid") {
  const Exact infinity = Exact::infinity(Sign::positive), nan = Exact::nan(), one = Exact::from(1);
  const auto sum = [](const std::vector<Exact>& terms) {
    return reference::sum(terms, binary16, Rounding::nearest_even);
  };
  CHECK(testing::same(sum({one, infinity, one}), {infinity, {}}));
  CHECK(testing::same(sum({infinity.negated(), one, infinity.negated()}), {infinity.negated(), {}}));
  CHECK(testing::same(sum({infinity, one, infinity.negated()}), {nan, Flags{.invalid = true}}));
  CHECK(testing::same(sum({one, nan, infinity}), {nan, {}}));
  CHECK(testing::same(sum({nan}), {nan, {}}));
}

TEST_CASE("terms beyond the range may cancel before the only rounding") {
  const Exact far = Exact::finite(Sign::positive, 1, 1000), one = Exact::from(1),
              below = Exact::finite(Sign::positive, 1, -1000);
  const auto sum = [](const std::vector<Exact>& terms) {
    return reference::sum(terms, binary16, Rounding::nearest_even);
  };
  CHECK(testing::same(sum({far, one, far.negated()}), {one, {}}));
  CHECK(testing::same(sum({far, one}), {Exact::infinity(Sign::positive), Flags{.inexact = true, .overflow = true}}));
  // 1 + 2^-11 is a tie; what lies 2^-1000 beside it is not.
  const Exact half = Exact::from(0x1p-11);
  CHECK(sum({one, half}).value == one);
  CHECK(sum({below, one, half}).value == Exact::from(0x1.004p0));
  CHECK(sum({one, below.negated(), half}).value == one);
  CHECK(sum({one, below.negated(), half, below}).value == one);
  CHECK(sum({one, half, half, half, below.negated()}).value == Exact::from(0x1.004p0));
}
