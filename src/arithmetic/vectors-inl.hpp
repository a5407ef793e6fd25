// Vectors of a carrier's numbers, and the carrier's operations rounded to odd: how they are found differs from target
// to target, never a result. Included once per target of Highway.
#if defined(PRECIPICE_VECTORS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PRECIPICE_VECTORS_INL
#undef PRECIPICE_VECTORS_INL
#else
#define PRECIPICE_VECTORS_INL
#endif

#include <hwy/highway.h>

#include <cmath>
#include <type_traits>

#include "precipice/arithmetic/carrier.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// At most 64 bytes, so that no result depends on how wide the vectors are.
template <class T>
using Tag = hn::CappedTag<T, widest_lanes<T>>;
template <class T>
using Lanes = hn::Vec<Tag<T>>;
template <class T>
using Bits = hn::Vec<hn::RebindToUnsigned<Tag<T>>>;

/// Whether vectors are more than a name. Where a machine has none that there is code for, the narrowest target stands
/// in for them: it is there for the same bits, not for speed, and is kept small.
constexpr bool has_vectors = HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128;

template <class T>
HWY_INLINE Bits<T> bits_of(Lanes<T> x) {
  return hn::BitCast(hn::RebindToUnsigned<Tag<T>>{}, x);
}
template <class T>
HWY_INLINE Lanes<T> from_bits(Bits<T> x) {
  return hn::BitCast(Tag<T>{}, x);
}

/// The first `count` numbers from an address on, at most a vector, and zeros.
template <class T>
HWY_INLINE Lanes<T> load_some(const T* from, std::size_t count) {
  constexpr Tag<T> d;
  if (count >= hn::Lanes(d)) return hn::LoadU(d, from);
  HWY_ALIGN T padded[widest_lanes<T>] = {};
  for (std::size_t i = 0; i < count; ++i) padded[i] = from[i];
  return hn::Load(d, padded);
}
/// Stores as many of its lanes.
template <class T>
HWY_INLINE void store_some(Lanes<T> v, T* to, std::size_t count) {
  constexpr Tag<T> d;
  if (count >= hn::Lanes(d)) return hn::StoreU(v, d, to);
  HWY_ALIGN T padded[widest_lanes<T>];
  hn::Store(v, d, padded);
  for (std::size_t i = 0; i < count; ++i) to[i] = padded[i];
}

/// How many numbers lie before the first whose address is that of an aligned vector, less than a vector: stores to two
/// lines of the cache take twice as long.
template <class T>
HWY_INLINE std::size_t before_aligned(const T* at) {
  const std::size_t n = hn::Lanes(Tag<T>{});
  return (n - reinterpret_cast<std::uintptr_t>(at) / sizeof(T) % n) % n;
}

/// A vector of doubles that are floats, as floats; infinities and NaN too, which Highway's emulations of vectors clamp.
HWY_INLINE hn::Vec<hn::Rebind<float, Tag<double>>> as_floats(Lanes<double> v) {
  const hn::Rebind<float, Tag<double>> floats;
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
  HWY_ALIGN double from[widest_lanes<double>];
  HWY_ALIGN float to[widest_lanes<double>];
  hn::Store(v, Tag<double>{}, from);
  for (std::size_t i = 0; i < hn::Lanes(floats); ++i) to[i] = static_cast<float>(from[i]);
  return hn::Load(floats, to);
#else
  return hn::DemoteTo(floats, v);
#endif
}

// --- results rounded to odd
// --------------------------------------------------------------------------------------------

/// x + y - sum exactly (Knuth).
template <class T>
HWY_INLINE Lanes<T> error_of_sum(Lanes<T> x, Lanes<T> y, Lanes<T> sum) {
  const auto y_seen = hn::Sub(sum, x);
  const auto x_seen = hn::Sub(sum, y_seen);
  return hn::Add(hn::Sub(x, x_seen), hn::Sub(y, y_seen));
}

/// x * y + z, rounded once by the carrier.
template <class T>
HWY_INLINE Lanes<T> fused(Lanes<T> x, Lanes<T> y, Lanes<T> z) {
#if HWY_NATIVE_FMA
  return hn::MulAdd(x, y, z);
#else
  constexpr Tag<T> d;
  HWY_ALIGN T a[widest_lanes<T>], b[widest_lanes<T>], c[widest_lanes<T>];
  hn::Store(x, d, a);
  hn::Store(y, d, b);
  hn::Store(z, d, c);
  for (std::size_t i = 0; i < hn::Lanes(d); ++i) c[i] = std::fma(a[i], b[i], c[i]);
  return hn::Load(d, c);
#endif
}

