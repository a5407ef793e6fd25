#include "precipice/arithmetic/observed.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/native.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"
#include "support/mismatches.hpp"
#include "support/operands.hpp"
#include "support/report.hpp"
#include "support/terms.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20260306;
constexpr double infinity = std::numeric_limits<double>::infinity(),
                 not_a_number = std::numeric_limits<double>::quiet_NaN();

/// What one operation counts.
template <class A, class Operation>
Observations seen(const A& engine, const Operation& operation) {
  Observations counts;
  operation(Observed<A>(engine, counts));
  return counts;
}

Observations of_addition(const Format& f, double x, double y, Rounding rounding = Rounding::nearest_even) {
  return seen(Reference(f, rounding), [&](const auto& a) { static_cast<void>(a.add(Exact::from(x), Exact::from(y))); });
}

Observations absorbed(std::uint64_t bits) {
  return {.operations = 1, .additions = 1, .absorbed = 1, .bits_lost = bits};
}
Observations partially_absorbed(std::uint64_t bits) {
  return {.operations = 1, .additions = 1, .partially_absorbed = 1, .bits_lost = bits};
}
constexpr Observations nothing{.operations = 1, .additions = 1};

std::string counts_text(const Observations& o) {
  return fmt::format(
      "{} operations, {} additions, {} absorbed, {} partially, {} bits, {} to zero, {} subnormal, {} overflows, {} "
      "NaNs",
      o.operations, o.additions, o.absorbed, o.partially_absorbed, o.bits_lost, o.underflows_to_zero,
      o.subnormal_results, o.overflows, o.nans_made);
}

/// The same bits with an observer and without; and what is counted is what Reference counts.
template <class A>
void check_same_bits(const A& engine) {
  constexpr int tries = 4'000;
  constexpr std::uint64_t most_terms = 20;
  testing::Operands operands(engine.format(), seed);
  const Reference reference(engine.format());
  Observations counts, by_reference;
  const Observed<A> watched(engine, counts);
  const Observed<Reference> watched_reference(reference, by_reference);
  Mismatches mismatches;
  const auto expect = [&](const char* operation, std::initializer_list<Exact> of, double got, double wanted) {
    mismatches.expect(Exact::from(got) == Exact::from(wanted) && counts == by_reference, [&] {
      return fmt::format("{} observed: {}; {}; by reference {}", A::name(),
                         testing::case_line(operation, engine.format(), Rounding::nearest_even, of,
                                            {Exact::from(got), {}}, {Exact::from(wanted), {}}),
                         counts_text(counts), counts_text(by_reference));
    });
    counts = by_reference = {};
  };
  for (int i = 0; i < tries; ++i) {
    const auto [x, y] = operands.pair();
    const Exact a = Exact::from(x), b = Exact::from(y);
    static_cast<void>(watched_reference.add(a, b));
    expect("add", {a, b}, watched.add(x, y), engine.add(x, y));
    static_cast<void>(watched_reference.sub(a, b));
    expect("sub", {a, b}, watched.sub(x, y), engine.sub(x, y));
    static_cast<void>(watched_reference.mul(a, b));
    expect("mul", {a, b}, watched.mul(x, y), engine.mul(x, y));
    static_cast<void>(watched_reference.div(a, b));
    expect("div", {a, b}, watched.div(x, y), engine.div(x, y));
    static_cast<void>(watched_reference.sqrt(a));
    expect("sqrt", {a}, watched.sqrt(x), engine.sqrt(x));
    static_cast<void>(watched_reference.exp(a));
    expect("exp", {a}, watched.exp(x), engine.exp(x));
    static_cast<void>(watched_reference.log(a));
    expect("log", {a}, watched.log(x), engine.log(x));
    static_cast<void>(watched_reference.convert(a));
    expect("convert", {a}, watched.convert(x), engine.convert(x));
    const auto [z, exponent] = operands.scaling();
    static_cast<void>(watched_reference.scale(Exact::from(z), exponent));
    expect("scale", {Exact::from(z), Exact::from(exponent)}, watched.scale(z, exponent), engine.scale(z, exponent));
    static_cast<void>(watched_reference.max(a, b));
    expect("max", {a, b}, watched.max(x, y), engine.max(x, y));
    mismatches.expect(watched.compare(x, y) == engine.compare(x, y) && counts == Observations{},
                      [] { return "compare"; });
    const std::vector<double> terms = testing::random_terms(operands, most_terms);
    std::vector<Exact> exact;
    for (const double term : terms) exact.push_back(Exact::from(term));
    static_cast<void>(watched_reference.sum_exactly(exact));
    expect("sum_exactly", {}, watched.sum_exactly(terms), engine.sum_exactly(terms));
  }
}

}  // namespace

