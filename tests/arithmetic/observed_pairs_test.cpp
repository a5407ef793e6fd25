// What Observed counts for all pairs of small formats of every family, against the definitions spelled out on fractions
// and on the table of all numbers of the format.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "precipice/arithmetic/observed.hpp"
#include "precipice/arithmetic/reference.hpp"
#include "precipice/number/code_point.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"
#include "support/shard.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::Rational;

namespace {

struct Datum {
  Exact value;
  Rational fraction;  // of a finite one
  Rational seen;      // by operations that flush their operands
};

Datum datum(const Exact& x, const Format& f) {
  Datum result{x, x.is_finite() ? testing::to_rational(x) : Rational(0), 0};
  const bool flushes = f.subnormals == Subnormals::flush_operands || f.subnormals == Subnormals::flush_both;
  if (!flushes || abs(result.fraction) >= testing::power_of_two(f.emin)) result.seen = result.fraction;
  return result;
}

bool is_whole(const Rational& x) { return denominator(x) == 1; }

/// The bits of x from its leading to its last non-zero one that are worth less than `quantum`.
int bits_below(const Rational& x, const Rational& quantum) {
  const Rational size = abs(x);
  Rational bit = 1;
  while (!is_whole(size / bit)) bit /= 2;
  while (is_whole(size / (2 * bit))) bit *= 2;
  int count = 0;
  for (; bit <= size && bit < quantum; bit *= 2) ++count;
  return count;
}

/// Counts by definition.
class Definition {
 public:
  explicit Definition(const Format& f, Rounding rounding)
      : rounding_(rounding),
        table_(f),
        smallest_normal_(testing::power_of_two(f.emin)),
        largest_(table_.value(table_.last())) {}

  /// `exact`: of finite operands, nothing where that is no number; `seen`: that of the operands as they are seen.
  [[nodiscard]] Observations of(const std::vector<Datum>& operands, const std::optional<Rational>& exact,
                                const std::optional<Rational>& seen, const Exact& result) const {
    Observations o{.operations = 1};
    const bool has_nan = std::ranges::any_of(operands, [](const Datum& d) { return d.value.is_nan(); });
    if (result.is_nan() && !has_nan) o.nans_made = 1;
    const Rational got = result.is_finite() ? testing::to_rational(result) : Rational(0);
    if (got != 0 && abs(got) < smallest_normal_) o.subnormal_results = 1;
    if (exact && *exact != 0 && result.is_zero()) o.underflows_to_zero = 1;
    if (seen && abs(*seen) > largest_ && table_.round(*seen, rounding_).flags.overflow) o.overflows = 1;
    return o;
  }

  /// The same, and absorption.
  [[nodiscard]] Observations of_sum(const Datum& x, const Datum& y, const Exact& result) const {
    const bool is_finite = x.value.is_finite() && y.value.is_finite();
    const std::optional<Rational> exact = is_finite ? std::optional(Rational(x.fraction + y.fraction)) : std::nullopt;
    const std::optional<Rational> seen = is_finite ? std::optional(Rational(x.seen + y.seen)) : std::nullopt;
    Observations o = of({x, y}, exact, seen, result);
    if (!is_finite || x.fraction == 0 || y.fraction == 0) return o;
    o.additions = 1;
    if (o.overflows != 0 || !result.is_finite() || result.is_zero()) return o;
    const Rational got = testing::to_rational(result);
    const Rational& smaller = abs(x.fraction) < abs(y.fraction) ? x.fraction : y.fraction;
    if (got == x.fraction || got == y.fraction) {
      o.absorbed = 1;
      o.bits_lost = static_cast<std::uint64_t>(bits_below(smaller, Rational(2 * abs(smaller))));
      return o;
    }
    const Rational quantum = gap_at(Rational(abs(*exact)));
    if (is_whole(*exact / quantum)) return o;
    o.bits_lost = static_cast<std::uint64_t>(bits_below(smaller, quantum));
    o.partially_absorbed = o.bits_lost > 0 ? 1 : 0;
    return o;
  }

 private:
  /// From the number of the format at or below a magnitude to the next; beyond the largest as if there were more.
  [[nodiscard]] Rational gap_at(const Rational& magnitude) const {
    const std::uint64_t lower = std::min(table_.locate(magnitude).lower, table_.last());
    Rational gap = table_.value(lower + 1) - table_.value(lower);
    Rational binade = 1;
    while (binade <= largest_) binade *= 2;
    for (; binade <= magnitude; binade *= 2) gap *= 2;
    return gap;
  }