/// detail::to_odd: s, whose error has the sign of e, moved toward zero if the exact result lies there, with its last
/// bit set unless e is zero.
template <class T>
HWY_INLINE Lanes<T> to_odd(Lanes<T> s, Lanes<T> e) {
  constexpr hn::RebindToSigned<Tag<T>> signed_bits;
  const auto bits = hn::BitCast(signed_bits, s);
  const auto is_inexact = hn::BitCast(signed_bits, hn::VecFromMask(Tag<T>{}, hn::Ne(e, hn::Zero(Tag<T>{}))));
  const auto differ = hn::BroadcastSignBit(hn::Xor(bits, hn::BitCast(signed_bits, e)));  // -1 where the signs do
  const auto below = hn::Add(bits, hn::And(is_inexact, differ));
  return hn::BitCast(Tag<T>{}, hn::Or(below, hn::And(is_inexact, hn::Set(signed_bits, 1))));
}

#undef PRECIPICE_EMBEDDED_ROUNDING
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
#define PRECIPICE_EMBEDDED_ROUNDING 1
// One operation in both directions: of the two neighbours the one with an odd last bit. An exact result is both.
constexpr int down = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC, up = _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC;

template <class T>
HWY_INLINE Lanes<T> odd_of(Lanes<T> low, Lanes<T> high) {
  const auto last = hn::Set(hn::RebindToUnsigned<Tag<T>>{}, 1);
  return hn::IfThenElse(hn::RebindMask(Tag<T>{}, hn::TestBit(bits_of<T>(low), last)), low, high);
}
#else
#define PRECIPICE_EMBEDDED_ROUNDING 0
#endif

/// Whether odd results are right whatever the operands: infinities, NaN, results beyond either end of the carrier (an
/// overflow is the largest number there, whose last bit is odd; what vanishes is the smallest one). Else each function
/// below says what it asks for.
constexpr bool odd_for_all = PRECIPICE_EMBEDDED_ROUNDING != 0;

#if PRECIPICE_EMBEDDED_ROUNDING
/// x + y, rounded by the carrier as `mode` says.
template <class T, int mode>
HWY_INLINE Lanes<T> sum_in_mode(Lanes<T> x, Lanes<T> y) {
  if constexpr (std::is_same_v<T, double>) {
    return Lanes<T>{_mm512_add_round_pd(x.raw, y.raw, mode)};
  } else {
    return Lanes<T>{_mm512_add_round_ps(x.raw, y.raw, mode)};
  }
}
#endif

/// x + y rounded to odd, if it is finite.
template <class T>
HWY_INLINE Lanes<T> odd_sum(Lanes<T> x, Lanes<T> y) {
#if PRECIPICE_EMBEDDED_ROUNDING
  return odd_of<T>(sum_in_mode<T, down>(x, y), sum_in_mode<T, up>(x, y));
#else
  const auto sum = hn::Add(x, y);
  return to_odd<T>(sum, error_of_sum<T>(x, y, sum));
#endif
}

/// x * y rounded to odd, if it is zero or within far_below and far_above.
template <class T>
HWY_INLINE Lanes<T> odd_product(Lanes<T> x, Lanes<T> y) {
#if PRECIPICE_EMBEDDED_ROUNDING
  if constexpr (std::is_same_v<T, double>) {
    return odd_of<T>(Lanes<T>{_mm512_mul_round_pd(x.raw, y.raw, down)},
                     Lanes<T>{_mm512_mul_round_pd(x.raw, y.raw, up)});
  } else {
    return odd_of<T>(Lanes<T>{_mm512_mul_round_ps(x.raw, y.raw, down)},
                     Lanes<T>{_mm512_mul_round_ps(x.raw, y.raw, up)});
  }
#else
  const auto product = hn::Mul(x, y);
  return to_odd<T>(product, fused<T>(x, y, hn::Neg(product)));
#endif
}

/// x * y + z rounded to odd, if |x * y| is zero or within far_below and far_above, and z below the latter.
template <class T>
HWY_INLINE Lanes<T> odd_fused(Lanes<T> x, Lanes<T> y, Lanes<T> z) {
#if PRECIPICE_EMBEDDED_ROUNDING
  if constexpr (std::is_same_v<T, double>) {
    return odd_of<T>(Lanes<T>{_mm512_fmadd_round_pd(x.raw, y.raw, z.raw, down)},
                     Lanes<T>{_mm512_fmadd_round_pd(x.raw, y.raw, z.raw, up)});
  } else {
    return odd_of<T>(Lanes<T>{_mm512_fmadd_round_ps(x.raw, y.raw, z.raw, down)},
                     Lanes<T>{_mm512_fmadd_round_ps(x.raw, y.raw, z.raw, up)});
  }
#else
  // ErrFma of Boldo and Muller 2011, as in Carried<T>::fma.
  const auto product = hn::Mul(x, y), sum = fused<T>(x, y, z);
  const auto product_error = fused<T>(x, y, hn::Neg(product));
  const auto tail = hn::Add(z, product_error), low = error_of_sum<T>(z, product_error, tail);
  const auto head = hn::Add(product, tail), middle = error_of_sum<T>(product, tail, head);
  return to_odd<T>(sum, hn::Add(hn::Add(hn::Sub(head, sum), middle), low));
#endif
}

}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
