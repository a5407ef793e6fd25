// std::numeric_limits of Fixed, member by member against the machine's types of the same formats, and against its
// definition in other families.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>
#include <limits>

#include "precipice/arithmetic/fixed.hpp"
#include "precipice/format/catalogue.hpp"
#include "support/mismatches.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr Format x87() {
  Format f = ieee_like(64, 15);
  f.leading_bit = LeadingBit::stored;
  return f;
}

template <class Machine, Format F>
constexpr bool has_constants_of() {
  using M = std::numeric_limits<Machine>;
  using L = std::numeric_limits<Fixed<F>>;
  return L::is_specialized == M::is_specialized && L::is_signed == M::is_signed && L::is_integer == M::is_integer &&
         L::is_exact == M::is_exact && L::is_bounded == M::is_bounded && L::is_modulo == M::is_modulo &&
         L::is_iec559 == M::is_iec559 && L::has_infinity == M::has_infinity && L::has_quiet_NaN == M::has_quiet_NaN &&
         L::has_signaling_NaN == M::has_signaling_NaN && L::has_denorm == M::has_denorm &&
         L::has_denorm_loss == M::has_denorm_loss && L::round_style == M::round_style &&
         L::tinyness_before == M::tinyness_before && L::traps == M::traps && L::radix == M::radix &&
         L::digits == M::digits && L::digits10 == M::digits10 && L::max_digits10 == M::max_digits10 &&
         L::min_exponent == M::min_exponent && L::max_exponent == M::max_exponent &&
         L::min_exponent10 == M::min_exponent10 && L::max_exponent10 == M::max_exponent10;
}
static_assert(has_constants_of<float, binary32>());
static_assert(has_constants_of<double, binary64>());
static_assert(std::numeric_limits<long double>::digits != 64 || has_constants_of<long double, x87()>());
static_assert(std::numeric_limits<long double>::digits != 113 || has_constants_of<long double, binary128>());

/// A finite number of at most 64 bits.
template <class Machine>
Exact exactly(Machine x) {
  int exponent = 0;
  const Machine fraction = std::frexp(std::fabs(x), &exponent);
  const auto significand = static_cast<std::uint64_t>(std::ldexp(fraction, 64));
  return Exact::finite(std::signbit(x) ? Sign::negative : Sign::positive, significand, std::int64_t{exponent} - 64);
}

template <class Machine, Format F>
void check_values() {
  using M = std::numeric_limits<Machine>;
  using L = std::numeric_limits<Fixed<F>>;
  CHECK(L::min().exact() == exactly(M::min()));
  CHECK(L::max().exact() == exactly(M::max()));
  CHECK(L::lowest().exact() == exactly(M::lowest()));
  CHECK(L::epsilon().exact() == exactly(M::epsilon()));
  CHECK(L::round_error().exact() == exactly(M::round_error()));
  CHECK(L::denorm_min().exact() == exactly(M::denorm_min()));
  CHECK(L::infinity().exact() == Exact::infinity(Sign::positive));
  CHECK(L::quiet_NaN().exact().is_nan());
  CHECK_FALSE(is_signalling(L::quiet_NaN()));
  CHECK(is_signalling(L::signaling_NaN()));
}

Integer power_of_ten(int exponent) { return pow(Integer(10), static_cast<unsigned>(exponent)); }

/// 10^exponent against a positive number, by integers alone.
int compare_power_of_ten(int exponent, const Exact& x) {
  Integer left = power_of_ten(std::max(exponent, 0));
  Integer right = x.significand() * power_of_ten(std::max(-exponent, 0));
  (x.exponent() < 0 ? left : right) <<= static_cast<std::size_t>(std::abs(x.exponent()));
  return left.compare(right);
}

/// The definitions of clause [numeric.limits.members] of the C++ standard.
void check_decimal_exponents(Mismatches& mismatches, const Format& f) {
  const int most = detail::largest_exponent10(f), least = -detail::floor_log10(-std::int64_t{f.emin});
  const Exact largest = largest_finite(f), smallest = smallest_normal(f);
  mismatches.expect(compare_power_of_ten(most, largest) <= 0 && compare_power_of_ten(most + 1, largest) > 0,
                    [&] { return fmt::format("max_exponent10 of {} is not {}", to_text(f), most); });
  mismatches.expect(compare_power_of_ten(least, smallest) >= 0 && compare_power_of_ten(least - 1, smallest) < 0,
                    [&] { return fmt::format("min_exponent10 of {} is not {}", to_text(f), least); });
}

}  // namespace

