#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "precipice/arithmetic/dot.hpp"
#include "precipice/arithmetic/operations.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/error.hpp"
#include "support/dot_case.hpp"
#include "support/mismatches.hpp"
#include "support/orders.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::all_orders;
using testing::dot_line;
using testing::members;
using testing::Mismatches;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260303;

}  // namespace

TEST_CASE("rounded products of any family of formats are added up by Reference as by two engines") {
  constexpr int tries = 20;
  Sample sample(seed + 12);
  Mismatches mismatches;
  const std::vector<Format> formats{ieee_like(3, 3),
                                    saturating(ieee_like(3, 3)),
                                    with_subnormals(ieee_like(4, 3), Subnormals::flush_both),
                                    with_subnormals(ieee_like(4, 3), Subnormals::flush_operands),
                                    laid_out(4, 4, Specials::no_infinity),
                                    laid_out(3, 5, Specials::fnuz),
                                    p3109(6, 3)};
  for (const Format& inner : formats) {
    for (const Format& outer : formats) {
      for (int i = 0; i < tries; ++i) {
        const std::size_t count = 1 + sample.below(12);
        const auto x = members(sample, inner, count), y = members(sample, inner, count);
        const Rounding by = sample.one_of(deterministic_roundings()), to = sample.one_of(deterministic_roundings());
        const DotOperands operands{x, y, {}, sample.below(count)};
        for (const SumOrder& order : all_orders) {
          const Accumulation how{.order = order, .products = ProductRounding{inner, by}};
          const Rounded got = reference::dot(operands, how, outer, to);
          const Rounded wanted{dot(Reference(inner, by), Reference(outer, to), x, y, order, operands.marked),
                               got.flags};
          mismatches.expect(testing::same(got, wanted),
                            [&] { return dot_line(operands, how, outer, to, got, wanted); });
        }
      }
    }
  }
}

TEST_CASE("a block of one is a fused multiply-add, infinities, NaN, zeros and flushed operands included") {
  constexpr int tries = 400;
  Sample sample(seed + 13);
  Mismatches mismatches;
  for (const Format& base : {ieee_like(3, 3), laid_out(3, 3, Specials::no_infinity), p3109(6, 3)}) {
    for (const Subnormals subnormals :
         {Subnormals::gradual, Subnormals::flush_results, Subnormals::flush_operands, Subnormals::flush_both}) {
      const Format f = with_subnormals(base, subnormals);
      for (int i = 0; i < tries; ++i) {
        const auto x = members(sample, f, 3), y = members(sample, f, 3), start = members(sample, f, 1);
        const Mode mode(sample.one_of(deterministic_roundings()));
        const DotOperands operands{x, y, start[0]};
        const Rounded got = reference::dot(operands, {}, f, mode);
        Rounded wanted{start[0], {}};
        for (std::size_t k = 0; k < x.size(); ++k) {
          const Rounded next = reference::fused_multiply_add(x[k], y[k], wanted.value, f, mode);
          wanted = {next.value, wanted.flags | next.flags};
        }
        mismatches.expect(testing::same(got, wanted), [&] { return dot_line(operands, {}, f, mode, got, wanted); });
      }
    }
  }
}

TEST_CASE("exact products are not flushed as operands; factors and running sums are") {
  const Format f = with_subnormals(binary16, Subnormals::flush_operands);
  const Exact low = Exact::from(0x1p-9), half = Exact::from(0.5), subnormal = Exact::from(0x1p-20),
              one = Exact::from(1);
  const auto dot_of = [&](const std::vector<Exact>& x, const std::vector<Exact>& y, std::size_t block) {
    return reference::dot({x, y}, {.block = block}, f, Rounding::nearest_even).value;
  };
  CHECK(dot_of({low}, {low}, 1) == Exact::from(0x1p-18));
  CHECK(dot_of({low, low}, {low, low}, 2) == Exact::from(0x1p-17));
  CHECK(dot_of({low, low}, {low, low}, 1) == Exact::from(0x1p-18));  // the first sum is flushed
  CHECK(dot_of({subnormal}, {half}, 1) == Exact());
  CHECK(dot_of({subnormal, one}, {half, one}, 2) == one);
}

