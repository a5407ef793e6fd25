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

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Bounds the relative error of each function below; the comments account for less.
constexpr double function_error = 0x1p-48;
/// Farther out, exp says no more about a format whose exponents are within +-900.
constexpr double farthest_exponent = 660;

/// 1/first! + x/(first + 1)! + ...
template <int first, int last, class V>
HWY_INLINE V exponential_series(V x) {
  const hn::DFromV<V> d;
  double factorial = 1;
  for (int n = 2; n <= last; ++n) factorial *= n;
  V sum = hn::Set(d, 1 / factorial);
  for (int n = last; n > first; --n) {
    factorial /= n;
    sum = hn::MulAdd(sum, x, hn::Set(d, 1 / factorial));
  }
  return sum;
}

/// x = k ln 2 + r with |r| <= ln 2 / 2 + 2^-43, for |x| <= farthest_exponent. With a part of ln 2 of 42 bits k * high
/// and its difference from x are exact, so r is off by less than 2^-54.
template <class V>
struct Reduced {
  V k, r;

  explicit HWY_INLINE Reduced(V x) {
    const hn::DFromV<V> d;
    const V rounder = hn::Set(d, 0x1.8p52);
    k = hn::Sub(hn::Add(hn::Mul(x, hn::Set(d, 0x1.71547652b82fep+0)), rounder), rounder);
    r = hn::Sub(x, hn::Mul(k, hn::Set(d, 0x1.62e42fefa38p-1)));
    r = hn::Sub(r, hn::Mul(k, hn::Set(d, 0x1.ef35793c7673p-45)));
  }
  /// exp(r) - 1 = r + r^2 (1/2! + ... + r^11/13!): what is left out is below 2^-57 of exp(r). The relative error is
  /// that of r, and of r^2 / 2, at most 2^-3 of the whole, a few roundings.
  HWY_INLINE V less_one() const { return hn::MulAdd(hn::Mul(r, r), exponential_series<2, 13>(r), r); }
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
  return hn::Mul(hn::Add(reduced.less_one(), hn::Set(hn::DFromV<V>{}, 1.0)), reduced.power());
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
  V series = hn::Set(d, 2.0 / 21);
  for (int n = 19; n >= 3; n -= 2) series = hn::MulAdd(series, square, hn::Set(d, 2.0 / n));
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