TEST_CASE("the limits of binary32, binary64 and x87's format are those of float, double and long double") {
  check_values<float, binary32>();
  check_values<double, binary64>();
  if constexpr (std::numeric_limits<long double>::digits == 64) {
    CHECK(parse_format("x87") == x87());
    check_values<long double, x87()>();
  }
}

TEST_CASE("decimal exponents and digits are those of the definition, for formats small and large") {
  Mismatches mismatches;
  for (const NamedFormat& named : catalogue()) {
    if (named.format.emax < 20'000) check_decimal_exponents(mismatches, named.format);
  }
  for (const Specials specials : {Specials::ieee, Specials::no_infinity, Specials::fnuz, Specials::p3109}) {
    for (const Signedness signedness : {Signedness::with_sign, Signedness::without_sign}) {
      for (int precision = 2; precision <= 40; ++precision) {
        for (int exponent_bits = 2; exponent_bits <= 12; ++exponent_bits) {
          check_decimal_exponents(mismatches, laid_out(precision, exponent_bits, specials, signedness));
        }
      }
    }
  }
  // 10^d needs at most p bits behind each other: digits10 is the largest d with 10^d <= 2^(p - 1).
  for (int p = 1; p <= largest_precision; p = p < 300 ? p + 1 : p * 2 - 57) {
    const Integer room = Integer(1) << static_cast<std::size_t>(p - 1);
    const int d = detail::floor_log10(p - 1);
    mismatches.expect(power_of_ten(d) <= room && power_of_ten(d + 1) > room,
                      [&] { return fmt::format("floor(log10(2^{})) is not {}", p - 1, d); });
  }
}

TEST_CASE("a format that ends at a power of ten has it as its largest exponent") {
  // Five binades up from 1/16: the largest number is 1.25 * 2^3 = 10.
  constexpr Format f = [] {
    Format ten = laid_out(3, 3, Specials::p3109, Signedness::without_sign, 4);
    return ten;
  }();
  CHECK(largest_finite(f) == Exact::from(10));
  CHECK(std::numeric_limits<Fixed<f>>::max_exponent10 == 1);
}

TEST_CASE("limits of formats without infinity, NaN, sign or zero say so") {
  using E4M3 = std::numeric_limits<Fixed<laid_out(4, 4, Specials::no_infinity)>>;
  static_assert(!E4M3::has_infinity && E4M3::has_quiet_NaN && !E4M3::has_signaling_NaN && !E4M3::is_iec559);
  CHECK(E4M3::max() == 448);
  CHECK(E4M3::infinity() == 0);
  CHECK(E4M3::denorm_min().exact() == Exact::from(0x1p-9));
  using E8M0 = std::numeric_limits<Fixed<laid_out(1, 8, Specials::e8m0, Signedness::without_sign)>>;
  static_assert(!E8M0::is_signed && E8M0::has_denorm == std::denorm_absent && E8M0::digits10 == 0);
  CHECK(E8M0::lowest() == E8M0::min());
  CHECK(E8M0::denorm_min().exact() == Exact::from(0x1p-127));
  CHECK(E8M0::epsilon() == 1);
  using E2M1 = std::numeric_limits<Fixed<laid_out(2, 2, Specials::none)>>;
  static_assert(!E2M1::has_quiet_NaN);
  CHECK(E2M1::max() == 6);
  CHECK(E2M1::lowest() == -6);
  CHECK(E2M1::quiet_NaN() == 0);
  using Unsigned = std::numeric_limits<Fixed<p3109(8, 3, Signedness::without_sign)>>;
  CHECK(Unsigned::lowest() == 0);
}

TEST_CASE("what is not IEEE 754 in every respect is not iec559; flushed numbers are no limits") {
  using Plain = std::numeric_limits<Fixed<binary16>>;
  static_assert(Plain::is_iec559 && std::numeric_limits<Fixed<bfloat16>>::is_iec559);
  using Flushing = std::numeric_limits<Fixed<with_subnormals(binary16, Subnormals::flush_results)>>;
  static_assert(!Flushing::is_iec559 && Flushing::has_denorm == std::denorm_absent);
  CHECK(Flushing::denorm_min().exact() == Exact::from(0x1p-14));
  static_assert(!std::numeric_limits<Fixed<saturating(binary16)>>::is_iec559);
  static_assert(!std::numeric_limits<Fixed<ieee_like(2, 5)>>::is_iec559);  // no code for a signalling NaN
  static_assert(!std::numeric_limits<Fixed<laid_out(11, 5, Specials::ieee, Signedness::with_sign, 10)>>::is_iec559);
}
