// Elementary functions of vectors, close enough that rounding into a narrow format is almost always decided: the caller
// rounds both ends of the interval that the error leaves. Included once per target of Highway. Whether a target fuses
// multiply-adds changes what is computed here, within the stated error, and never what is rounded.
#if defined(PRECIPICE_FUNCTIONS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PRECIPICE_FUNCTIONS_INL
#undef PRECIPICE_FUNCTIONS_INL
#else
#define PRECIPICE_FUNCTIONS_INL
#endif

#include <hwy/highway.h>

#include <array>
#include <bit>

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Bounds the relative error of each function below; the comments account for less.
constexpr double function_error = 0x1p-48;
/// Farther out, exp says no more about a format whose exponents are within +-900.
constexpr double farthest_exponent = 660;

/// c[0] + c[1] x + c[2] x^2 + ... by halves (Estrin), so that little waits for anything: `powers` are x, x^2, x^4, ...
template <std::size_t first, std::size_t count, std::size_t n, class V>
HWY_INLINE V part_of_polynomial(const std::array<double, n>& c, const V* powers) {
  if constexpr (count == 1) {
    return hn::Set(hn::DFromV<V>{}, c[first]);
  } else {
    constexpr std::size_t half = std::bit_ceil(count) / 2;
    const V low = part_of_polynomial<first, half>(c, powers);
    return hn::MulAdd(part_of_polynomial<first + half, count - half>(c, powers), powers[std::countr_zero(half)], low);
  }
}
template <std::size_t n, class V>
HWY_INLINE V polynomial(const std::array<double, n>& c, V x) {
  V powers[std::bit_width(n - 1)] = {x};
  for (std::size_t i = 1; i < std::bit_width(n - 1); ++i) powers[i] = hn::Mul(powers[i - 1], powers[i - 1]);
  return part_of_polynomial<0, n>(c, powers);
}

/// 1/first!, 1/(first + 1)!, ...
template <std::size_t n>
constexpr std::array<double, n> reciprocal_factorials(int first) {
  std::array<double, n> c{};
  double factorial = 1;
  for (int i = 2; i <= first; ++i) factorial *= i;
  for (std::size_t i = 0; i < n; ++i) {
    c[i] = 1 / factorial;
    factorial *= first + static_cast<int>(i) + 1;
  }
  return c;
}

/// 2/3, 2/5, 2/7, ...
template <std::size_t n>
constexpr std::array<double, n> twice_odd_reciprocals() {
  std::array<double, n> c{};
  for (std::size_t i = 0; i < n; ++i) c[i] = 2.0 / static_cast<double>(2 * i + 3);
  return c;
}

/// x = k ln 2 + r with |r| <= ln 2 / 2 + 2^-43, for |x| <= farthest_exponent. With a part of ln 2 of 42 bits k * high
/// and its difference from x are exact, so r is off by less than 2^-54.
template <class V>
struct Reduced {
  V k, r;

  explicit HWY_INLINE Reduced(V x) {
    const hn::DFromV<V> d;
    const V rounder = hn::Set(d, 0x1.8p52);
    k = hn::Sub(hn::MulAdd(x, hn::Set(d, 0x1.71547652b82fep+0), rounder), rounder);
    r = hn::NegMulAdd(k, hn::Set(d, 0x1.62e42fefa38p-1), x);
    r = hn::NegMulAdd(k, hn::Set(d, 0x1.ef35793c7673p-45), r);
  }
  /// exp(r) - 1 = r + r^2 (1/2! + ... + r^11/13!): what is left out is below 2^-57 of exp(r). The relative error is
  /// that of r, and of r^2 / 2, at most 2^-3 of the whole, a few roundings.
  HWY_INLINE V less_one() const {
    static constexpr auto coefficients = reciprocal_factorials<12>(2);
    return hn::MulAdd(hn::Mul(r, r), polynomial(coefficients, r), r);
  }
  /// 2^k, |k| <= 1000.
  HWY_INLINE V power() const {
    const hn::DFromV<V> d;
    const hn::RebindToSigned<decltype(d)> bits;
    const V integer = hn::Add(k, hn::Set(d, 0x1.8p52 + 1023));  // k + 1023 in the low bits
    return hn::BitCast(d, hn::ShiftLeft<52>(hn::BitCast(bits, integer)));
  }
};

