// The Reference engine's + - * / sqrt in formats far wider than the machine's, against MPFR, which it does not use for
// them.
#include <doctest/doctest.h>

#include "precipice/arithmetic/operations.hpp"
#include "support/mismatches.hpp"
#include "support/mpfr.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;
using testing::MpfrNumber;

namespace {

constexpr int pairs_per_format = 2'000;
constexpr std::uint64_t seed = 20260113;

using MpfrFunction = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);
using Operation = Rounded (*)(const Exact&, const Exact&, const Format&, const Mode&);

struct Pair {
  const char* name;
  Operation ours;
  MpfrFunction mpfr;
};

constexpr Pair operations[] = {{"add", reference::add, mpfr_add},
                               {"subtract", reference::subtract, mpfr_sub},
                               {"multiply", reference::multiply, mpfr_mul},
                               {"divide", reference::divide, mpfr_div},
                               {"square_root",
                                [](const Exact& x, const Exact&, const Format& f, const Mode& mode) {
                                  return reference::square_root(x.magnitude(), f, mode);
                                },
                                [](mpfr_ptr result, mpfr_srcptr x, mpfr_srcptr, mpfr_rnd_t rounding) {
                                  MpfrNumber magnitude(mpfr_get_prec(x));
                                  mpfr_abs(magnitude.get(), x, MPFR_RNDN);
                                  return mpfr_sqrt(result, magnitude.get(), rounding);
                                }}};

}  // namespace

TEST_CASE("+ - * / sqrt of wide formats are MPFR's in every direction that it has") {
  testing::Sample sample(seed);
  testing::Mismatches mismatches;
  for (const int precision : {3, 64, 113, 237, 1000, 4096}) {
    const Format f = ieee_like(precision, 24);
    for (int i = 0; i < pairs_per_format; ++i) {
      // Close and far exponents; operands of the format, shorter ones and wider ones.
      const std::int64_t top = sample.between(-100'000, 100'000), reach = i % 2 == 0 ? 3 : 2 * precision;
      const int bits = i % 4 == 0 ? 2 * precision : i % 4 == 1 ? (precision + 1) / 2 : precision;
      const Exact x = testing::random_number(sample, bits, top),
                  y = testing::random_number(sample, precision, top + sample.between(-reach, reach));
      MpfrNumber a(x), b(y);
      for (const Rounding direction : deterministic_roundings()) {
        if (direction == Rounding::nearest_away) continue;
        for (const Pair& operation : operations) {
          const Rounded got = operation.ours(x, y, f, direction);
          const Exact wanted = testing::mpfr_result(
              [&](mpfr_ptr result, mpfr_rnd_t rounding) { return operation.mpfr(result, a.get(), b.get(), rounding); },
              precision, direction);
          mismatches.expect(got.value == wanted, [&] {
            return testing::case_line(operation.name, f, direction, {x, y}, got, {wanted, got.flags});
          });
        }
      }
    }
  }
}
