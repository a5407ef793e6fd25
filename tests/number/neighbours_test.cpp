#include <doctest/doctest.h>

#include <compare>
#include <cstdint>
#include <vector>

#include "precipice/number/code_point.hpp"
#include "support/exact_datum.hpp"
#include "support/formats.hpp"
#include "support/mismatches.hpp"
#include "support/report_number.hpp"

using namespace precipice;
using testing::Datum;
using testing::Mismatches;

namespace {

void check_neighbours(const Format& f, Mismatches& mismatches) {
  const std::vector<Datum> row = testing::data_in_order(f);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const Exact x = to_exact(row[i]);
    const auto [below, above] = neighbours_of(row, i);
    const auto line = [&] { return testing::value_line("neighbours of", f, x); };
    mismatches.expect(next_up(f, x) == to_exact(above), line);
    mismatches.expect(next_down(f, x) == to_exact(below), line);
  }
}

}  // namespace

TEST_CASE("next_up climbs through every number of a format of any family, and next_down goes back") {
  Mismatches mismatches;
  for (const Format& f : testing::families_up_to(10)) check_neighbours(f, mismatches);
}

TEST_CASE("the same in formats with a lowered emax, a stored leading bit, and whatever the rules for their ends") {
  Mismatches mismatches;
  for (const char* const text :
       {"e4m3:emax=3", "e4m3fn:emax=6", "e4m3fnuz:emax=4", "e4m3nuz:emax=0", "e8m0fnu:emax=9", "e4m3f:emax=5",
        "e4m3:explicit", "e3m0:explicit", "e4m3:sat", "e4m3:ftz:daz", "e4m3fn:sat:ftz"}) {
    check_neighbours(parse_format(text), mismatches);
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

TEST_CASE("compare orders the numbers of a format as the row of them is ordered, zeros being equal") {
  Mismatches mismatches;
  for (const Format& f : testing::families_up_to(7)) {
    const std::vector<Datum> row = testing::data_in_order(f);
    for (std::size_t i = 0; i < row.size(); ++i) {
      for (std::size_t j = 0; j < row.size(); ++j) {
        const bool zeros = is_zero(row[i]) && is_zero(row[j]);
        const Exact x = to_exact(row[i]), y = to_exact(row[j]);
        mismatches.expect(compare(x, y) == (zeros ? std::strong_ordering::equal : i <=> j),
                          [&] { return testing::value_line("compare", f, x) + " " + to_hexadecimal(y); });
        mismatches.expect((x == y) == (i == j), [&] { return testing::value_line("==", f, x); });
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