TEST_CASE("observed engines give the bits of the engine, and count what Reference counts") {
  check_same_bits(Carried<double>(binary16));
  check_same_bits(Carried<double>(bfloat16));
  check_same_bits(Carried<double>(ieee_like(3, 4)));
  check_same_bits(Carried<double>(binary32));
  check_same_bits(Native<double>{});
  static_assert(Arithmetic<Observed<Native<double>>> && Observable<Observed<Reference>>);
  CHECK(Observed<Native<double>>::name() == "native");
}

TEST_CASE("an addition is absorbed if it gives one of its operands, and all bits of the other are lost") {
  const Format f = bfloat16;
  CHECK(of_addition(f, 1, 0x1p-8) == absorbed(1));
  CHECK(of_addition(f, 0x1p-9, 1) == absorbed(1));
  CHECK(of_addition(f, 1, 0x1.81p-9) == absorbed(9));
  CHECK(of_addition(f, -1, 0x1.8p-20) == absorbed(2));
  CHECK(of_addition(f, 1, 0x1p-8, Rounding::toward_positive) == partially_absorbed(1));
  CHECK(of_addition(f, 1, 0x1p-500) == absorbed(1));
  CHECK(of_addition(f, 1, -0x1p-9) == absorbed(1));  // a tie with the number below
  CHECK(of_addition(f, 1, -0x1p-8) == nothing);
  CHECK(of_addition(f, 1, 1) == nothing);
  CHECK(of_addition(f, 1, 0) == Observations{.operations = 1});
  CHECK(of_addition(f, 1, -1) == nothing);
  CHECK(of_addition(f, 0, -0.0) == Observations{.operations = 1});
  // What an operand wider than the format loses is no absorption.
  CHECK(of_addition(f, 0x1.0001p0, 0x1p-8) == partially_absorbed(1));
  CHECK(of_addition(f, 0x1.0001p0, 1) == nothing);
}

TEST_CASE("bits of the smaller operand below the last place of the exact sum are lost, if the sum has any there") {
  const Format f = ieee_like(4, 6);
  CHECK(of_addition(f, 8, 1.5) == partially_absorbed(1));    // 9.5 = 1001.1
  CHECK(of_addition(f, 8, 0.875) == partially_absorbed(3));  // 1000.111, which goes up
  CHECK(of_addition(f, 15, 1) == nothing);                   // 10000: nothing below the last place
  CHECK(of_addition(f, 15, 2) == nothing);                   // 10001: the bit below is that of the larger operand
  CHECK(of_addition(f, 15, 3) == nothing);
  CHECK(of_addition(f, 14, 3) == partially_absorbed(1));      // 10001
  CHECK(of_addition(f, 16, -1.25) == partially_absorbed(2));  // 1110.11: a place is gained
  CHECK(of_addition(f, 8, -7.5) == nothing);
}

