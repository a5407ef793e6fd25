#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/arithmetic/sum.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"
#include "support/mismatches.hpp"
#include "support/orders.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::all_orders;
using testing::Mismatches;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260301, most_terms = 75;

/// An expression instead of a number: what an engine is asked to add.
struct Expression {
  std::string text;
};

struct Writer {
  using Value = Expression;
  static std::string_view name() { return "writer"; }
  static Format format() { return binary32; }
  static Value add(const Value& x, const Value& y) { return {"(" + x.text + "+" + y.text + ")"}; }
  static Value sub(const Value& x, const Value& y) { return {"(" + x.text + "-" + y.text + ")"}; }
  static Value mul(const Value& x, const Value& y) { return {x.text + y.text}; }
  static Value div(const Value& x, const Value&) { return x; }
  static Value sqrt(const Value& x) { return x; }
  static Value fma(const Value& x, const Value&, const Value&) { return x; }
  static Value scale(const Value& x, int) { return x; }
  static Value max(const Value& x, const Value&) { return x; }
  static std::partial_ordering compare(const Value& x, const Value& y) { return x.text <=> y.text; }
  static Value exp(const Value& x) { return x; }
  static Value log(const Value& x) { return x; }
  static Value tanh(const Value& x) { return x; }
  static Value sigmoid(const Value& x) { return x; }
  static Value convert(const Value& x) { return {"[" + x.text + "]"}; }
  static Value sum_exactly(std::span<const Value> terms) {
    Value result{"exact"};
    for (const Value& term : terms) result.text += " " + term.text;
    return result;
  }
};

/// The sum of the terms 0, 1, ..., 9, a, b, ... as it is written out; the rounding of a lone term in brackets.
std::string written(std::size_t count, const SumOrder& order, std::size_t marked = 0) {
  std::vector<Expression> terms;
  for (std::size_t k = 0; k < count; ++k) terms.push_back({std::string(1, "0123456789abcdefghijklmnopqrstuvwxyz"[k])});
  return sum<Writer>({}, terms, order, marked).text;
}

/// Any code point of binary16, seldom an infinity or a NaN.
Exact decode_any(Sample& sample) {
  const Exact x = decode(binary16, Integer(sample.below(1 << 16)));
  return x.is_finite() || sample.below(16) == 0 ? x : Exact::from(-0.75);
}

}  // namespace

template <>
Expression precipice::exactly<Expression>(double value) {
  return {value == 0 && !std::signbit(value) ? "+0" : "?"};
}

TEST_CASE("running sums are written out by index, from the end and from the marked term") {
  CHECK(written(4, SumOrder::sequential) == "((([0]+1)+2)+3)");
  CHECK(written(4, SumOrder::reverse) == "((([3]+2)+1)+0)");
  CHECK(written(4, SumOrder::correct_first, 2) == "((([2]+0)+1)+3)");
  CHECK(written(4, SumOrder::correct_first, 0) == "((([0]+1)+2)+3)");
  CHECK(written(4, SumOrder::correct_first, 3) == "((([3]+0)+1)+2)");
  CHECK(written(3, SumOrder::exact) == "exact 0 1 2");
  for (const SumOrder& order : all_orders) {
    if (order != SumOrder::exact && order != SumOrder::butterfly) CHECK(written(1, order) == "[0]");
  }
}

TEST_CASE("a pairwise sum halves, the first half being the shorter one") {
  CHECK(written(2, SumOrder::pairwise) == "([0]+[1])");
  CHECK(written(3, SumOrder::pairwise) == "([0]+([1]+[2]))");
  CHECK(written(5, SumOrder::pairwise) == "(([0]+[1])+([2]+([3]+[4])))");
  CHECK(written(8, SumOrder::pairwise) == "((([0]+[1])+([2]+[3]))+(([4]+[5])+([6]+[7])))");
}

TEST_CASE("lanes take every n-th term and meet in a tree by halves; what is left over goes to the first lanes") {
  CHECK(written(4, SumOrder::in_lanes(4)) == "(([0]+[2])+([1]+[3]))");
  CHECK(written(8, SumOrder::in_lanes(4)) == "((([0]+4)+([2]+6))+(([1]+5)+([3]+7)))");
  CHECK(written(10, SumOrder::in_lanes(4)) == "(((([0]+4)+8)+([2]+6))+((([1]+5)+9)+([3]+7)))");
  CHECK(written(5, SumOrder::in_lanes(2)) == "((([0]+2)+4)+([1]+3))");
}

