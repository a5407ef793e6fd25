#include "precipice/arithmetic/exact_sum.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "precipice/arithmetic/operations.hpp"
#include "precipice/number/code_point.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"
#include "support/terms.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr int random_sums = 12'000;
constexpr std::uint64_t seed = 20260112, most_terms = 40;
/// Holds any sum of doubles exactly.
constexpr Format endless = ieee_like(4096, 20);

ExactSum accumulated(const std::vector<double>& terms) {
  ExactSum sum;
  for (const double term : terms) sum.add(term);
  return sum;
}

std::vector<Exact> exactly_all(const std::vector<double>& terms) {
  std::vector<Exact> result;
  for (const double term : terms) result.push_back(Exact::from(term));
  return result;
}

std::string terms_line(const char* operation, const std::vector<double>& terms) {
  std::string line = operation;
  for (const double term : terms) line += fmt::format(" {}", to_hexadecimal(Exact::from(term)));
  return line;
}

/// What leading() promises of hi and lo, against the exact sum.
bool keeps_promise(const DoubleDouble& sum, const Exact& exact) {
  const Exact hi = Exact::from(sum.hi);
  const auto against_hi = compare(exact, hi);
  if (against_hi != (sum.lo <=> 0.0)) return false;
  return against_hi == 0 || (compare(next_down(binary64, hi), exact) < 0 && compare(exact, next_up(binary64, hi)) < 0);
}

template <class Check>
void for_random_terms(Check check) {
  Mismatches mismatches;
  for (const Format& f : {ieee_like(24, 8), ieee_like(53, 9), ieee_like(3, 5)}) {
    testing::Operands operands(f, seed);
    for (int i = 0; i < random_sums; ++i) {
      std::vector<double> terms = testing::random_terms(operands, most_terms);
      std::erase_if(terms, [](double x) { return !(std::fabs(x) < 0x1p1000); });
      check(terms, mismatches);
    }
  }
}

}  // namespace

TEST_CASE("an exact sum rounds to the nearest double as Reference does") {
  for_random_terms([](const std::vector<double>& terms, Mismatches& mismatches) {
    const Exact wanted = reference::sum(exactly_all(terms), binary64, Rounding::nearest_even).value;
    const Exact got = Exact::from(accumulated(terms).nearest());
    // A zero is +0 here; the engines give it its sign.
    mismatches.expect(got == (wanted.is_zero() ? Exact() : wanted),
                      [&] { return terms_line("ExactSum::nearest", terms); });
  });
}

TEST_CASE("the leading parts of an exact sum are the double below or above it, and the sign of the rest") {
  for_random_terms([](const std::vector<double>& terms, Mismatches& mismatches) {
    const Exact exact = reference::sum(exactly_all(terms), endless, Rounding::nearest_even).value;
    mismatches.expect(keeps_promise(accumulated(terms).leading(), exact),
                      [&] { return terms_line("ExactSum::leading", terms); });
  });
}

TEST_CASE("a tie of an exact sum is broken by whatever lies below") {
  const std::vector<double> tie{1.0, 0x1p-53};
  const auto nearest_with = [&](double term) {
    std::vector<double> terms = tie;
    terms.push_back(term);
    return accumulated(terms).nearest();
  };
  CHECK(accumulated(tie).nearest() == 1.0);
  CHECK(nearest_with(0x1p-1074) == 0x1.0000000000001p0);
  CHECK(nearest_with(-0x1p-1074) == 1.0);
  CHECK(nearest_with(0x1p-52) == 0x1.0000000000002p0);
}

TEST_CASE("an exact sum is cleared, and an empty one is +0") {
  ExactSum sum;
  CHECK_FALSE(std::signbit(sum.nearest()));
  CHECK(sum.leading() == DoubleDouble{});
  sum.add(3);
  sum.add(0x1p-300);
  sum.clear();
  CHECK(sum.nearest() == 0);
  sum.add(-2);
  CHECK(sum.nearest() == -2);
  sum.add(2);
  CHECK(sum.nearest() == 0);
  CHECK_FALSE(std::signbit(sum.nearest()));
}
