#include "precipice/format/format.hpp"

#include <doctest/doctest.h>

#include <cstdint>

#include "support/formats.hpp"

using namespace precipice;

namespace {

/// What clause 3.3 says of `inner` and `outer`, number by number: the quantum of every binade that `inner` reaches.
bool holds_every_binade(const Format& outer, const Format& inner) {
  if (outer.emax < inner.emax) return false;
  const std::int64_t first = std::int64_t{inner.emin} - inner.precision + 1;
  for (std::int64_t e = first; e <= inner.emax; ++e) {
    if (quantum_exponent(outer, e) > quantum_exponent(inner, e) || quantum_exponent(outer, e) > e) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("the basic formats have the parameters of IEEE 754-2019, table 3.5") {
  struct Row {
    Format format;
    int p, emax, emin, bias, width, trailing;
    std::int64_t smallest;
  };
  for (const Row& row : {Row{binary16, 11, 15, -14, 15, 16, 10, -24}, Row{binary32, 24, 127, -126, 127, 32, 23, -149},
                         Row{binary64, 53, 1023, -1022, 1023, 64, 52, -1074},
                         Row{binary128, 113, 16383, -16382, 16383, 128, 112, -16494},
                         Row{binary256, 237, 262143, -262142, 262143, 256, 236, -262378},
                         Row{bfloat16, 8, 127, -126, 127, 16, 7, -133}, Row{tf32, 11, 127, -126, 127, 19, 10, -136}}) {
    CAPTURE(row.width);
    CHECK(row.format.precision == row.p);
    CHECK(row.format.emax == row.emax);
    CHECK(row.format.emin == row.emin);
    CHECK(bias(row.format) == row.bias);
    CHECK(width(row.format) == row.width);
    CHECK(trailing_bits(row.format) == row.trailing);
    CHECK(smallest_exponent(row.format) == row.smallest);
  }
}

TEST_CASE("bias, emax and emin hang together for every exponent width") {
  for (int exponent_bits = 2; exponent_bits <= largest_exponent_bits; ++exponent_bits) {
    const Format f = ieee_like(3, exponent_bits);
    CAPTURE(exponent_bits);
    CHECK(bias(f) == f.emax);
    CHECK(f.emin == 1 - f.emax);
    // The fields 1 to 2^E - 2 are the normal exponents.
    CHECK(std::int64_t{f.emax} - f.emin + 1 == (std::int64_t{1} << exponent_bits) - 2);
  }
}

TEST_CASE("the quantum stops shrinking at the subnormal numbers") {
  CHECK(quantum_exponent(binary16, 15) == 5);
  CHECK(quantum_exponent(binary16, -14) == -24);
  CHECK(quantum_exponent(binary16, -15) == -24);
  CHECK(quantum_exponent(binary16, -1'000'000'000'000) == -24);
  CHECK(quantum_exponent(ieee_like(1, 5), 0) == 0);
}

TEST_CASE("one format contains another exactly if it has a number for every binade of it") {
  constexpr int widest = 9;
  for (const Format& outer : testing::formats_up_to(widest)) {
    for (const Format& inner : testing::formats_up_to(widest)) {
      CAPTURE(outer.precision);
      CAPTURE(outer.exponent_bits);
      CAPTURE(inner.precision);
      CAPTURE(inner.exponent_bits);
      CHECK(contains(outer, inner) == holds_every_binade(outer, inner));
    }
  }
  CHECK(contains(binary64, binary32));
  CHECK_FALSE(contains(bfloat16, binary16));
  CHECK_FALSE(contains(binary16, bfloat16));
}
