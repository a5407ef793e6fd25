#include "precipice/arithmetic/fixed.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <sstream>
#include <string>

#include "precipice/format/error.hpp"
#include "support/exact_datum.hpp"
#include "support/formats.hpp"
#include "support/sample.hpp"
#include "support/scalar_cases.hpp"

using namespace precipice;
using testing::Mismatches;
using testing::Sample;

namespace {

constexpr std::uint64_t seed = 20260302;
constexpr int random_operations = 20'000;

constexpr Format flushing16 = with_subnormals(binary16, Subnormals::flush_both);
constexpr Format e8m0 = laid_out(1, 8, Specials::e8m0, Signedness::without_sign);

using Half = Fixed<binary16>;
using Single = Fixed<binary32>;
using Double = Fixed<binary64>;

// --- types ----------------------------------------------------------------------------------------------------------

template <class X, class Y>
concept Mixes = requires(const X& x, const Y& y) {
  x + y;
}
|| requires(const X& x, const Y& y) { x < y; }
|| requires(X x, const Y& y) { x += y; }
|| requires(const X& x, const Y& y) { pow(x, y); };
static_assert(Mixes<Half, Half> && Mixes<Half, double> && Mixes<Half, int>);
static_assert(!Mixes<Half, Single> && !Mixes<Half, Fixed<bfloat16>> && !Mixes<Half, Number> && !Mixes<Half, bool>);
// The same numbers, and yet other formats.
static_assert(!std::is_same_v<Half, Fixed<flushing16>> && !Mixes<Half, Fixed<flushing16>>);
static_assert(!Mixes<Half, Fixed<saturating(binary16)>>);
static_assert(std::is_same_v<Half, Fixed<ieee_like(11, 5)>>);

static_assert(std::is_trivially_copyable_v<Half> && std::is_nothrow_default_constructible_v<Half>);
static_assert(sizeof(Fixed<e8m0>) == 1 && sizeof(Half) == 2 && sizeof(Fixed<tf32>) == 4 && sizeof(Double) == 8);

// What is lossy is explicit.
static_assert(std::is_convertible_v<float, Single> && std::is_convertible_v<double, Double>);
static_assert(!std::is_convertible_v<double, Single> && std::is_constructible_v<Single, double>);
static_assert(!std::is_convertible_v<float, Fixed<saturating(binary32)>>);
static_assert(std::is_convertible_v<short, Single> && !std::is_convertible_v<int, Single>);
static_assert(std::is_convertible_v<int, Double> && !std::is_convertible_v<long long, Double>);
static_assert(!std::is_convertible_v<short, Half> && std::is_convertible_v<signed char, Half>);
static_assert(std::is_convertible_v<int, Fixed<ieee_like(31, 6)>> &&
              !std::is_convertible_v<int, Fixed<ieee_like(30, 6)>>);
static_assert(std::is_convertible_v<unsigned char, Fixed<ieee_like(8, 4)>>);
static_assert(!std::is_convertible_v<int, Fixed<ieee_like(32, 5)>>);
constexpr Format without_sign = laid_out(11, 5, Specials::ieee, Signedness::without_sign);
static_assert(std::is_convertible_v<unsigned char, Fixed<without_sign>>);
static_assert(!std::is_convertible_v<signed char, Fixed<without_sign>>);
static_assert(!std::is_convertible_v<Half, Single> && std::is_constructible_v<Single, Half>);
static_assert(!std::is_convertible_v<Half, double> && std::is_constructible_v<double, Half>);
static_assert(!std::is_constructible_v<Half, bool> && !std::is_constructible_v<Half, long double>);

static_assert(std::totally_ordered<Half> && std::regular<Half>);

// --- against the machine --------------------------------------------------------------------------------------------

template <class T>
T any(Sample& sample) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return sample.any_float();
  } else {
    return sample.any_double();
  }
}

/// A number whose exponent is near that of x, so that sums and fma have something to do.
template <class T>
T near(Sample& sample, T x) {
  constexpr int reach = 30;
  if (sample.below(4) == 0 || !std::isfinite(x)) return any<T>(sample);
  const T factor = static_cast<T>(sample.between(-(1 << 20), 1 << 20));
  return std::ldexp(x * factor, static_cast<int>(sample.between(-reach, reach - 20)));
}

template <Format F, class T>
class AgainstMachine {
 public:
  using Code = std::conditional_t<sizeof(T) == sizeof(float), std::uint32_t, std::uint64_t>;
  static Fixed<F> ours(T x) { return Fixed<F>::from_code(std::bit_cast<Code>(x)); }