TEST_CASE("a dot product of nothing is +0, or what it starts with") {
  const std::vector<Exact> none;
  CHECK(reference::dot({none, none}, {}, binary16, Rounding::toward_negative).value == Exact());
  CHECK(reference::dot({none, none, Exact::zero(Sign::negative)}, {}, binary16, {}).value ==
        Exact::zero(Sign::negative));
  CHECK(reference::dot({none, none, Exact::from(0x1.003p0)}, {}, binary16, {}).value == Exact::from(0x1.004p0));
}

TEST_CASE("an accumulation that means nothing is refused with the reason") {
  const std::vector<Exact> one{Exact::from(1)};
  const auto refused = [&](const Accumulation& how) {
    try {
      static_cast<void>(reference::dot({one, one}, how, binary16, {}));
    } catch (const ConfigError& error) {
      CHECK(error.what() == "dot product: " + refusal(how));
      return refusal(how);
    }
    return std::string();
  };
  CHECK(refused({.block = 0}) == "a block holds at least one product");
  CHECK(refused({.alignment = Alignment{-1}}) == "the number of extra bits is at least 0");
  for (const SumOrder& order : all_orders) {
    using Kind = SumOrder::Kind;
    const auto is = [&](Kind kind) { return order.kind == kind; };
    const bool has_blocks =
        !is(Kind::pairwise) && !is(Kind::kahan) && !is(Kind::exact) && !is(Kind::packets) && !is(Kind::cascade);
    CAPTURE(to_text(order));
    CHECK(refused({.order = order}).empty());
    CHECK(refused({.order = order, .block = 2}).empty() == has_blocks);
    CHECK(refused({.order = order, .alignment = Alignment{}}).empty() == has_blocks);
  }
  CHECK(refused({.order = SumOrder::kahan, .block = 4}) ==
        "order 'kahan' adds no blocks to a running sum; sequential, reverse, correct-first, lanes, butterfly, vector, "
        "strided and windows do");
}

TEST_CASE("each rounding of a stochastic dot product draws for its own number, rounded products first") {
  const Format inner = ieee_like(4, 6), outer = ieee_like(3, 6);
  Mode by = Rounding::stochastic, to = Rounding::stochastic;
  by.draw = {.key = seed, .counter = 3};
  to.draw = {.key = seed, .counter = 3};
  Sample sample(seed + 14);
  constexpr int tries = 200;
  for (int i = 0; i < tries; ++i) {
    by.draw.counter = to.draw.counter = static_cast<std::uint64_t>(i);
    std::vector<Exact> x, y, t;
    while (x.size() < 5) {
      x.push_back(Exact::from(static_cast<double>(sample.between(1, 1 << 12))));
      y.push_back(Exact::from(static_cast<double>(sample.between(1, 1 << 12))));
    }
    const DotOperands operands{x, y};
    for (std::uint64_t k = 0; k < 5; ++k) t.push_back(reference::multiply(x[k], y[k], inner, for_part(by, k)).value);
    Exact wanted = reference::convert(t[0], outer, for_part(to, 5)).value;
    for (std::uint64_t k = 1; k < 5; ++k) wanted = reference::add(wanted, t[k], outer, for_part(to, 5 + k)).value;
    CHECK(reference::dot(operands, {.products = ProductRounding{inner, by}}, outer, to).value == wanted);

    wanted = reference::multiply(x[0], y[0], outer, for_part(to, 0)).value;
    for (std::uint64_t k = 1; k < 5; ++k) {
      wanted = reference::fused_multiply_add(x[k], y[k], wanted, outer, for_part(to, k)).value;
    }
    CHECK(reference::dot(operands, {}, outer, to).value == wanted);

    const auto exact = [](const Exact& u, const Exact& v) {
      return reference::multiply(u, v, ieee_like(100, 20), Rounding::nearest_even).value;
    };
    const std::vector<Exact> first{exact(x[0], y[0]), exact(x[1], y[1]), exact(x[2], y[2])};
    wanted = reference::sum(first, outer, for_part(to, 0)).value;
    const std::vector<Exact> second{wanted, exact(x[3], y[3]), exact(x[4], y[4])};
    wanted = reference::sum(second, outer, for_part(to, 1)).value;
    CHECK(reference::dot(operands, {.block = 3}, outer, to).value == wanted);
  }
}
