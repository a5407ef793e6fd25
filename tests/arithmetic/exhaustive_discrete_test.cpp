// remainder, minima and maxima, comparisons and scale_b on every pair of data of small formats.
#include <doctest/doctest.h>

#include <algorithm>

#include "precipice/arithmetic/operations.hpp"
#include "support/formats.hpp"
#include "support/shard.hpp"
#include "support/small_operations.hpp"

using namespace precipice;
using testing::Datum;
using testing::Mismatches;
using testing::Operand;
using testing::OperationCheck;

namespace {

// --- definitions ----------------------------------------------------------------------------------------------------

Datum absolute(Datum x) {
  x.negative = false;
  return x;
}

enum class Extreme : std::uint8_t { minimum, maximum };
enum class Key : std::uint8_t { value, magnitude };
enum class OneNan : std::uint8_t { nan, number };

/// An operation of clause 9.6 with its definition in words: which of two it wants, by what, and beside one NaN.
struct Choice {
  std::string_view name;
  Rounded (*ours)(const Exact& x, const Exact& y, const Format& f, const Mode& mode);
  Extreme wanted;
  Key by;
  OneNan beside;
};

constexpr Choice choices[] = {
    {"minimum", reference::minimum, Extreme::minimum, Key::value, OneNan::nan},
    {"maximum", reference::maximum, Extreme::maximum, Key::value, OneNan::nan},
    {"minimum_number", reference::minimum_number, Extreme::minimum, Key::value, OneNan::number},
    {"maximum_number", reference::maximum_number, Extreme::maximum, Key::value, OneNan::number},
    {"minimum_magnitude", reference::minimum_magnitude, Extreme::minimum, Key::magnitude, OneNan::nan},
    {"maximum_magnitude", reference::maximum_magnitude, Extreme::maximum, Key::magnitude, OneNan::nan},
    {"minimum_magnitude_number", reference::minimum_magnitude_number, Extreme::minimum, Key::magnitude, OneNan::number},
    {"maximum_magnitude_number", reference::maximum_magnitude_number, Extreme::maximum, Key::magnitude, OneNan::number},
};

/// The operand that the operation chooses, of two that are no NaN.
const Operand& chosen(const Choice& choice, const Operand& x, const Operand& y) {
  auto order = total_order(x.datum, y.datum);
  if (choice.by == Key::magnitude) {
    const auto magnitudes = total_order(absolute(x.datum), absolute(y.datum));
    if (magnitudes != 0) order = magnitudes;
  }
  return (choice.wanted == Extreme::minimum) == (order < 0) ? x : y;
}

bool is_signalling(const Operand& x) { return x.datum.kind == Datum::Kind::signalling_nan; }

// --- checks ---------------------------------------------------------------------------------------------------------

void check_choice(OperationCheck& check, const Choice& choice, const Operand& x, const Operand& y) {
  const bool x_is_nan = is_nan(x.datum), y_is_nan = is_nan(y.datum);
  const Flags flags{.invalid = is_signalling(x) || is_signalling(y)};
  const bool gives_nan = (x_is_nan && y_is_nan) || (choice.beside == OneNan::nan && (x_is_nan || y_is_nan));
  const Operand& result = x_is_nan ? y : y_is_nan ? x : chosen(choice, x, y);
  for (const Mode& mode : check.modes()) {
    testing::Oracle::Answer wanted = check.oracle().nan(flags);
    if (!gives_nan) {
      wanted = check.of_datum(result.datum, mode);
      wanted.flags = wanted.flags | flags;
    }
    check.expect(choice.name, {&x, &y}, choice.ours(x.exact, y.exact, check.format(), mode), wanted, mode);
  }
}

std::partial_ordering wanted_order(const Operand& x, const Operand& y) {
  if (is_nan(x.datum) || is_nan(y.datum)) return std::partial_ordering::unordered;
  if (is_zero(x.datum) && is_zero(y.datum)) return std::partial_ordering::equivalent;
  return total_order(x.datum, y.datum);
}

void check_comparisons(const Format& f, const Operand& x, const Operand& y, Mismatches& mismatches) {
  const auto order = wanted_order(x, y);
  const auto line = [&](const char* name) {
    return [&, name] {
      return fmt::format("{} {}: {} {}", name, to_text(f), testing::datum_text(f, x.exact),
                         testing::datum_text(f, y.exact));
    };
  };
  const reference::Compared quiet = reference::compare_quiet(x.exact, y.exact, f);
  const bool one_signals = is_signalling(x) || is_signalling(y);
  mismatches.expect(quiet.order == order && quiet.flags == Flags{.invalid = one_signals}, line("compare_quiet"));
  const reference::Compared signalling = reference::compare_signalling(x.exact, y.exact, f);
  const bool unordered = order == std::partial_ordering::unordered;
  mismatches.expect(signalling.order == order && signalling.flags == Flags{.invalid = unordered},
                    line("compare_signalling"));
}

constexpr std::int64_t far = std::int64_t{1} << 62;
constexpr std::int64_t scales[] = {-far * 2, -far, -1'000'000, -30, -9, -8, -7,        -6,  -5,
                                   -4,       -3,   -2,         -1,  0,  1,  2,         3,   4,
                                   5,        6,    7,          8,   9,  30, 1'000'000, far, far - 1 + far};

/// x * 2^n: MPFR knows the special data, and exponents as far as matters.
void check_scales(OperationCheck& check, const Operand& x) {
  for (const std::int64_t n : scales) {
    const std::int64_t enough = std::clamp<std::int64_t>(n, -100'000, 100'000);
    const auto ours = [&](const Mode& mode) { return reference::scale_b(x.exact, n, check.format(), mode); };
    check.compare("scale_b by " + std::to_string(n), {&x}, ours,
                  [&](mpfr_ptr result, mpfr_rnd_t rnd) { return mpfr_mul_2si(result, x.value.get(), enough, rnd); });
  }
}

constexpr testing::PairOperation nearest_remainder{"remainder", reference::remainder, mpfr_remainder};

void check_all(const Format& operands, const Format& f, const std::vector<Mode>& modes, Mismatches& mismatches) {
  OperationCheck check(f, modes, mismatches);
  const auto data = testing::operands_of(operands, f);
  for (const Operand& x : data) {
    for (const Operand& y : data) {
      check.pair(nearest_remainder, x, y);
      for (const Choice& choice : choices) check_choice(check, choice, x, y);
      check_comparisons(f, x, y, mismatches);
    }
    check_scales(check, x);
  }
}

}  // namespace