TEST_CASE("lanes without terms take no part") {
  CHECK(written(1, SumOrder::in_lanes(4)) == "[0]");
  CHECK(written(2, SumOrder::in_lanes(4)) == "([0]+[1])");
  CHECK(written(3, SumOrder::in_lanes(4)) == "(([0]+[2])+[1])");
  CHECK(written(3, SumOrder::in_lanes(1024)) == "(([0]+[2])+[1])");
  CHECK(written(5, SumOrder::in_lanes(8)) == "((([0]+[4])+[2])+([1]+[3]))");
}

TEST_CASE("a vector of lanes adds one by one what does not fill it") {
  CHECK(written(3, SumOrder::in_vectors(4)) == "(([0]+1)+2)");
  CHECK(written(4, SumOrder::in_vectors(4)) == "(([0]+[2])+([1]+[3]))");
  CHECK(written(6, SumOrder::in_vectors(4)) == "((([0]+4)+[2])+(([1]+5)+[3]))");
  CHECK(written(9, SumOrder::in_vectors(16)) == written(9, SumOrder::sequential));
  CHECK(written(35, SumOrder::in_vectors(16)) == written(35, SumOrder::in_lanes(16)));
}

TEST_CASE("the sums of strided lanes meet one by one") {
  CHECK(written(3, SumOrder::in_strides(4)) == "(([0]+[1])+[2])");
  CHECK(written(6, SumOrder::in_strides(4)) == "(((([0]+4)+([1]+5))+[2])+[3])");
  CHECK(written(5, SumOrder::in_strides(2)) == "((([0]+2)+4)+([1]+3))");
}

TEST_CASE("packets leave out what does not fill one, and begin four running sums if there are four of them") {
  CHECK(written(1, SumOrder::in_packets(2)) == "[0]");
  CHECK(written(3, SumOrder::in_packets(4)) == "(([0]+1)+2)");
  CHECK(written(4, SumOrder::in_packets(2)) == "(([0]+2)+([1]+3))");
  CHECK(written(7, SumOrder::in_packets(2)) == "([6]+((([0]+2)+4)+(([1]+3)+5)))");
  CHECK(written(9, SumOrder::in_packets(2)) == "([8]+(((([0]+[2])+[4])+[6])+((([1]+[3])+[5])+[7])))");
  CHECK(written(11, SumOrder::in_packets(2)) == "([a]+((((([0]+[2])+[4])+[6])+8)+(((([1]+[3])+[5])+[7])+9)))");
  CHECK(written(18, SumOrder::in_packets(2)) ==
        "(((((([0]+8)+([2]+a))+([4]+c))+([6]+e))+g)+((((([1]+9)+([3]+b))+([5]+d))+([7]+f))+h))");
  CHECK(written(10, SumOrder::in_packets(8)) == "(([8]+9)+((([0]+[4])+([2]+[6]))+(([1]+[5])+([3]+[7]))))");
}

TEST_CASE("windows lack as much in front as behind, the odd term behind, and so do windows of windows") {
  CHECK(written(4, SumOrder::in_windows(4)) == "((([0]+1)+2)+3)");
  CHECK(written(5, SumOrder::in_windows(4)) == "((([0]+1)+2)+([3]+4))");
  CHECK(written(6, SumOrder::in_windows(4)) == "((([0]+1)+2)+(([3]+4)+5))");
  CHECK(written(9, SumOrder::in_windows(4)) == "(((([0]+1)+2)+((([3]+4)+5)+6))+([7]+8))");
  CHECK(written(5, SumOrder::in_windows(2)) == "((([0]+1)+([2]+3))+[4])");
  CHECK(written(32, SumOrder::in_windows(32)) == written(32, SumOrder::sequential));
}

