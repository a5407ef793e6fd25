// fused_multiply_add on every triple of data of small formats against MPFR's truncated results, with flags, in every
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

/// All triples of `operands`, rounded into `f`.
void check_all_triples(const Format& operands, const Format& f, const std::vector<Mode>& modes,
                       Mismatches& mismatches) {
  testing::OperationCheck check(f, modes, mismatches);
  const auto data = testing::operands_of(operands, f);
  for (const Operand& x : data) {
    for (const Operand& y : data) {
      for (const Operand& z : data) {
        check.compare(
            "fused_multiply_add", {&x, &y, &z},
            [&](const Mode& mode) { return reference::fused_multiply_add(x.exact, y.exact, z.exact, f, mode); },
            [&](mpfr_ptr result, mpfr_rnd_t rnd) {
              return mpfr_fma(result, x.value.get(), y.value.get(), z.value.get(), rnd);
            });
      }
    }
  }
}

}  // namespace

TEST_CASE("x * y + z of all triples of a format of four or five bits of each family is MPFR's") {
  Mismatches mismatches;
  for (const char* const text : {"e2m1", "e3m1", "e3m0", "e3m0:fn", "e2m1f", "e2m1fnuz", "e2m1nuz", "e4m0fnu", "e2m2u",
                                 "e2m1fnuzu", "e2m1:sat", "e2m1:daz", "e2m1:ftz"}) {
    const Format f = parse_format(text);
    check_all_triples(f, f, testing::usual_modes(), mismatches);
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("x * y + z of all triples of formats of six bits is MPFR's, with flags, in every direction") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const char* const text : {"e3m2", "e2m3", "e4m1fnuz", "binary6p3", "e3m2:fn", "e5m0", "e3m3u", "e3m2fn"}) {
      const Format f = parse_format(text);
      if (testing::is_in_this_shard(index++)) check_all_triples(f, f, testing::usual_modes(), mismatches);
    }
  }

  TEST_CASE("x * y + z of all triples of e2m2 in every format of five bits, with every rule, is MPFR's") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& usual : testing::families_of_width(5)) {
      for (const Format& f : testing::with_every_rule(usual)) {
        if (!testing::is_in_this_shard(index++)) continue;
        check_all_triples(ieee_like(3, 2), f, testing::usual_modes(), mismatches);
      }
    }
  }
}

TEST_SUITE("long") {
  TEST_CASE("x * y + z of all triples of every format of up to six bits is MPFR's, with every tininess") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const Format& f : testing::families_up_to(6)) {
      if (testing::is_in_this_shard(index++)) check_all_triples(f, f, testing::all_modes(), mismatches);
    }
  }

  TEST_CASE("x * y + z of all triples of every format of seven bits and of the named ones of eight is MPFR's") {
    Mismatches mismatches;
    std::size_t index = 0;
    std::vector<Format> formats = testing::families_of_width(7);
    for (const Format& f : testing::catalogue_formats()) {
      if (width(f) == 8) formats.push_back(f);
    }
    for (const Format& f : formats) {
      if (testing::is_in_this_shard(index++)) check_all_triples(f, f, testing::usual_modes(), mismatches);
    }
  }
}
