#include "precipice/format/format.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "support/datum.hpp"
#include "support/formats.hpp"

using namespace precipice;
using testing::Datum;
using testing::Dyadic;

namespace {

/// The finite magnitudes of a small format in rising order, from the descriptions of the families.
std::vector<Dyadic> magnitudes_of(const Format& f) {
  std::vector<Dyadic> result;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << testing::magnitude_width(f); ++code) {
    const Datum x = testing::datum_of(f, code);
    if (x.kind == Datum::Kind::number) result.push_back(x.magnitude);
  }
  return result;
}

bool less(const Dyadic& x, const Dyadic& y) { return testing::compare(x, y) < 0; }

/// A format with the numbers that `contains` speaks of.
struct Numbers {
  Format format;
  std::vector<Dyadic> magnitudes;
};

/// Every number of `inner` looked up; signs of zero aside.
bool holds_every_number(const Numbers& outer, const Numbers& inner) {
  const bool has_negative = inner.format.signedness == Signedness::with_sign && inner.magnitudes.size() > 1;
  if (has_negative && outer.format.signedness == Signedness::without_sign) return false;
  return std::ranges::includes(outer.magnitudes, inner.magnitudes, less);
}

/// Every format of at most six bits, some with another bias and some with a lowered emax.
std::vector<Numbers> many_formats() {
  std::vector<Numbers> result;
  for (const Format& f : testing::families_up_to(6)) {
    result.push_back({f, magnitudes_of(f)});
    Format shifted = laid_out(f.precision, f.exponent_bits, f.specials, f.signedness, bias(f) + 1);
    result.push_back({shifted, magnitudes_of(shifted)});
    if (f.emax > f.emin) {
      shifted = f;
      --shifted.emax;
      result.push_back({shifted, magnitudes_of(shifted)});
    }
  }
  return result;
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

TEST_CASE("the range of a format is what the codes of its family leave") {
  for (const Format& f : testing::families_up_to(12)) {
    CAPTURE(to_text(f));
    Format unlimited = f;
    unlimited.emax = std::numeric_limits<int>::max();
    const std::vector<Dyadic> magnitudes = magnitudes_of(unlimited);
    const auto units = static_cast<std::int64_t>(testing::ones(f.precision) - magnitudes.back().significand);
    CHECK(testing::top_of(magnitudes.back()) == f.emax);
    CHECK(units == units_below_all_ones(f));
    CHECK(natural_emax(f) == f.emax);
    CHECK(width(f) == testing::code_width(f));
    // The smallest numbers: of E8M0 the first, of others the one behind zero.
    CHECK(magnitudes[has_zero(f) ? 1 : 0].exponent == smallest_exponent(f));
    Format lowered = f;
    if (--lowered.emax >= f.emin) CHECK(units_below_all_ones(lowered) == 0);
  }
}

TEST_CASE("one format contains another exactly if it has every number of it") {
  const std::vector<Numbers> formats = many_formats();
  int contained = 0;
  for (const Numbers& outer : formats) {
    for (const Numbers& inner : formats) {
      CAPTURE(to_text(outer.format));
      CAPTURE(to_text(inner.format));
      bool held = holds_every_number(outer, inner);
      // 0, 1/2 and 1 times 2^emin count as numbers of two bits.
      if (inner.format.precision == 2 && inner.magnitudes.size() == 3) held = held && outer.format.precision >= 2;
      contained += held ? 1 : 0;
      if (contains(outer.format, inner.format) != held) CHECK(contains(outer.format, inner.format) == held);
    }
  }
  CHECK(contained > 5'000);
  CHECK(contains(binary64, binary32));
  CHECK_FALSE(contains(bfloat16, binary16));
  CHECK_FALSE(contains(binary16, bfloat16));
}