TEST_CASE("remainder, minima, maxima, comparisons, scale_b of all pairs of a small format of each family") {
  Mismatches mismatches;
  for (const char* const text : {"e3m1", "e2m2", "e3m0", "e3m1:fn", "e2m2f", "e2m2fnuz", "e3m1nuz", "e4m0fnu", "e3m1u",
                                 "e2m2fnuzu", "e3m1:sat", "e3m1:daz", "e3m1:ftz"}) {
    const Format f = parse_format(text);
    check_all(f, f, testing::usual_modes(), mismatches);
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("remainder, minima, maxima, comparisons, scale_b of all pairs of every format of six bits") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& f : testing::families_of_width(6)) {
      if (testing::is_in_this_shard(index++)) check_all(f, f, testing::usual_modes(), mismatches);
    }
  }

  TEST_CASE("the same with operands of e2m2 and every rule for the ends of formats of five bits") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& usual : testing::families_of_width(5)) {
      for (const Format& f : testing::with_every_rule(usual)) {
        if (testing::is_in_this_shard(index++)) check_all(ieee_like(3, 2), f, testing::all_modes(), mismatches);
      }
    }
  }

  TEST_CASE("the same of all pairs of E4M3, E5M2 and binary8p3") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const char* const text : {"float8_e4m3fn", "float8_e5m2", "binary8p3", "float8_e4m3fnuz"}) {
      const Format f = parse_format(text);
      if (testing::is_in_this_shard(index++)) check_all(f, f, testing::usual_modes(), mismatches);
    }
  }
}

TEST_SUITE("long") {
  TEST_CASE("remainder, minima, maxima, comparisons, scale_b of all pairs of every format of seven and eight bits") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const int bits : {7, 8}) {
      for (const Format& f : testing::families_of_width(bits)) {
        if (testing::is_in_this_shard(index++)) check_all(f, f, testing::usual_modes(), mismatches);
      }
    }
  }
}
