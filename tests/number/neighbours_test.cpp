#include <doctest/doctest.h>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

#include "precipice/number/code_point.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/report_number.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

/// All data of the format but NaN, from -infinity to +infinity with both zeros: negative codes fall, positive ones
/// rise.
std::vector<Exact> in_order(const Format& f) {
  const std::uint64_t sign_bit = std::uint64_t{1} << (width(f) - 1);
  const std::uint64_t infinity = sign_bit - (std::uint64_t{1} << trailing_bits(f));
  std::vector<Exact> result;
  for (std::uint64_t code = infinity + 1; code-- > 0;) result.push_back(decode(f, sign_bit + code));
  for (std::uint64_t code = 0; code <= infinity; ++code) result.push_back(decode(f, code));
  return result;
}

}  // namespace

TEST_CASE("next_up climbs through every number of a format, and next_down goes back") {
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(10)) {
    const std::vector<Exact> data = in_order(f);
    const std::size_t negative_zero = data.size() / 2 - 1;
    for (std::size_t i = 0; i < data.size(); ++i) {
      const auto line = [&] { return testing::value_line("neighbours of", f, data[i]); };
      // The two zeros are one number: from either it is one step to the smallest.
      const std::size_t above = i == negative_zero ? i + 2 : std::min(i + 1, data.size() - 1);
      const std::size_t below = i == negative_zero + 1 ? i - 2 : i - std::min<std::size_t>(i, 1);
      mismatches.expect(next_up(f, data[i]) == data[above], line);
      mismatches.expect(next_down(f, data[i]) == data[below], line);
    }
  }
}

TEST_CASE("stepping from the smallest numbers to zero keeps the sign, infinities and NaN stay") {
  CHECK(next_up(binary16, smallest_positive(binary16).negated()) == Exact::zero(Sign::negative));
  CHECK(next_down(binary16, smallest_positive(binary16)) == Exact::zero(Sign::positive));
  CHECK(next_up(binary16, Exact::infinity(Sign::positive)) == Exact::infinity(Sign::positive));
  CHECK(next_up(binary16, Exact::infinity(Sign::negative)) == largest_finite(binary16).negated());
  CHECK(next_up(binary16, Exact::nan()).is_nan());
  CHECK(next_down(binary16, Exact::nan()).is_nan());
}

TEST_CASE("compare orders the numbers of a format as their code points, zeros being equal") {
  Mismatches mismatches;
  for (const Format& f : testing::formats_up_to(7)) {
    const std::vector<Exact> data = in_order(f);
    const std::size_t negative_zero = data.size() / 2 - 1;
    const auto rank = [&](std::size_t i) { return i > negative_zero ? i - 1 : i; };
    for (std::size_t i = 0; i < data.size(); ++i) {
      for (std::size_t j = 0; j < data.size(); ++j) {
        mismatches.expect(compare(data[i], data[j]) == (rank(i) <=> rank(j)),
                          [&] { return testing::value_line("compare", f, data[i]) + " " + to_hexadecimal(data[j]); });
        mismatches.expect((data[i] == data[j]) == (i == j), [&] { return testing::value_line("==", f, data[i]); });
      }
    }
  }
}

TEST_CASE("NaN is unordered, to itself as well") {
  for (const Exact& x : {Exact::nan(), Exact(), Exact::infinity(Sign::negative), Exact::from(1)}) {
    CHECK(compare(Exact::nan(), x) == std::partial_ordering::unordered);
    CHECK(compare(x, Exact::nan()) == std::partial_ordering::unordered);
  }
}

TEST_CASE("numbers with far-apart exponents compare in no time") {
  const std::int64_t far = std::int64_t{1} << 60;
  const Exact huge = Exact::finite(Sign::positive, 3, far), tiny = Exact::finite(Sign::positive, 5, -far);
  CHECK(compare(huge, tiny) == std::partial_ordering::greater);
  CHECK(compare(tiny, huge) == std::partial_ordering::less);
  CHECK(compare(huge.negated(), tiny) == std::partial_ordering::less);
  CHECK(compare(huge.negated(), tiny.negated()) == std::partial_ordering::less);
  CHECK(compare(huge, Exact::infinity(Sign::positive)) == std::partial_ordering::less);
}