  void all_of(T x, T y, T z) {
    const Fixed<F> a = ours(x), b = ours(y), c = ours(z);
    expect("add", a + b, x + y, {x, y});
    expect("subtract", a - b, x - y, {x, y});
    expect("multiply", a * b, x * y, {x, y});
    expect("divide", a / b, x / y, {x, y});
    expect("sqrt", sqrt(a), std::sqrt(x), {x});
    expect("fma", fma(a, b, c), std::fma(x, y, z), {x, y, z});
    expect("remainder", remainder(a, b), std::remainder(x, y), {x, y});
    expect("constant", a * 3 + y, x * 3 + y, {x, y});
    expect("negate", -a, -x, {x});
    expect("abs", abs(a), std::fabs(x), {x});
    expect("trunc", trunc(a), std::trunc(x), {x});
    const bool same_order = (a < b) == (x < y) && (a == b) == (x == y) && (a > x) == false && (a >= b) == (x >= y);
    mismatches_.expect(same_order, [&] { return line("comparison", {x, y}); });
    const T back = static_cast<T>(a);
    mismatches_.expect(std::isnan(x) ? std::isnan(back) : std::bit_cast<Code>(back) == std::bit_cast<Code>(x),
                       [&] { return line("conversion to the machine's", {x}); });
  }

 private:
  static std::string line(std::string_view operation, std::initializer_list<T> operands) {
    std::string text = fmt::format("{} {}:", operation, to_text(F));
    for (const T x : operands) text += fmt::format(" {:#x} ({:a})", std::bit_cast<Code>(x), x);
    return text;
  }
  void expect(std::string_view operation, const Fixed<F>& got, T wanted, std::initializer_list<T> operands) {
    const bool same = std::isnan(wanted) ? isnan(got) : got.code() == Integer(std::bit_cast<Code>(wanted));
    mismatches_.expect(same, [&] {
      return fmt::format("{} -> {}, expected {:#x} ({:a})", line(operation, operands),
                         testing::datum_text(F, got.exact()), std::bit_cast<Code>(wanted), wanted);
    });
  }

  Mismatches mismatches_;
};

template <Format F, class T>
void check_against_machine() {
  AgainstMachine<F, T> compare;
  Sample sample(seed);
  for (int i = 0; i < random_operations; ++i) {
    const T x = any<T>(sample), y = near(sample, x);
    compare.all_of(x, y, near(sample, x * y));
  }
}

template <Format F>
void check_fixed_pairs(Mismatches& mismatches) {
  testing::check_all_pairs(mismatches, F, [](int code) { return Fixed<F>::from_code(code); });
}

}  // namespace

TEST_CASE("Fixed<binary32> has the bits of float, Fixed<binary64> those of double") {
  check_against_machine<binary32, float>();
  check_against_machine<binary64, double>();
}

TEST_CASE("operators and functions of all pairs of six bits are those of reference, in every family of types") {
  Mismatches mismatches;
  check_fixed_pairs<ieee_like(3, 3)>(mismatches);
  check_fixed_pairs<ieee_like(1, 5)>(mismatches);
  check_fixed_pairs<laid_out(3, 3, Specials::no_infinity)>(mismatches);
  check_fixed_pairs<laid_out(3, 3, Specials::fnuz)>(mismatches);
  check_fixed_pairs<p3109(6, 3)>(mismatches);
  check_fixed_pairs<laid_out(1, 6, Specials::e8m0, Signedness::without_sign)>(mismatches);
  check_fixed_pairs<laid_out(3, 3, Specials::none)>(mismatches);
  check_fixed_pairs<with_subnormals(ieee_like(3, 3), Subnormals::flush_both)>(mismatches);
}

TEST_CASE("a code point held in a word stands for the same datum as ever, in every family up to eight bits") {
  Mismatches mismatches;
  for (const Format& natural : testing::families_up_to(8)) {
    Format stored = natural, shorter = natural;
    stored.leading_bit = LeadingBit::stored;
    if (shorter.emax > shorter.emin) --shorter.emax;
    for (const Format& f : {natural, stored, shorter}) {
      if (f.leading_bit == LeadingBit::stored && f.specials != Specials::ieee) continue;
      for (std::uint64_t code = 0; code < std::uint64_t{1} << width(f); ++code) {
        const Exact wanted = testing::to_exact(testing::datum_of(f, code)), got = detail::decode_word(f, code);
        mismatches.expect(testing::is_same_datum(got, wanted),
                          [&] { return fmt::format("decode_word {} {}", to_text(f), code_text(f, code)); });
        if (!is_member(f, wanted)) continue;
        mismatches.expect(Integer(detail::encode_word(f, wanted)) == encode(f, wanted),
                          [&] { return fmt::format("encode_word {} {}", to_text(f), code_text(f, code)); });
      }
    }
  }
}

