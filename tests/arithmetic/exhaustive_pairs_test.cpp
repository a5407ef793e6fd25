// + - * / on every pair of data of small formats of every family against MPFR's truncated results, with flags, in every
// direction.
#include <doctest/doctest.h>

#include "precipice/arithmetic/operations.hpp"
#include "support/formats.hpp"
#include "support/shard.hpp"
#include "support/small_operations.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::Operand;

namespace {

constexpr testing::PairOperation operations[] = {{"add", reference::add, mpfr_add},
                                                 {"subtract", reference::subtract, mpfr_sub},
                                                 {"multiply", reference::multiply, mpfr_mul},
                                                 {"divide", reference::divide, mpfr_div}};

/// All pairs of `operands`, rounded into `results`.
void check_all_pairs(const Format& operands, const Format& results, const std::vector<Mode>& modes,
                     Mismatches& mismatches) {
  testing::OperationCheck check(results, modes, mismatches);
  const auto data = testing::operands_of(operands, results);
  for (const testing::PairOperation& operation : operations) {
    for (const Operand& x : data) {
      for (const Operand& y : data) check.pair(operation, x, y);
    }
  }
}

/// A format of six bits of each family, of another shape each, one of them without a usual bias.
const std::vector<Format>& formats_of_six_bits() {
  static const std::vector<Format> formats = {
      parse_format("e3m2"),          parse_format("e2m3"),        parse_format("e4m0"),
      parse_format("e3m2fn"),        parse_format("e2m3fn"),      parse_format("e3m2:fn"),
      parse_format("e4m1fnuz"),      parse_format("e2m3b5fnuz"),  parse_format("binary6p3"),
      parse_format("binary6p1"),     parse_format("binary6p4ue"), parse_format("binary6p3uf"),
      parse_format("e6m0fnu"),       parse_format("e3m3fnu"),     parse_format("e3m3u"),
      parse_format("e3m2:explicit"), parse_format("e4m1:emax=3"), parse_format("e3m2b-100000"),
      parse_format("e2m3b100000:fn")};
  return formats;
}

}  // namespace

TEST_CASE("+ - * / of all pairs of a format of six bits of each family are MPFR's") {
  Mismatches mismatches;
  for (const Format& f : formats_of_six_bits()) check_all_pairs(f, f, testing::usual_modes(), mismatches);
}

TEST_CASE("operands with a sign in formats without, and of a wider range than the result's") {
  Mismatches mismatches;
  for (const Format& f : formats_of_six_bits()) {
    check_all_pairs(ieee_like(2, 3), f, testing::usual_modes(), mismatches);
    check_all_pairs(p3109(5, 1), f, testing::usual_modes(), mismatches);
  }
}

TEST_CASE("flushing and saturating formats, and tininess before rounding") {
  Mismatches mismatches;
  for (const char* const text : {"e3m1", "e3m1fn", "e2m2b5fnuz", "e3m0", "e5m0fnu", "e2m2u", "e2m1nuz"}) {
    for (const Format& f : testing::with_every_rule(parse_format(text))) {
      check_all_pairs(f, f, testing::all_modes(), mismatches);
    }
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("+ - * / of all pairs of every format of up to eight bits are MPFR's, with flags, in every direction") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& f : testing::families_up_to(8)) {
      if (testing::is_in_this_shard(index++)) check_all_pairs(f, f, testing::usual_modes(), mismatches);
    }
  }

  TEST_CASE("all pairs of e3m2 and of e4m1u give in every format of six bits, with every rule and tininess, MPFR's") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& usual : testing::families_of_width(6)) {
      for (const Format& f : testing::with_every_rule(usual)) {
        if (!testing::is_in_this_shard(index++)) continue;
        check_all_pairs(ieee_like(3, 3), f, testing::all_modes(), mismatches);
        check_all_pairs(f, f, testing::all_modes(), mismatches);
      }
    }
  }

  TEST_CASE("+ - * / of all pairs of E4M3, E5M2, E8M0 and binary8p3 with every rule for their ends are MPFR's") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const char* const text : {"float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu", "binary8p3"}) {
      for (const Format& f : testing::with_every_rule(parse_format(text))) {
        if (testing::is_in_this_shard(index++)) check_all_pairs(f, f, testing::usual_modes(), mismatches);
      }
    }
  }
}
