// Elementary functions on every operand of small formats, values and flags, in every direction but stochastic, against
// ball arithmetic and a table of all numbers.
#include <doctest/doctest.h>

#include "support/formats.hpp"
#include "support/function_check.hpp"
#include "support/shard.hpp"

using namespace precipice;
using testing::ElementaryFunction;
using testing::Mismatches;
using testing::Outcome;

namespace {

/// More bits than any of these formats asks for.
constexpr std::int64_t plenty = 48;

constexpr int narrow = 8;             // all families
constexpr int narrow_with_rules = 6;  // and all rules of their ends
constexpr int middling = 16;          // IEEE-like formats, in CI: binary16, bfloat16 and all others
constexpr int widest = 19;            // IEEE-like formats, tf32 among them

/// Every operand of the format; outcome(code, x) is that of the operand as the format sees it.
template <class OutcomeAt>
void check_format(const ElementaryFunction& function, const Format& f, const std::vector<Mode>& modes,
                  OutcomeAt outcome, Mismatches& mismatches) {
  const testing::SmallRounding rounding(f);
  for (std::uint64_t code = 0; code < std::uint64_t{1} << testing::code_width(f); ++code) {
    const Exact x = to_exact(testing::datum_of(f, code));
    testing::compare_rounded(
        function.name, f, rounding, modes, {x}, outcome(code, x),
        [&](const Mode& mode) { return function.ours(x, f, mode); }, mismatches);
  }
}

void check_formats(const std::vector<Format>& formats) {
  Mismatches mismatches;
  for (std::size_t i = 0; i < formats.size(); ++i) {
    if (!testing::is_in_this_shard(i)) continue;
    for (const ElementaryFunction& function : testing::elementary_functions) {
      const auto outcome = [&](std::uint64_t, const Exact& x) {
        return testing::outcome_of(function, testing::as_seen(formats[i], x), plenty);
      };
      check_format(function, formats[i], testing::all_modes(), outcome, mismatches);
    }
  }
}

/// The IEEE-like formats of an exponent width and of `least` to `most` bits. The numbers of the narrower ones are among
/// those of the widest, with zeros behind their code points: one outcome serves them all.
void check_family(const ElementaryFunction& function, int exponent_bits, int least, int most, Mismatches& mismatches) {
  const Format all = ieee_like(most - exponent_bits, exponent_bits);
  std::vector<Outcome> outcomes;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << most; ++code) {
    outcomes.push_back(testing::outcome_of(function, to_exact(testing::datum_of(all, code)), plenty));
  }
  for (int bits = std::max(least, exponent_bits + 1); bits <= most; ++bits) {
    const auto outcome = [&](std::uint64_t code, const Exact& x) {
      return x.is_nan() ? testing::outcome_of(function, x, plenty) : outcomes[code << (most - bits)];
    };
    check_format(function, ieee_like(bits - exponent_bits, exponent_bits), testing::usual_modes(), outcome, mismatches);
  }
}

/// The families of a ring, shared out by function and exponent width.
void check_families(int least, int most) {
  Mismatches mismatches;
  std::size_t index = 0;
  for (int exponent_bits = 2; exponent_bits < most; ++exponent_bits) {
    for (const ElementaryFunction& function : testing::elementary_functions) {
      if (testing::is_in_this_shard(index++)) check_family(function, exponent_bits, least, most, mismatches);
    }
  }
}

std::vector<Format> with_every_rule(const std::vector<Format>& formats) {
  std::vector<Format> result;
  for (const Format& f : formats) {
    for (const Format& variant : testing::with_every_rule(f)) result.push_back(variant);
  }
  return result;
}

}  // namespace

TEST_CASE("elementary functions of all operands of all formats of four bits obey the rules of their ends") {
  check_formats(with_every_rule(testing::families_up_to(4)));
}

TEST_CASE("elementary functions of all operands of all formats of five bits are correctly rounded") {
  check_formats(testing::families_up_to(5));
}

TEST_SUITE("exhaustive") {
  TEST_CASE("elementary functions of all operands of all formats of eight bits are correctly rounded") {
    check_formats(testing::families_up_to(narrow));
  }

  TEST_CASE("elementary functions of all operands obey the rules of the ends of all formats of six bits") {
    check_formats(with_every_rule(testing::families_up_to(narrow_with_rules)));
  }

  TEST_CASE("elementary functions of all operands of the catalogue's small formats obey the rules of their ends") {
    std::vector<Format> formats = testing::catalogue_formats();
    std::erase_if(formats, [](const Format& f) { return width(f) > narrow; });
    check_formats(with_every_rule(formats));
  }

  TEST_CASE("elementary functions of all operands of all IEEE-like formats up to 16 bits are correctly rounded") {
    check_families(narrow + 1, middling);
  }
}

TEST_SUITE("long") {
  TEST_CASE("elementary functions of all operands of all IEEE-like formats up to 19 bits are correctly rounded") {
    check_families(middling + 1, widest);
  }
}