namespace {

Observations of(const Format& f, double x, double y, const char* operation,
                Rounding rounding = Rounding::nearest_even) {
  return seen(Reference(f, rounding), [&](const auto& a) {
    const Exact u = Exact::from(x), v = Exact::from(y);
    const std::string_view name = operation;
    if (name == "add") static_cast<void>(a.add(u, v));
    if (name == "sub") static_cast<void>(a.sub(u, v));
    if (name == "mul") static_cast<void>(a.mul(u, v));
    if (name == "div") static_cast<void>(a.div(u, v));
    if (name == "sqrt") static_cast<void>(a.sqrt(u));
    if (name == "exp") static_cast<void>(a.exp(u));
    if (name == "log") static_cast<void>(a.log(u));
    if (name == "convert") static_cast<void>(a.convert(u));
    if (name == "max") static_cast<void>(a.max(u, v));
    if (name == "scale") static_cast<void>(a.scale(u, static_cast<int>(y)));
    if (name == "sum") static_cast<void>(a.sum_exactly(std::vector{u, v}));
  });
}

}  // namespace

TEST_CASE("a result is an underflow if it is zero and should not be") {
  const Format f = binary16;
  constexpr Observations none{.operations = 1}, underflow{.operations = 1, .underflows_to_zero = 1};
  CHECK(of(f, 0x1p-13, 0x1p-12, "mul") == underflow);
  CHECK(of(f, 0x1p-13, 0x1p-12, "mul", Rounding::toward_positive) ==
        Observations{.operations = 1, .subnormal_results = 1});
  CHECK(of(f, 0x1p-13, 0, "mul") == none);
  CHECK(of(f, 0x1p-14, 0x1p12, "div") == underflow);
  CHECK(of(f, 0x1p-14, infinity, "div") == none);
  CHECK(of(f, -18, 0, "exp") == underflow);
  CHECK(of(f, -infinity, 0, "exp") == none);
  CHECK(of(f, 1, 0, "log") == none);
  CHECK(of(f, 1 + 0x1p-40, 0, "log") == underflow);
  CHECK(of(f, 0x1p-40, 0, "convert") == underflow);
  CHECK(of(f, -0.0, 0, "convert") == none);
  CHECK(of(f, 0x1p-100, 0, "sqrt") == underflow);
  CHECK(of(f, 0x1p-40, 0x1p-40, "sum") == underflow);
  CHECK(of(f, 0x1p-40, -0x1p-40, "sum") == none);
  CHECK(of(f, 0x1p-40, 0, "add") == underflow);
  CHECK(of(f, 0x1p-40, 0x1p-40, "add") == Observations{.operations = 1, .additions = 1, .underflows_to_zero = 1});
  CHECK(of(f, 0, -0.0, "add") == none);
  const Format flushing = parse_format("e5m10:ftz:daz");
  CHECK(of(flushing, 0x1.8p-14, 0x1p-14, "sub") ==
        Observations{.operations = 1, .additions = 1, .underflows_to_zero = 1});
  CHECK(of(flushing, 0x1p-20, 0x1p10, "mul") == underflow);  // the operand is flushed
  CHECK(of(flushing, 1, 0x1p-20, "add") == absorbed(1));     // likewise
}

TEST_CASE("subnormal results, overflows and NaNs are counted as what they are") {
  const Format f = binary16;
  constexpr Observations none{.operations = 1}, overflow{.operations = 1, .overflows = 1},
      subnormal{.operations = 1, .subnormal_results = 1}, made{.operations = 1, .nans_made = 1};
  CHECK(of(f, 0x1p-14, 0.5, "mul") == subnormal);
  CHECK(of(f, 0x1p-14, 1, "mul") == none);
  CHECK(of(f, 65504, 2, "mul") == overflow);
  CHECK(of(f, 65504, 2, "mul", Rounding::toward_zero) == overflow);
  CHECK(of(f, 65504, 1, "mul") == none);
  CHECK(of(f, 12, 0, "exp") == overflow);
  CHECK(of(f, infinity, 0, "exp") == none);
  CHECK(of(f, infinity, 1, "add") == none);
  CHECK(of(f, 1, 0, "div") == none);  // a pole
  CHECK(of(f, 0, 0, "log") == none);
  CHECK(of(f, 65520, 0, "convert") == overflow);
  CHECK(of(f, 65519, 0, "convert") == none);
  CHECK(of(f, 65504, 65504, "sum") == overflow);
  CHECK(of(f, 0, 0, "div") == made);
  CHECK(of(f, -1, 0, "sqrt") == made);
  CHECK(of(f, infinity, infinity, "sub") == made);
  CHECK(of(f, infinity, -infinity, "sum") == made);
  CHECK(of(f, not_a_number, 1, "mul") == none);
  CHECK(of(f, 1, not_a_number, "sum") == none);
}

