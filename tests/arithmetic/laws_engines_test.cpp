// Laws of arithmetic that every engine obeys, whatever carries its values: rounding to nearest-even.
#include <doctest/doctest.h>

#include "support/law_engines.hpp"
#include "support/property.hpp"

using namespace precipice;
using testing::check_law;
using testing::holds_if;
using testing::Verdict;

namespace {

/// For each law, format and engine.
constexpr int cases_in_fast = 100, cases_in_oracle = 3'000;

using One = std::array<Exact, 1>;
using Two = std::array<Exact, 2>;
using Three = std::array<Exact, 3>;

bool is_less_or_equal(const Exact& x, const Exact& y) { return compare(x, y) <= 0; }

/// x and y with the smaller first, under an operation that does not turn the order around.
template <class Operation>
Verdict is_monotone(const Exact& x, const Exact& y, const Operation& operation) {
  const bool in_order = is_less_or_equal(x, y);
  const Exact low = operation(in_order ? x : y), high = operation(in_order ? y : x);
  if (low.is_nan() || high.is_nan()) return Verdict::does_not_apply;
  return holds_if(is_less_or_equal(low, high));
}

void check_identities(int cases) {
  const Exact one = Exact::from(1), minus_zero = Exact::zero(Sign::negative);
  testing::for_every_engine([&](const auto& a, const std::string& engine) {
    const Format f = a.format();
    check_law<2>(engine + " x + y = y + x", f, cases,
                 [&](const Two& x) { return holds_if(a.add(x[0], x[1]) == a.add(x[1], x[0])); });
    check_law<2>(engine + " x * y = y * x", f, cases,
                 [&](const Two& x) { return holds_if(a.mul(x[0], x[1]) == a.mul(x[1], x[0])); });
    check_law<2>(engine + " x - y = x + (-y) = -(y - x), 0 aside", f, cases, [&](const Two& x) {
      const Exact difference = a.sub(x[0], x[1]);
      return holds_if(difference == a.add(x[0], x[1].negated()) &&
                      (difference.is_zero() || difference == a.sub(x[1], x[0]).negated()));
    });
    check_law<2>(engine + " (-x) * y = -(x * y), (-x) / y = -(x / y)", f, cases, [&](const Two& x) {
      const Exact minus_x = x[0].negated();
      return holds_if(a.mul(minus_x, x[1]) == a.mul(x[0], x[1]).negated() &&
                      a.div(minus_x, x[1]) == a.div(x[0], x[1]).negated());
    });
    check_law<1>(engine + " x * 1 = x / 1 = x + -0 = x, x / x = 1, x - x = +0", f, cases, [&](const One& x) {
      return holds_if(a.mul(x[0], one) == x[0] && a.div(x[0], one) == x[0] && a.add(x[0], minus_zero) == x[0] &&
                      a.div(x[0], x[0]) == one && a.sub(x[0], x[0]) == Exact());
    });
    check_law<1>(engine + " convert(x) = x", f, cases, [&](const One& x) { return holds_if(a.convert(x[0]) == x[0]); });
    check_law<1>(engine + " sqrt(x * x) = |x|", f, cases, [&](const One& x) {
      const Exact square = a.mul(x[0], x[0]);
      const bool is_normal = square.kind() == Exact::Kind::finite && square.top_exponent() >= f.emin;
      return is_normal ? holds_if(a.sqrt(square) == x[0].magnitude()) : Verdict::does_not_apply;
    });
    check_law<3>(engine + " an exact sum does not depend on the order", f, cases, [&](const Three& x) {
      const Exact sum = a.sum({x[0], x[1], x[2]});
      return holds_if(sum == a.sum({x[2], x[0], x[1]}) && sum == a.sum({x[1], x[0], x[2]}) &&
                      a.sum({x[0], x[1]}) == a.add(x[0], x[1]));
    });
  });
}

void check_monotony(int cases) {
  testing::for_every_engine([&](const auto& a, const std::string& engine) {
    const Format f = a.format();
    check_law<3>(engine + " y <= z: x + y <= x + z", f, cases, [&](const Three& x) {
      return is_monotone(x[1], x[2], [&](const Exact& y) { return a.add(x[0], y); });
    });
    check_law<3>(engine + " y <= z: |x| * y <= |x| * z", f, cases, [&](const Three& x) {
      return is_monotone(x[1], x[2], [&](const Exact& y) { return a.mul(x[0].magnitude(), y); });
    });
    check_law<3>(engine + " y <= z: y / |x| <= z / |x|", f, cases, [&](const Three& x) {
      return is_monotone(x[1], x[2], [&](const Exact& y) { return a.div(y, x[0].magnitude()); });
    });
    check_law<2>(engine + " x <= y: sqrt |x| <= sqrt |y|, log |x| <= log |y|", f, cases / 2, [&](const Two& x) {
      const Verdict roots = is_monotone(x[0].magnitude(), x[1].magnitude(), [&](const Exact& y) { return a.sqrt(y); });
      const Verdict logs = is_monotone(x[0].magnitude(), x[1].magnitude(), [&](const Exact& y) { return a.log(y); });
      return holds_if(roots == Verdict::holds && logs == Verdict::holds);
    });
    check_law<2>(engine + " x <= y: exp x <= exp y", f, cases / 2,
                 [&](const Two& x) { return is_monotone(x[0], x[1], [&](const Exact& y) { return a.exp(y); }); });
  });
}

}  // namespace

TEST_CASE("sums and products commute, one and zero are neutral, signs come out of them: in every engine") {
  check_identities(cases_in_fast);
}

TEST_CASE("operations of every engine keep the order of their operands") { check_monotony(cases_in_fast); }

TEST_SUITE("oracle") {
  TEST_CASE("the identities hold in every engine on many operands") { check_identities(cases_in_oracle); }

  TEST_CASE("operations keep the order in every engine on many operands") { check_monotony(cases_in_oracle); }
}
