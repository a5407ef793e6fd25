// A truncated result stands for every result that it may be the beginning of.
#include <doctest/doctest.h>

#include <vector>

#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/modes.hpp"
#include "support/oracle.hpp"
#include "support/report.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::Oracle;

namespace {

/// Every head of p + spare bits, from below the smallest number to beyond the range, and something behind it.
void check_heads(const Format& f, int spare, Mismatches& mismatches) {
  const Oracle oracle(f);
  const std::vector<Mode> modes = testing::all_modes();
  const int bits = f.precision + spare;
  for (std::int64_t top = smallest_exponent(f) - 4; top <= f.emax + 2; ++top) {
    const std::int64_t exponent = top - bits + 1;
    for (std::uint64_t head = std::uint64_t{1} << (bits - 1); head <= testing::ones(bits); ++head) {
      const Oracle::Place place = oracle.locate(testing::Truncated{{head, exponent}, true});
      for (const Sign sign : {Sign::positive, Sign::negative}) {
        for (const Mode& mode : modes) {
          const Rounded got = round(Unrounded::truncated(sign, head, exponent), f, mode);
          const Rounded wanted = oracle.datum(oracle.choose(place, sign, mode));
          mismatches.expect(testing::same(got, wanted), [&] {
            return testing::case_line("round truncated", f, mode, {Exact::finite(sign, head, exponent)}, got, wanted);
          });
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("a truncated result rounds as the same result with any tail below its last bit") {
  Mismatches mismatches;
  for (const Format& f : testing::families_up_to(5)) {
    for (const int spare : {2, 3, 5}) check_heads(f, spare, mismatches);
  }
}

TEST_CASE("a truncated result whose bits are all zero below the quantum is not exact") {
  for (const Rounding direction : deterministic_roundings()) {
    const Rounded got = round(Unrounded::truncated(Sign::positive, Integer(1) << 30u, -30), binary16, direction);
    CHECK(got.flags == Flags{.inexact = true});
    const bool up = direction == Rounding::toward_positive || direction == Rounding::away_from_zero ||
                    direction == Rounding::to_odd;
    CHECK(got.value == Exact::from(up ? 0x1.004p0 : 1.0));
  }
}