TEST_CASE("a scaled number or a maximum may underflow, become subnormal, overflow and be no number") {
  const Format f = binary16;
  constexpr Observations none{.operations = 1}, overflow{.operations = 1, .overflows = 1},
      subnormal{.operations = 1, .subnormal_results = 1}, underflow{.operations = 1, .underflows_to_zero = 1};
  CHECK(of(f, 1, 15, "scale") == none);
  CHECK(of(f, 1, 16, "scale") == overflow);
  CHECK(of(f, -1, 1e9, "scale") == overflow);
  CHECK(of(f, 1, 16, "scale", Rounding::toward_zero) == overflow);
  CHECK(of(f, 1, -14, "scale") == none);
  CHECK(of(f, 1, -24, "scale") == subnormal);
  CHECK(of(f, 1, -25, "scale") == underflow);
  CHECK(of(f, 1, -25, "scale", Rounding::toward_positive) == subnormal);
  CHECK(of(f, -1, -1e9, "scale") == underflow);
  CHECK(of(f, 0, 100, "scale") == none);
  CHECK(of(f, -0.0, -100, "scale") == none);
  CHECK(of(f, infinity, -100, "scale") == none);
  CHECK(of(f, not_a_number, 1, "scale") == none);
  CHECK(of(f, 1, 2, "max") == none);
  CHECK(of(f, 0, -0.0, "max") == none);
  CHECK(of(f, -1, 0x1p-40, "max") == underflow);
  CHECK(of(f, -0x1p-40, -1, "max") == underflow);
  CHECK(of(f, 0x1p-20, 0, "max") == subnormal);
  CHECK(of(f, 65520, 1, "max") == overflow);
  CHECK(of(f, -1, -1e6, "max") == none);
  CHECK(of(f, infinity, 1e6, "max") == none);
  CHECK(of(f, not_a_number, 1e6, "max") == none);
  const Format flushing = parse_format("e5m10:ftz:daz");
  CHECK(of(flushing, 0x1.8p-14, -1, "scale") == underflow);
  CHECK(of(flushing, 0x1p-20, 10, "scale") == underflow);  // the operand is flushed
  CHECK(of(flushing, 0x1p-20, -1, "max") == underflow);    // likewise
  CHECK(of(parse_format("e4m3fn"), 448, 1, "scale") == Observations{.operations = 1, .overflows = 1, .nans_made = 1});
  CHECK(of(parse_format("e4m3fn:sat"), 448, 1, "scale") == overflow);
}

