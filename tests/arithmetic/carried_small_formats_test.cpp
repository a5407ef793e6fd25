// Carried<double> against Reference on everything that small formats hold.
#include <doctest/doctest.h>

#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/number/code_point.hpp"
#include "support/engines.hpp"
#include "support/formats.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr int widest = 7;

std::vector<double> all_data(const Format& f) {
  std::vector<double> result;
  for (int code = 0; code < 1 << width(f); ++code) result.push_back(to_double(decode(f, code)));
  return result;
}

}  // namespace

TEST_CASE("the carried engine agrees with Reference on all pairs of all formats up to seven bits") {
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(widest, 2)) {
    const Carried<double> engine(f);
    testing::Comparison compare(engine, mismatches);
    const std::vector<double> data = all_data(f);
    for (const double x : data) {
      compare.all_of_one(x);
      for (const double y : data) compare.pair(x, y);
    }
  }
}

TEST_CASE("the carried engine agrees with Reference on all pairs of a wider format") {
  Mismatches mismatches;
  const std::vector<double> data = all_data(ieee_like(4, 3));
  for (const Format& f : {ieee_like(2, 2), ieee_like(3, 2), ieee_like(2, 3), ieee_like(2, 5)}) {
    const Carried<double> engine(f);
    testing::Comparison compare(engine, mismatches);
    for (const double x : data) {
      compare.all_of_one(x);
      for (const double y : data) compare.pair(x, y);
    }
  }
}

TEST_CASE("the carried engine agrees with Reference on exp, log, sqrt of all of binary16 and bfloat16") {
  Mismatches mismatches;
  for (const Format& f : {binary16, bfloat16}) {
    const Carried<double> engine(f);
    testing::Comparison compare(engine, mismatches);
    for (const double x : all_data(f)) compare.all_of_one(x);
  }
}
