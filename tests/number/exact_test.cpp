#include "precipice/number/exact.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "precipice/number/code_point.hpp"

using namespace precipice;

namespace {
std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }
}  // namespace

TEST_CASE("every double is exact and comes back with the same bits") {
  for (const double x : {0.0, 1.0, 1.5, 0.1, 0x1p-1074, 0x1.8p-1073, 0x1.fffffffffffffp-1023, 0x1p-1022,
                         0x1.fffffffffffffp+1023, 0x1.0000000000001p0, std::numeric_limits<double>::infinity()}) {
    CAPTURE(x);
    CHECK(bits(to_double(Exact::from(x))) == bits(x));
    CHECK(bits(to_double(Exact::from(-x))) == bits(-x));
  }
  CHECK(std::isnan(to_double(Exact::from(std::numeric_limits<double>::quiet_NaN()))));
}

TEST_CASE("equal data have equal members") {
  const Exact six = Exact::finite(Sign::positive, 6, 0);
  CHECK(six == Exact::finite(Sign::positive, 3, 1));
  CHECK(six == Exact::finite(Sign::positive, Integer(3) << 1000u, -999));
  CHECK(six.significand() == 3);
  CHECK(six.exponent() == 1);
  CHECK(six.top_exponent() == 2);
  CHECK(six != six.negated());
  CHECK(Exact::zero(Sign::positive) != Exact::zero(Sign::negative));
  CHECK(Exact::nan() == Exact::nan());
  CHECK(Exact::nan().negated() == Exact::nan());
  CHECK(Exact() == Exact::zero(Sign::positive));
}

TEST_CASE("a magnitude of zero is a zero that keeps its sign") {
  CHECK(Exact::finite(Sign::negative, 0, 17) == Exact::zero(Sign::negative));
  CHECK(Exact::finite(Sign::positive, 0, -17) == Exact::zero(Sign::positive));
}

TEST_CASE("negation and magnitude touch the sign alone") {
  const Exact x = Exact::finite(Sign::negative, 5, -3);
  CHECK(x.negated() == Exact::finite(Sign::positive, 5, -3));
  CHECK(x.magnitude() == x.negated());
  CHECK(x.magnitude().magnitude() == x.magnitude());
  CHECK(Exact::infinity(Sign::negative).magnitude() == Exact::infinity(Sign::positive));
  CHECK(Exact::zero(Sign::negative).magnitude() == Exact::zero(Sign::positive));
}

TEST_CASE("the bit length of an integer is where its leading one stands") {
  CHECK(bit_length(0) == 0);
  CHECK(bit_length(1) == 1);
  CHECK(bit_length(255) == 8);
  CHECK(bit_length(256) == 9);
  CHECK(bit_length(Integer(1) << 4096u) == 4097);
}