TEST_CASE("an overflow is one whatever becomes of it") {
  constexpr Observations overflow{.operations = 1, .additions = 1, .overflows = 1};
  CHECK(of_addition(binary16, 65504, 65504) == overflow);
  CHECK(of_addition(binary16, 65504, 32, Rounding::toward_zero) == overflow);
  CHECK(of_addition(binary16, 65504, 15) == absorbed(4));
  const Format saturating = parse_format("e4m3fn:sat"), to_nan = parse_format("e4m3fn");
  CHECK(of_addition(saturating, 448, 448) == overflow);
  CHECK(of_addition(saturating, 448, 20) == overflow);    // would have been 480
  CHECK(of_addition(saturating, 448, 8) == absorbed(1));  // stays below the middle
  CHECK(of_addition(to_nan, 448, 8) == absorbed(1));
  CHECK(of_addition(to_nan, 448, 448) == Observations{.operations = 1, .additions = 1, .overflows = 1, .nans_made = 1});
  CHECK(of_addition(to_nan, 448, 448, Rounding::toward_zero) == overflow);
  CHECK(of(saturating, 1, 0, "div") == Observations{.operations = 1});
  CHECK(of(parse_format("e2m1fn"), 4, 4, "mul") == Observations{.operations = 1, .overflows = 1});
}

TEST_CASE("counts add up, and so do those of threads") {
  const Observations one{1, 2, 3, 4, 5, 6, 7, 8, 9};
  Observations sum = one;
  sum += Observations{10, 20, 30, 40, 50, 60, 70, 80, 90};
  CHECK(sum == Observations{11, 22, 33, 44, 55, 66, 77, 88, 99});

  const Carried<double> engine(bfloat16);
  const auto work = [&](Observations& counts, double first, double last) {
    const Observed<Carried<double>> a(engine, counts);
    for (double x = first; x < last; ++x) static_cast<void>(a.add(a.mul(x, 0.3), a.exp(-x)));
  };
  Observations all, left, right;
  work(all, 0, 200);
  std::thread other([&] { work(left, 0, 77); });
  work(right, 77, 200);
  other.join();
  left += right;
  CHECK(left == all);
  CHECK(all.operations == 600);
  CHECK(all.absorbed > 50);
  CHECK(all.underflows_to_zero > 50);
}

TEST_CASE("a softmax row absorbs from the margin p ln 2 on, and not before") {
  constexpr double ln2 = 0.6931471805599453, step = 1e-3;
  for (const int p : {8, 11, 17, 24}) {
    const Carried<double> engine(ieee_like(p, 8));
    for (const std::size_t wrong : {std::size_t{1}, std::size_t{9}}) {
      double onset = 0;
      for (double margin = (p - 1) * ln2; onset == 0; margin += step) {
        // The correct class, whose logit is larger by the margin, comes first.
        Observations counts;
        const Observed<Carried<double>> a(engine, counts);
        std::vector<double> terms{a.exp(0.0)};
        for (std::size_t k = 0; k < wrong; ++k) terms.push_back(a.exp(a.sub(0.0, margin)));
        const Observations before = counts;
        const double total = sum(a, terms, SumOrder::sequential, 0);
        CHECK(before.absorbed == 0);
        CHECK(counts.absorbed == (total == 1 ? wrong : 0));
        if (counts.absorbed > 0) onset = margin;
      }
      CAPTURE(p);
      // The difference of logits is rounded first, by at most half an ulp of a number below 32; then exp rounds.
      CHECK(std::fabs(onset - p * ln2) < std::ldexp(16, -p) + std::ldexp(1, 1 - p) + 2 * step);
    }
  }
}

TEST_CASE("an overflow by chance is counted where it happened") {
  const Format f = parse_format("e4m3");
  const Exact largest = largest_finite(f),
              half = Exact::from(std::ldexp(0.5, static_cast<int>(quantum_exponent(f, f.emax))));
  Draws draws;
  draws.begin({1, 0, 0});
  Observations counts;
  const Observed<Reference> engine(Reference(f, Rounding::stochastic, &draws), counts);
  std::uint64_t infinite = 0;
  constexpr std::uint64_t operations = 400;
  for (std::uint64_t i = 0; i < operations; ++i) {
    if (engine.add(largest, half).kind() == Exact::Kind::infinity) ++infinite;
  }
  CHECK(infinite > operations / 3);
  CHECK(infinite < operations * 2 / 3);
  CHECK(counts.overflows == infinite);
  CHECK(counts.absorbed == operations - infinite);
}
