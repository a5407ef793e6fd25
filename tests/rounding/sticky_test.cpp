// A truncated result stands for every result that it may be the beginning of.
#include <doctest/doctest.h>

#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"

using namespace precipice;
using testing::Mismatches;

TEST_CASE("a truncated result rounds as the same result with any tail below its last bit") {
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(6)) {
    for (const int spare : {2, 3, 5}) {
      const int bits = f.precision + spare;
      for (std::int64_t top = smallest_exponent(f) - 4; top <= f.emax + 2; ++top) {
        const std::int64_t exponent = top - bits + 1;
        for (Integer head = Integer(1) << static_cast<unsigned>(bits - 1); bit_length(head) == bits; head += 1) {
          for (const Sign sign : {Sign::positive, Sign::negative}) {
            for (const Rounding direction : deterministic_roundings()) {
              const Rounded got = round(Unrounded::truncated(sign, head, exponent), f, direction);
              for (const unsigned tail_bits : {1u, 60u}) {
                // The smallest and the largest tail of that many bits; one bit has only one.
                for (const Integer& tail : {Integer(1), Integer((Integer(1) << tail_bits) - 1)}) {
                  const Exact whole = Exact::finite(sign, Integer((head << tail_bits) + tail), exponent - tail_bits);
                  const Rounded wanted = round(whole, f, direction);
                  mismatches.expect(testing::same(got, wanted), [&] {
                    return testing::case_line("round truncated", f, direction, {whole}, got, wanted);
                  });
                }
              }
            }
          }
        }
      }
    }
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