TEST_CASE("a cascade has rows of four, in lanes that meet one by one behind what does not fill them") {
  CHECK(written(3, SumOrder::in_cascade(4)) == "(([0]+1)+2)");
  CHECK(written(7, SumOrder::in_cascade(8)) == "(((((([0]+4)+5)+6)+[1])+[2])+[3])");
  CHECK(written(5, SumOrder::in_cascade(2)) == "(([4]+([0]+2))+([1]+3))");
  CHECK(written(8, SumOrder::in_cascade(2)) == "(((([0]+[2])+[4])+[6])+((([1]+[3])+[5])+[7]))");
  CHECK(written(11, SumOrder::in_cascade(2)) == "(([a]+(((([0]+8)+[2])+[4])+[6]))+(((([1]+9)+[3])+[5])+[7]))");
}

TEST_CASE("in a butterfly lanes without terms hold +0") {
  CHECK(written(1, SumOrder::butterfly) ==
        "((((([0]++0)+(+0++0))+((+0++0)+(+0++0)))+(((+0++0)+(+0++0))+((+0++0)+(+0++0))))"
        "+((((+0++0)+(+0++0))+((+0++0)+(+0++0)))+(((+0++0)+(+0++0))+((+0++0)+(+0++0)))))");
  const Reference a(binary16);
  const std::vector<Exact> minus_zero{Exact::zero(Sign::negative)};
  CHECK(sum(a, minus_zero, SumOrder::butterfly, 0) == Exact());
  CHECK(sum(a, minus_zero, SumOrder::in_lanes(32), 0) == minus_zero[0]);
}

TEST_CASE("a compensated sum is written out") {
  CHECK(written(2, SumOrder::kahan) == "([0]+(1-+0))");
  CHECK(written(3, SumOrder::kahan) == "(([0]+(1-+0))+(2-((([0]+(1-+0))-[0])-(1-+0))))");
}

TEST_CASE("an order's text reads back as the order") {
  std::vector<SumOrder> orders(all_orders.begin(), all_orders.end());
  for (int n = 2; n <= SumOrder::most_lanes; n *= 2) {
    for (const SumOrder& order : {SumOrder::in_lanes(n), SumOrder::in_vectors(n), SumOrder::in_strides(n),
                                  SumOrder::in_packets(n), SumOrder::in_windows(n), SumOrder::in_cascade(n)}) {
      orders.push_back(order);
    }
  }
  for (const SumOrder& order : orders) CHECK(parse_sum_order(to_text(order)) == order);
  CHECK(to_text(SumOrder::sequential) == "sequential");
  CHECK(to_text(SumOrder::correct_first) == "correct-first");
  CHECK(to_text(SumOrder::exact) == "exact");
  CHECK(to_text(SumOrder::in_lanes(8)) == "lanes:8");
  CHECK(to_text(SumOrder::in_vectors(16)) == "vector:16");
  CHECK(to_text(SumOrder::in_strides(8)) == "strided:8");
  CHECK(to_text(SumOrder::in_packets(8)) == "packets:8");
  CHECK(to_text(SumOrder::in_windows(32)) == "windows:32");
  CHECK(to_text(SumOrder::in_cascade(8)) == "cascade:8");
  CHECK(SumOrder{} == SumOrder::sequential);
}