/// exp(x) for |x| <= farthest_exponent: off by the error of r, 2^-54, and the roundings of a sum close to 1, 2^-52.
template <class V>
HWY_INLINE V approximate_exp(V x) {
  const Reduced<V> reduced(x);
  const V power = reduced.power();
  return hn::MulAdd(reduced.less_one(), power, power);
}

/// exp(x) - 1 for 0 <= x <= 100. For k = 0 it is less_one; else 2^k q + (2^k - 1) is at least 0.41 where |2^k q| <=
/// 0.42
/// * 2^k, and a few roundings relative to the latter stay below 2^-50 of the former.
template <class V>
HWY_INLINE V approximate_expm1(V x) {
  const Reduced<V> reduced(x);
  const V power = reduced.power();
  return hn::MulAdd(reduced.less_one(), power, hn::Sub(power, hn::Set(hn::DFromV<V>{}, 1.0)));
}

/// log(x) for the carrier's normal x > 0. With x = 2^k m, sqrt(1/2) <= m < sqrt(2), and s = (m - 1) / (m + 1), where
/// |s| < 0.1716, log m = 2 s (1 + s^2/3 + ... + s^20/21) with less than 2^-60 left out. m - 1 is exact, s is off by
/// 2^-52 of itself; k ln 2 is exact but for its low part, and no sum loses more than half of its larger term.
template <class V>
HWY_INLINE V approximate_log(V x) {
  const hn::DFromV<V> d;
  const hn::RebindToSigned<decltype(d)> bits;
  const auto offset = hn::Sub(hn::BitCast(bits, x), hn::Set(bits, 0x3fe6'a09e'667f'3bcc));  // sqrt(1/2)
  const auto exponent = hn::ShiftRight<52>(offset);
  const V m = hn::BitCast(d, hn::Sub(hn::BitCast(bits, x), hn::ShiftLeft<52>(exponent)));
  const V rounder = hn::Set(d, 0x1.8p52);
  const V k = hn::Sub(hn::BitCast(d, hn::Add(exponent, hn::BitCast(bits, rounder))), rounder);
  const V one = hn::Set(d, 1.0);
  const V s = hn::Div(hn::Sub(m, one), hn::Add(m, one));
  const V square = hn::Mul(s, s);
  static constexpr auto coefficients = twice_odd_reciprocals<10>();
  const V series = polynomial(coefficients, square);
  const V tail = hn::MulAdd(hn::Mul(s, square), series, hn::Mul(k, hn::Set(d, 0x1.ef35793c7673p-45)));
  return hn::MulAdd(k, hn::Set(d, 0x1.62e42fefa38p-1), hn::Add(hn::Add(s, s), tail));
}

/// 1 / (1 + exp(-x)) for |x| <= farthest_exponent: t / (1 + t) or 1 / (1 + t) with t = exp(-|x|).
template <class V>
HWY_INLINE V approximate_sigmoid(V x) {
  const hn::DFromV<V> d;
  const V one = hn::Set(d, 1.0), t = approximate_exp(hn::Neg(hn::Abs(x)));
  return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), t, one), hn::Add(one, t));
}

/// tanh(x) for |x| <= 50: E / (E + 2) with E = exp(2 |x|) - 1.
template <class V>
HWY_INLINE V approximate_tanh(V x) {
  const hn::DFromV<V> d;
  const V e = approximate_expm1(hn::Abs(hn::Add(x, x)));
  return hn::CopySign(hn::Div(e, hn::Add(e, hn::Set(d, 2.0))), x);
}

}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
