// Code that was written for float, on float, double, Fixed and Number alike.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>
#include <set>
#include <sstream>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "precipice/arithmetic/fixed.hpp"
#include "precipice/format/catalogue.hpp"
#include "support/exact_datum.hpp"

using namespace precipice;

namespace {

using Half = Fixed<binary16>;

// --- the example of docs/formats.md ---------------------------------------------------------------------------------

/// 1 + 1/2 + 1/3 + ..., until a term no longer changes the sum.
template <class T>
T harmonic_series(T one) {
  T sum = one;
  for (T n = one + 1; sum + 1 / n != sum; n += 1) sum += 1 / n;
  return sum;
}

void example(std::ostream& out) {
  out << harmonic_series(Fixed<bfloat16>(1)) << ' ';                // the format is part of the type
  out << harmonic_series(Number(1, parse_format("e5m10"))) << ' ';  // or a value
  out << harmonic_series(1.0F) << '\n';                             // float ends after two million terms
  const auto [root, flags] = sqrt(Number("0.1", binary16), Rounding::toward_positive);
  out << root << (flags.inexact ? " inexact " : " ") << root.to(bfloat16) << '\n';
}

// --- further templates ----------------------------------------------------------------------------------------------

template <class T, class C>
T horner(const std::vector<C>& coefficients, const T& x) {
  T value = x * C{0} + coefficients.back();
  for (auto c = std::next(coefficients.rbegin()); c != coefficients.rend(); ++c) value = value * x + *c;
  return value;
}

/// The square root by Newton's iteration from above, until it no longer falls.
template <class T>
T newton_root(const T& x) {
  for (T root = x;;) {
    const T next = (root + x / root) / 2;
    if (!(next < root)) return root;
    root = next;
  }
}

template <class T>
T length(const std::vector<T>& v, const T& zero) {
  using std::sqrt;
  return sqrt(std::inner_product(v.begin(), v.end(), v.begin(), zero));
}

/// Everything of <cmath> that generic code finds for its scalars, in one number.
template <class T>
T of_everything(const T& x) {
  using std::abs, std::fabs, std::floor, std::ceil, std::round, std::trunc, std::rint, std::fma, std::max, std::min;
  using std::isfinite, std::isnan, std::isinf, std::signbit, std::copysign, std::fmax, std::fmin, std::ldexp, std::sqrt;
  if (!isfinite(x) || isnan(x) || isinf(x)) return x;
  const T integers = floor(x) + ceil(x) * 4 + round(x) * 16 + trunc(x) * 64 + rint(x) * 256;
  const T extremes = max(x, integers) + min(x, integers) * 2 + fmax(x, x * 2) + fmin(x, x * 2);
  return fma(copysign(fabs(x), integers), abs(extremes), ldexp(sqrt(x * x), signbit(x) ? -2 : 3));
}

bool is_same(const Exact& x, double y) { return testing::is_same_datum(x, Exact::from(y)); }

}  // namespace

TEST_CASE("the example of docs/formats.md writes what it says there") {
  std::ostringstream out;
  example(out);
  CHECK(out.str() == "5.06 7.086 15.4037\n0.3164 inexact 0.316\n");
  CHECK(harmonic_series(Half(1)).code() == harmonic_series(Number(1, binary16)).code());
  CHECK(harmonic_series(Number(1, binary16)).to(binary64) == 0x1.c58p+2);
}

TEST_CASE("a polynomial by Horner's scheme has the same value in float, double, Fixed and Number") {
  const std::vector<double> coefficients{1, 1, 0.5, 1.0 / 6, 1.0 / 24};
  for (const double x : {-2.0, -0.3, 0.0, 0.1, 1.7}) {
    const double wanted = horner(coefficients, x);
    CHECK(is_same(horner(coefficients, Fixed<binary64>(x)).exact(), wanted));
    CHECK(is_same(horner(coefficients, Number(x, binary64)).exact(), wanted));
  }
  const std::vector<float> floats(coefficients.begin(), coefficients.end());
  for (const float x : {-2.0F, -0.5F, 0.0F, 1.75F}) {
    CHECK(is_same(horner(floats, Fixed<binary32>(x)).exact(), static_cast<double>(horner(floats, x))));
  }
}