TEST_CASE("code points of many bits go in and come out, in a word or not") {
  Mismatches mismatches;
  Sample sample(seed);
  const auto check = [&]<Format F>(Fixed<F>) {
    constexpr int codes = 2000;
    for (int i = 0; i < codes; ++i) {
      const Integer code = ((Integer(sample.bits()) << 64U) + sample.bits()) & ((Integer(1) << unsigned{width(F)}) - 1);
      const Exact value = decode(F, code);
      if (!is_member(F, value)) continue;
      const auto x = Fixed<F>::from_code(code);
      mismatches.expect(testing::is_same_datum(x.exact(), value) && x.code() == encode(F, value),
                        [&] { return "from_code " + to_text(F) + " " + code_text(F, code); });
    }
  };
  check(Fixed<binary32>());
  check(Fixed<binary64>());
  check(Fixed<laid_out(56, 9, Specials::fnuz, Signedness::without_sign)>());  // 64 bits
  check(Fixed<ieee_like(54, 11)>());                                          // 65
  check(Fixed<binary128>());
}

TEST_CASE("the default is code point 0: +0, or the smallest number where there is no zero") {
  CHECK(Half().code() == 0);
  CHECK(Fixed<binary256>().code() == 0);
  CHECK(Fixed<ieee_like(1, 5)>().code() == 0);
  CHECK(Fixed<e8m0>().exact() == Exact::finite(Sign::positive, 1, -127));
}

TEST_CASE("Fixed comes from constants, text, data, code points, Number and other formats, rounded once") {
  CHECK(Half(0.1).code() == 0x2e66);
  CHECK(Half(0.1, Rounding::toward_positive).code() == 0x2e67);
  CHECK(Half("0.1", Rounding::toward_positive).code() == 0x2e67);
  CHECK(Half(Exact::from(0.1)).code() == 0x2e66);
  CHECK(Half(Number("0.1", binary64)).code() == 0x2e66);
  CHECK(Half(Single("0.1"), Rounding::toward_positive).code() == 0x2e67);
  CHECK(Single(Half(0.1)).exact() == Half(0.1).exact());
  CHECK(Single("0.1").to<binary16>().code() == 0x2e66);
  const auto [down, flags] = Single("0.1").to<binary16>(Rounding::toward_zero);
  CHECK(down.code() == 0x2e66);
  CHECK(flags == Flags{.inexact = true});
  CHECK(Half(65520) == Half("inf"));
  CHECK_THROWS_AS(Half("half"), ConfigError);
  CHECK_THROWS_AS(Half::from_code(0x10000), ConfigError);
  CHECK(static_cast<Number>(Half(3)) == Number(3, binary16));
  CHECK(static_cast<double>(Half(0.1)) == 0x1.998p-4);
  CHECK(std::bit_cast<std::uint16_t>(Half(1)) == 0x3c00);
}

TEST_CASE("functions with a mode give flags") {
  const auto [root, flags] = sqrt(Half(2), Rounding::toward_positive);
  CHECK(root.code() == 0x3da9);
  CHECK(flags == Flags{.inexact = true});
  CHECK(divide(Half(1), 0, Rounding::nearest_even).flags == Flags{.divide_by_zero = true});
  CHECK(multiply(Half(60000), 2, Rounding::toward_zero).flags == Flags{.inexact = true, .overflow = true});
  CHECK(add(Half::from_code(0x7d00), 1, {}).flags == Flags{.invalid = true});
}

TEST_CASE("streams read and write Fixed as they do Number") {
  std::stringstream stream;
  stream << Half(0.1) << ' ' << std::hexfloat << Half(0.1) << " 70000 rubbish";
  CHECK(stream.str() == "0.1 0x1.998p-4 70000 rubbish");
  Half x, y, z, rubbish(1);
  stream >> x >> y >> z >> rubbish;
  CHECK(x == 0.1);
  CHECK(y == x);
  CHECK(isinf(z));
  CHECK(stream.fail());
  CHECK(rubbish == 1);
}
