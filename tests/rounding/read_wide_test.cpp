// Decimals in formats wider than the machine's, against MPFR.
#include <doctest/doctest.h>

#include <string>

#include "precipice/number/code_point.hpp"
#include "precipice/rounding/text.hpp"
#include "support/decimal.hpp"
#include "support/mismatches.hpp"
#include "support/mpfr.hpp"
#include "support/report.hpp"
#include "support/sample.hpp"

using namespace precipice;

namespace {
constexpr int texts_per_format = 2'000;
constexpr std::uint64_t seed = 20260114;
}  // namespace

TEST_CASE("decimals of wide formats are read as MPFR reads them, in every direction that it has") {
  testing::Sample sample(seed);
  testing::Mismatches mismatches;
  for (const Format& f : {binary128, binary256, ieee_like(1000, 15), ieee_like(5, 15)}) {
    for (int i = 0; i < texts_per_format; ++i) {
      std::string text = sample.coin() ? "-" : "";
      for (std::uint64_t count = 1 + sample.below(i % 3 == 0 ? 400 : 40); count > 0; --count)
        text += static_cast<char>('0' + sample.below(10));
      const std::int64_t reach = i % 2 == 0 ? 4500 : 60;
      text += fmt::format("e{}", sample.between(-reach, reach));
      for (const Rounding direction : deterministic_roundings()) {
        if (direction == Rounding::nearest_away) continue;
        const Exact got = read_value(text, f, direction);
        const Exact wanted = testing::mpfr_result(
            [&](mpfr_ptr result, mpfr_rnd_t rounding) {
              return mpfr_strtofr(result, text.c_str(), nullptr, 10, rounding);
            },
            f.precision, direction);
        mismatches.expect(got == wanted, [&] {
          return fmt::format("read_value {} {}: {} -> {}, expected {}", to_text(f), to_text(direction), text,
                             to_hexadecimal(got), to_hexadecimal(wanted));
        });
      }
    }
  }
}

TEST_CASE("the last digit decides at both ends of binary128") {
  const Exact largest = largest_finite(binary128), smallest = smallest_positive(binary128);
  // The tie between the largest number and 2^16384 is an integer of 4933 digits.
  const Exact tie = Exact::finite(Sign::positive, (Integer(1) << 114u) - 1, 16383 - 113);
  const std::string digits = testing::all_digits(tie);
  CHECK(read_value(digits, binary128) == Exact::infinity(Sign::positive));
  std::string below = digits;
  --below.back();  // it is even and not 0
  REQUIRE(digits.back() != '0');
  CHECK(read_value(below, binary128) == largest);
  CHECK(read_value(below + ".99999", binary128) == largest);
  // Half of the smallest number ends in 5.
  const std::string half = testing::all_digits(Exact::finite(Sign::positive, 1, smallest.exponent() - 1));
  CHECK(read_value(half, binary128) == Exact());
  CHECK(read_value("1" + half, binary128) != Exact());
  std::string above = half;
  above[above.find('e') - 1] = '6';
  CHECK(read_value(above, binary128) == smallest);
}