TEST_CASE("an order that is none is named with what would be right") {
  const auto complaint = [](const char* text) {
    try {
      static_cast<void>(parse_sum_order(text));
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("no complaint");
  };
  CHECK(
      complaint("pairwse") ==
      "unknown order of summation 'pairwse'; did you mean 'pairwise'? (accepted: sequential, reverse, correct-first, "
      "pairwise, lanes:<n>, butterfly, kahan, exact, vector:<n>, strided:<n>, packets:<n>, windows:<n>, cascade:<n>)");
  CHECK(complaint("windows:33") ==
        "order of summation 'windows:33' has no power of two from 2 to 1024 behind a colon, "
        "such as windows:8");
  CHECK(complaint("packets").starts_with("order of summation 'packets' has no power of two"));
  for (const char* const text : {"lanes", "lanes:", "lanes:3", "lanes:1", "lanes:0", "lanes:2048", "lanes:-2",
                                 "lanes:8x", "lanes: 8", "lanes:99999999999"}) {
    CAPTURE(text);
    CHECK(complaint(text) == fmt::format("order of summation '{}' has no power of two from 2 to 1024 behind a colon, "
                                         "such as lanes:8",
                                         text));
  }
  CHECK(complaint("lane:8").starts_with("unknown order of summation 'lane:8'"));
  CHECK(complaint("exact:2").starts_with("unknown order of summation 'exact:2'; did you mean 'exact'?"));
  CHECK(complaint("").starts_with("unknown order of summation ''"));
}

TEST_CASE("without rounding every order gives the exact sum, in every direction") {
  Sample sample(seed + 2);
  Mismatches mismatches;
  constexpr int sums = 400;
  Mode stochastic = Rounding::stochastic;
  stochastic.draw = {.key = seed, .counter = 1};
  std::vector<Mode> modes(deterministic_roundings().begin(), deterministic_roundings().end());
  modes.push_back(stochastic);
  for (int i = 0; i < sums; ++i) {
    std::vector<Exact> terms;
    std::int64_t total = 0;
    for (std::uint64_t count = 1 + sample.below(most_terms); terms.size() < count;) {
      const std::int64_t term = sample.between(-1000, 1000);
      terms.push_back(Exact::from(static_cast<double>(term)));
      total += term;
    }
    const Exact wanted = Exact::from(static_cast<double>(total));
    for (const Mode& mode : modes) {
      for (const SumOrder& order : all_orders) {
        const Rounded got = reference::sum(terms, binary32, mode, order, sample.below(terms.size()));
        mismatches.expect(compare(got.value, wanted) == 0 && got.flags == Flags{}, [&] {
          return testing::case_line("sum " + to_text(order), binary32, mode, terms, got, {wanted, {}});
        });
      }
    }
  }
}

TEST_CASE("no two orders are the same: for each pair some terms have different sums") {
  Sample sample(seed + 3);
  const Reference a(bfloat16);
  constexpr int tries = 300;
  std::vector<std::vector<Exact>> sums(all_orders.size());
  for (int i = 0; i < tries; ++i) {
    std::vector<Exact> terms;
    while (terms.size() < most_terms) terms.push_back(Exact::from(static_cast<double>(sample.between(1, 255))));
    for (std::size_t k = 0; k < all_orders.size(); ++k) sums[k].push_back(sum(a, terms, all_orders[k], most_terms / 2));
  }
  for (std::size_t k = 0; k < all_orders.size(); ++k) {
    for (std::size_t j = 0; j < k; ++j) {
      // With more lanes than terms there is nothing but the tree; 32 lanes differ from 1024 for so many terms.
      CAPTURE(to_text(all_orders[j]));
      CAPTURE(to_text(all_orders[k]));
      CHECK_FALSE(sums[j] == sums[k]);
    }
  }
}

TEST_CASE("any mode adds as an engine of its direction, with the flags of all its operations") {
  Sample sample(seed + 4);
  Mismatches mismatches;
  constexpr int sums = 200;
  for (int i = 0; i < sums; ++i) {
    std::vector<Exact> terms;
    while (terms.size() < 12) terms.push_back(decode_any(sample));
    const std::size_t marked = sample.below(terms.size());
    for (const Rounding direction : deterministic_roundings()) {
      const Reference a(binary16, direction);
      for (const SumOrder& order : all_orders) {
        const Rounded got = reference::sum(terms, binary16, direction, order, marked);
        const Rounded wanted{sum(a, terms, order, marked), got.flags};
        mismatches.expect(testing::same(got, wanted), [&] {
          return testing::case_line("sum " + to_text(order), binary16, direction, terms, got, wanted);
        });
      }
    }
  }
  const Exact one = Exact::from(1), small = Exact::from(0x1p-12), largest = Exact::from(65504);
  const auto flags = [](const std::vector<Exact>& terms, const SumOrder& order) {
    return reference::sum(terms, binary16, Rounding::nearest_even, order).flags;
  };
  CHECK(flags({small, one, one.negated()}, SumOrder::sequential) == Flags{.inexact = true});
  CHECK(flags({small, one, one.negated()}, SumOrder::reverse) == Flags{});
  CHECK(flags({largest, largest, largest.negated()}, SumOrder::sequential) == Flags{.inexact = true, .overflow = true});
  CHECK(flags({largest, largest, largest.negated()}, SumOrder::pairwise) == Flags{});
  CHECK(flags({Exact::infinity(Sign::positive), one, Exact::infinity(Sign::negative)}, SumOrder::sequential) ==
        Flags{.invalid = true});
  CHECK(testing::same(reference::sum({}, binary16, Rounding::nearest_even, SumOrder::pairwise), {Exact(), {}}));
}
