// Carried<double> and Carried<float> against Reference on everything that small formats hold.
#include <doctest/doctest.h>

#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/number/code_point.hpp"
#include "support/engines.hpp"
#include "support/formats.hpp"
#include "support/shard.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

template <class V>
std::vector<V> all_data(const Format& f) {
  std::vector<V> result;
  for (int code = 0; code < 1 << width(f); ++code) result.push_back(static_cast<V>(to_double(decode(f, code))));
  return result;
}

template <class V>
void check_pairs(const Format& f, Rounding rounding, const std::vector<V>& data, Mismatches& mismatches) {
  const Carried<V> engine(f, rounding);
  testing::Comparison compare(engine, mismatches);
  for (const V x : data) {
    compare.all_of_one(x);
    for (const V y : data) compare.pair(x, y);
  }
}

/// All pairs of all data of a format, or of another one, in every direction, where the engine takes it.
template <class V>
void check_directions(const Format& operands, const Format& f, Mismatches& mismatches) {
  const std::vector<V> data = all_data<V>(operands);
  for (const Rounding rounding : deterministic_roundings()) {
    if (Carried<V>::refusal(f, rounding).empty()) check_pairs<V>(f, rounding, data, mismatches);
  }
}

}  // namespace

TEST_CASE("the carried engines agree with Reference on all pairs of all formats up to five bits, with every rule") {
  Mismatches mismatches;
  for (const Format& usual : testing::families_up_to(5)) {
    for (const Format& f : testing::with_every_rule(usual)) {
      check_directions<double>(f, f, mismatches);
      check_directions<float>(f, f, mismatches);
    }
  }
}

TEST_CASE("the carried engines agree with Reference on all pairs of a wider format") {
  Mismatches mismatches;
  for (const Format& f : {ieee_like(2, 2), ieee_like(3, 2), ieee_like(2, 3), ieee_like(2, 5)}) {
    check_directions<double>(ieee_like(4, 3), f, mismatches);
    check_directions<float>(ieee_like(4, 3), f, mismatches);
  }
}

TEST_CASE("the carried engine agrees with Reference on exp, log, sqrt of all of binary16 and bfloat16") {
  Mismatches mismatches;
  for (const Format& f : {binary16, bfloat16}) {
    const Carried<double> engine(f);
    testing::Comparison compare(engine, mismatches);
    for (const double x : all_data<double>(f)) compare.all_of_one(x);
  }
}

TEST_SUITE("oracle") {
  TEST_CASE("the carried engines agree with Reference on all pairs of the named formats of eight bits") {
    Mismatches mismatches;
    for (const Format& f : testing::catalogue_formats()) {
      if (width(f) != 8) continue;
      check_directions<double>(f, f, mismatches);
      check_directions<float>(f, f, mismatches);
    }
  }
}

TEST_SUITE("exhaustive") {
  TEST_CASE("the carried engines agree with Reference on all pairs of every format of six to eight bits") {
    Mismatches mismatches;
    std::size_t index = 0;
    for (const int bits : {6, 7, 8}) {
      for (const Format& f : testing::families_of_width(bits)) {
        if (!testing::is_in_this_shard(index++)) continue;
        check_directions<double>(f, f, mismatches);
        check_directions<float>(f, f, mismatches);
      }
    }
  }
}