TEST_CASE("Newton's iteration ends at the same root in float, double, Fixed and Number") {
  for (const double x : {2.0, 3.0, 10.0, 1e10, 0.7 + 1}) {
    const double wanted = newton_root(x);
    CHECK(is_same(newton_root(Fixed<binary64>(x)).exact(), wanted));
    CHECK(is_same(newton_root(Number(x, binary64)).exact(), wanted));
    const auto narrow = static_cast<float>(x);
    CHECK(is_same(newton_root(Fixed<binary32>(narrow)).exact(), static_cast<double>(newton_root(narrow))));
  }
}

TEST_CASE("functions of <cmath> are found for Fixed and Number as for double") {
  for (const double x : {-2.5, -1.25, 0.5, 1.75, 3.5}) {
    const double wanted = of_everything(x);
    CHECK(is_same(of_everything(Fixed<binary64>(x)).exact(), wanted));
    CHECK(is_same(of_everything(Number(x, binary64)).exact(), wanted));
  }
}

TEST_CASE("algorithms of the standard library run on vectors of Fixed and Number") {
  const std::array values{0.1, -3.0, 2.5, 1e-3, 7.0, 0.0};
  const std::vector<double> doubles(values.begin(), values.end());
  const std::vector<Fixed<binary64>> fixed(values.begin(), values.end());
  std::vector<Number> numbers;
  for (const double x : values) numbers.emplace_back(x, binary64);
  const Number zero(0, binary64);

  const double sum = std::accumulate(doubles.begin(), doubles.end(), 0.0);
  CHECK(is_same(std::accumulate(fixed.begin(), fixed.end(), Fixed<binary64>()).exact(), sum));
  CHECK(is_same(std::accumulate(numbers.begin(), numbers.end(), zero).exact(), sum));
  CHECK(is_same(length(fixed, Fixed<binary64>()).exact(), length(doubles, 0.0)));
  CHECK(is_same(length(numbers, zero).exact(), length(doubles, 0.0)));

  std::vector<double> sorted = doubles;
  std::vector<Fixed<binary64>> sorted_fixed = fixed;
  std::sort(sorted.begin(), sorted.end());
  std::sort(sorted_fixed.begin(), sorted_fixed.end());
  std::ranges::sort(numbers);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    CHECK(is_same(sorted_fixed[i].exact(), sorted[i]));
    CHECK(is_same(numbers[i].exact(), sorted[i]));
  }
  CHECK(*std::max_element(fixed.begin(), fixed.end()) == 7);
  CHECK(std::clamp(Half(9), Half(0), Half(2)) == 2);
}

TEST_CASE("Fixed is a key of tables and of ordered sets") {
  std::unordered_map<Half, int> counts;
  for (const double x : {0.1, 0.1001, -0.0, 0.0, 5.0}) ++counts[Half(x)];
  CHECK(counts.size() == 4);
  CHECK(counts[Half(0)] == 2);
  const std::unordered_set<Half> all({Half(1), Half("0.99999"), Half(-1)});  // 0.99999 is 1 in binary16
  CHECK(all.size() == 2);
  CHECK(std::set<Half>{Half(3), Half(1), Half(3)}.begin()->code() == Half(1).code());
}

TEST_CASE("hashes spread: no two of the finite numbers of binary16 share one") {
  std::unordered_set<std::size_t> hashes;
  int numbers = 0;
  for (int code = 0; code < 1 << 16; ++code) {
    const Half x = Half::from_code(code);
    if (!isfinite(x) || (is_zero(x) && signbit(x))) continue;
    ++numbers;
    hashes.insert(std::hash<Half>()(x));
  }
  CHECK(numbers == 63487);
  CHECK(hashes.size() == static_cast<std::size_t>(numbers));
}
