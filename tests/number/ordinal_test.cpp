#include "precipice/number/ordinal.hpp"

#include <doctest/doctest.h>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"

using namespace precipice;

TEST_CASE("ordinals count the numbers from zero up, in every named format") {
  for (const NamedFormat& named : catalogue()) {
    const Format& f = named.format;
    CAPTURE(named.name);
    Exact x = has_zero(f) ? Exact() : smallest_positive(f);
    for (int i = 0; i < 300; ++i) {
      CHECK(ordinal(f, x) == i);
      CHECK(number_at(f, i) == x);
      if (x == largest_finite(f)) break;
      x = next_up(f, x);
    }
    const Exact largest = largest_finite(f);
    CHECK(number_at(f, ordinal(f, largest)) == largest);
    CHECK(ordinal(f, largest) - ordinal(f, next_down(f, largest)) == 1);
    CHECK_THROWS_AS(number_at(f, ordinal(f, largest) + 1), ConfigError);
  }
}

TEST_CASE("a negative number has minus the ordinal of its magnitude, and a format without a sign has none") {
  CHECK(ordinal(binary32, Exact::from(-1.0)) == -0x3f800000);
  CHECK(number_at(binary32, -0x3f800000) == Exact::from(-1.0));
  CHECK(ordinal(binary32, Exact::zero(Sign::negative)) == 0);
  CHECK(ordinal(parse_format("x87"), Exact::from(1.0)) == (Integer(16383) << 63U));  // its leading bit counts nothing
  CHECK_THROWS_AS(number_at(parse_format("e8m0fnu"), -1), ConfigError);
}

TEST_CASE("what is no finite number of the format has no ordinal") {
  CHECK_THROWS_AS(ordinal(bfloat16, Exact::infinity(Sign::positive)), ConfigError);
  CHECK_THROWS_AS(ordinal(bfloat16, Exact::nan()), ConfigError);
  CHECK_THROWS_AS(ordinal(bfloat16, Exact::from(1.001)), ConfigError);
}
