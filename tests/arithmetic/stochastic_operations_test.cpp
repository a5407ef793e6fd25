// Every sum, difference, product, quotient and root of small formats, and fused ones at random, rounded stochastically,
// against the definition on exact fractions.
#include <doctest/doctest.h>

#include <vector>

#include "precipice/arithmetic/operations.hpp"
#include "support/exact_datum.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"
#include "support/stochastic.hpp"

using namespace precipice;
using testing::Rational;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260207;
/// For each pair of operands and operation.
constexpr int draws_in_fast = 1, draws_in_oracle = 12;
constexpr std::array numbers_of_bits{1, 2, 4, 11, 100, unlimited_random_bits, unlimited_random_bits};

const Format e3m2 = ieee_like(3, 3);
const Format formats_in_fast[] = {e3m2, laid_out(3, 3, Specials::fnuz)};
const Format formats_in_oracle[] = {e3m2,
                                    ieee_like(4, 2),
                                    ieee_like(2, 4),
                                    ieee_like(1, 5),
                                    with_subnormals(e3m2, Subnormals::flush_results),
                                    with_subnormals(e3m2, Subnormals::flush_both),
                                    saturating(e3m2),
                                    laid_out(3, 3, Specials::no_infinity),
                                    laid_out(3, 3, Specials::fnuz),
                                    laid_out(2, 4, Specials::p3109),
                                    laid_out(3, 3, Specials::none),
                                    laid_out(3, 4, Specials::fnuz, Signedness::without_sign),
                                    laid_out(1, 6, Specials::e8m0, Signedness::without_sign)};

struct Operation {
  const char* name;
  Rounded (*ours)(const Exact& x, const Exact& y, const Format& f, const Mode& mode);
  Rational (*exact)(const Rational& x, const Rational& y);
};

const Operation operations[] = {
    {"add", reference::add, [](const Rational& x, const Rational& y) { return Rational(x + y); }},
    {"subtract", reference::subtract, [](const Rational& x, const Rational& y) { return Rational(x - y); }},
    {"multiply", reference::multiply, [](const Rational& x, const Rational& y) { return Rational(x * y); }},
    {"divide", reference::divide, [](const Rational& x, const Rational& y) { return Rational(x / y); }},
};

/// An operand as itself and, if it is finite, as the fraction that operations in the format take it for.
struct Operand {
  Exact datum;
  Rational value;
};

std::vector<Operand> operands_of(const Format& f) {
  std::vector<Operand> result;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << width(f); ++code) {
    const Exact x = testing::to_exact(testing::datum_of(f, code));
    Rational value = x.is_finite() ? testing::to_rational(x) : Rational(0);
    if (flushes_operands(f) && abs(value) < testing::power_of_two(f.emin)) value = 0;
    result.push_back({x, value});
  }
  return result;
}

class Check {
 public:
  Check(const Format& f, Sample& sample, int draws) : f_(f), oracle_(f), sample_(sample), draws_(draws) {}

  /// `ours` rounds as a mode says what `exact` is; without an exact result other than zero the mode decides nothing,
  /// and the operation gives what it gives in any direction.
  template <class Ours, class Result>
  void expect(const char* name, std::initializer_list<Exact> operands, Ours ours, const Result* exact) {
    for (int i = 0; i < draws_; ++i) {
      const Mode mode = next_mode();
      const Rounded got = ours(mode), wanted = exact ? oracle_.round(*exact, mode) : ours(Mode(Rounding::toward_zero));
      mismatches_.expect(testing::same(got, wanted),
                         [&] { return testing::case_line(name, f_, mode, operands, got, wanted); });
    }
  }

  void pair(const Operation& operation, const Operand& x, const Operand& y) {
    const bool divides = operation.ours == reference::divide;
    const bool ordinary = x.datum.is_finite() && y.datum.is_finite() && !(divides && y.value == 0);
    const testing::FractionResult exact{ordinary ? operation.exact(x.value, y.value) : Rational(0)};
    expect(
        operation.name, {x.datum, y.datum},
        [&](const Mode& mode) { return operation.ours(x.datum, y.datum, f_, mode); },
        exact.value != 0 ? &exact : nullptr);
  }
  void roots(const Operand& x) {
    const bool ordinary = x.datum.is_finite() && x.value > 0;
    const testing::RootResult root{x.value}, reciprocal{ordinary ? Rational(1 / x.value) : Rational(0)};
    expect(
        "square_root", {x.datum}, [&](const Mode& mode) { return reference::square_root(x.datum, f_, mode); },
        ordinary ? &root : nullptr);
    expect(
        "rsqrt", {x.datum}, [&](const Mode& mode) { return reference::rsqrt(x.datum, f_, mode); },
        ordinary ? &reciprocal : nullptr);
  }
  void fused(const Operand& x, const Operand& y, const Operand& z) {
    const bool ordinary = x.datum.is_finite() && y.datum.is_finite() && z.datum.is_finite();
    const testing::FractionResult exact{ordinary ? Rational(x.value * y.value + z.value) : Rational(0)};
    expect(
        "fused_multiply_add", {x.datum, y.datum, z.datum},
        [&](const Mode& mode) { return reference::fused_multiply_add(x.datum, y.datum, z.datum, f_, mode); },
        exact.value != 0 ? &exact : nullptr);
  }

 private:
  Mode next_mode() {
    const Tininess tininess = sample_.coin() ? Tininess::after_rounding : Tininess::before_rounding;
    return testing::stochastic(sample_.one_of(numbers_of_bits), {seed, ++counter_, 0}, tininess);
  }

  Format f_;
  testing::StochasticOracle oracle_;
  Sample& sample_;
  int draws_;
  std::uint64_t counter_ = 0;
  testing::Mismatches mismatches_;
};

void check_format(const Format& f, int draws) {
  Sample sample(seed);
  Check check(f, sample, draws);
  const std::vector<Operand> operands = operands_of(f);
  for (const Operand& x : operands) {
    check.roots(x);
    for (const Operand& y : operands) {
      for (const Operation& operation : operations) check.pair(operation, x, y);
      check.fused(x, y, sample.one_of(operands));
    }
  }
}

}  // namespace

TEST_CASE("every sum, product, quotient and root of small formats is rounded by the bits of its draw") {
  for (const Format& f : formats_in_fast) check_format(f, draws_in_fast);
}

TEST_SUITE("oracle") {
  TEST_CASE("every sum, product, quotient and root of small formats of every family is rounded by a dozen draws") {
    for (const Format& f : formats_in_oracle) check_format(f, draws_in_oracle);
  }
}