  Rounding rounding_;
  testing::Oracle table_;
  Rational smallest_normal_, largest_;
};

std::string counts(const Observations& o) {
  return fmt::format("{}+{} absorbed, {} bits, {} to zero, {} subnormal, {} overflows, {} NaNs, {} additions",
                     o.absorbed, o.partially_absorbed, o.bits_lost, o.underflows_to_zero, o.subnormal_results,
                     o.overflows, o.nans_made, o.additions);
}

/// All pairs of data of `operands`, rounded into `f`.
void check_all_pairs(const Format& operands, const Format& f, Rounding rounding, Mismatches& mismatches) {
  const Reference engine(f, rounding);
  Observations seen;
  const Observed<Reference> watched(engine, seen);
  const Definition definition(f, rounding);
  const auto expect = [&](const char* operation, std::initializer_list<Exact> of, const Exact& got, const Exact& bare,
                          const Observations& wanted) {
    mismatches.expect(got == bare && seen == wanted, [&] {
      return fmt::format("{}; {}, expected {}", testing::case_line(operation, f, rounding, of, {got, {}}, {bare, {}}),
                         counts(seen), counts(wanted));
    });
    seen = {};
  };
  std::vector<Datum> data;
  for (int code = 0; code < 1 << width(operands); ++code) data.push_back(datum(decode(operands, code), f));
  for (const Datum& x : data) {
    const bool is_number = x.value.is_finite();
    const auto fraction = is_number ? std::optional(x.fraction) : std::nullopt;
    const Exact converted = engine.convert(x.value);
    expect("convert", {x.value}, watched.convert(x.value), converted,
           definition.of({x}, fraction, fraction, converted));
    for (const Datum& y : data) {
      const bool are_numbers = is_number && y.value.is_finite();
      const auto either = [&](const Rational& exact) { return are_numbers ? std::optional(exact) : std::nullopt; };
      const Exact sum = engine.add(x.value, y.value), difference = engine.sub(x.value, y.value),
                  product = engine.mul(x.value, y.value), quotient = engine.div(x.value, y.value);
      expect("add", {x.value, y.value}, watched.add(x.value, y.value), sum, definition.of_sum(x, y, sum));
      expect("sub", {x.value, y.value}, watched.sub(x.value, y.value), difference,
             definition.of_sum(x, datum(y.value.negated(), f), difference));
      expect(
          "mul", {x.value, y.value}, watched.mul(x.value, y.value), product,
          definition.of({x, y}, either(Rational(x.fraction * y.fraction)), either(Rational(x.seen * y.seen)), product));
      const auto ratio = [&](const Rational& u, const Rational& v) {
        return are_numbers && v != 0 ? std::optional(Rational(u / v)) : std::nullopt;
      };
      expect("div", {x.value, y.value}, watched.div(x.value, y.value), quotient,
             definition.of({x, y}, ratio(x.fraction, y.fraction), ratio(x.seen, y.seen), quotient));
    }
  }
}

}  // namespace

TEST_CASE("counts of all pairs of e3m2 are those of the definitions, in every direction") {
  Mismatches mismatches;
  for (const Rounding rounding : deterministic_roundings()) {
    check_all_pairs(ieee_like(3, 3), ieee_like(3, 3), rounding, mismatches);
  }
}

TEST_SUITE("oracle") {
  TEST_CASE("counts of all pairs of a wider format are those of the definitions") {
    Mismatches mismatches;
    const Format e8m0 = laid_out(1, 4, Specials::e8m0, Signedness::without_sign);
    for (const Format& f : {ieee_like(2, 3), laid_out(2, 2, Specials::none), e8m0}) {
      for (const Format& g : testing::with_every_rule(f)) {
        check_all_pairs(ieee_like(4, 3), g, Rounding::nearest_even, mismatches);
      }
    }
  }

  TEST_CASE("counts of all pairs of every format of five bits are those of the definitions") {
    Mismatches mismatches;
    for (const Format& f : testing::families_of_width(5)) {
      for (const Format& g : testing::with_every_rule(f)) {
        for (const Rounding rounding : {Rounding::nearest_even, Rounding::toward_negative}) {
          check_all_pairs(f, g, rounding, mismatches);
        }
      }
    }
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("counts of all pairs of every format of six bits are those of the definitions") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& f : testing::families_of_width(6)) {
      for (const Format& g : testing::with_every_rule(f)) {
        if (!testing::is_in_this_shard(index++)) continue;
        for (const Rounding rounding : {Rounding::nearest_even, Rounding::toward_zero, Rounding::toward_positive}) {
          check_all_pairs(f, g, rounding, mismatches);
        }
      }
    }
  }
}
