// Carried<T> and Native<T>, a vector at a time: the same bits as their scalar operations. Included once per target of
// Highway; what differs from target to target is how an error term is found, never a result.
#if defined(PRECIPICE_LANES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PRECIPICE_LANES_INL
#undef PRECIPICE_LANES_INL
#else
#define PRECIPICE_LANES_INL
#endif

#include <hwy/highway.h>

#include "arithmetic/functions-inl.hpp"
#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/native.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// At most 64 bytes, so that no result depends on how wide the vectors are.
template <class T>
using Tag = hn::CappedTag<T, 64 / sizeof(T)>;
template <class T>
using Lanes = hn::Vec<Tag<T>>;
template <class T>
using Bits = hn::Vec<hn::RebindToUnsigned<Tag<T>>>;

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
  HWY_ALIGN T padded[64 / sizeof(T)] = {};
  for (std::size_t i = 0; i < count; ++i) padded[i] = from[i];
  return hn::Load(d, padded);
}
/// Stores as many of its lanes.
template <class T>
HWY_INLINE void store_some(Lanes<T> v, T* to, std::size_t count) {
  constexpr Tag<T> d;
  if (count >= hn::Lanes(d)) return hn::StoreU(v, d, to);
  HWY_ALIGN T padded[64 / sizeof(T)];
  hn::Store(v, d, padded);
  for (std::size_t i = 0; i < count; ++i) to[i] = padded[i];
}

// --- errors of the carrier's operations -----------------------------------------------------------------------------

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
  HWY_ALIGN T a[64 / sizeof(T)], b[64 / sizeof(T)], c[64 / sizeof(T)];
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

/// x + y rounded to odd, if it is finite.
template <class T>
HWY_INLINE Lanes<T> odd_sum(Lanes<T> x, Lanes<T> y) {
#if PRECIPICE_EMBEDDED_ROUNDING
  if constexpr (std::is_same_v<T, double>) {
    return odd_of<T>(Lanes<T>{_mm512_add_round_pd(x.raw, y.raw, down)},
                     Lanes<T>{_mm512_add_round_pd(x.raw, y.raw, up)});
  } else {
    return odd_of<T>(Lanes<T>{_mm512_add_round_ps(x.raw, y.raw, down)},
                     Lanes<T>{_mm512_add_round_ps(x.raw, y.raw, up)});
  }
#else
  const auto sum = hn::Add(x, y);
  return to_odd<T>(sum, error_of_sum<T>(x, y, sum));
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

// --- rounding into the format
// -----------------------------------------------------------------------------------------

/// Rounds to p bits without a look at the range, in three operations: Veltkamp 1968, ties to even for p <= digits - 2.
/// With N = 2^(digits - p) and x scaled to an integer X of as many digits, fl(X (N + 1)) = N (X + k) for the integer k
/// nearest to X / N, of two the one that makes X + k even; X is even then, and so is k. Subtracting X gives N X, for
/// the rest N k - X is at most N / 2, and at N / 2 the even multiple of N is N X again. What is left is N k. Where X (N
/// + 1) has one digit more, fl is a multiple 2 N g of twice the ulp, the difference from X rounds to N (2 g - k), k
/// nearest to X / N with ties to even, and N k is left too.
template <class T>
struct Split {
  Lanes<T> factor;

  explicit Split(const Format& f) : factor(hn::Set(Tag<T>{}, std::ldexp(T{1}, Carrier<T>::digits - f.precision) + 1)) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> x) const {
    const auto wide = hn::Mul(x, factor);
    return hn::Sub(wide, hn::Sub(wide, x));
  }
};

/// Narrowing<T>::rounded, lane by lane. `plain`: Narrowing<T>::is_plain, known when this is compiled.
template <class T, bool plain>
class NarrowingLanes {
 public:
  using V = Lanes<T>;

  explicit NarrowingLanes(const Narrowing<T>& n)
      : exponent_field_(all(std::numeric_limits<T>::infinity())),
        floor_(all(n.floor)),
        magic_factor_(all(n.magic_factor)),
        quantum_factor_(all(n.quantum_factor)),
        flushed_below_(all(n.flushed_below)),
        operands_from_(all(n.operands_from)),
        largest_(all(n.largest)),
        nan_(all(n.nan)),
        negative_zero_(all(n.negative_zero)),
        overflow_{all(n.overflow[0]), all(n.overflow[1])},
        infinity_{all(n.infinity[0]), all(n.infinity[1])},
        direction_(n.direction) {}

  /// The binade of the quantum.
  HWY_INLINE V scale(V x) const { return hn::Max(hn::And(x, exponent_field_), floor_); }
  /// What makes |x| + magic a multiple of the quantum.
  HWY_INLINE V magic(V x) const { return hn::Mul(scale(x), magic_factor_); }

  /// x rounded, where it is x that decides the sign and the ends.
  HWY_INLINE V rounded(V x) const { return with_ends(rounded_magnitude(x), x); }

  HWY_INLINE hn::Mask<Tag<T>> is_inside(V x) const { return hn::Le(hn::Abs(x), largest_); }

  /// |x| rounded as if the range had no upper end.
  HWY_INLINE V rounded_magnitude(V x) const {
    const V magnitude = hn::Abs(x), at = scale(x), shift = hn::Mul(at, magic_factor_);
    const V shifted = hn::Add(magnitude, shift);
    V result = hn::Sub(shifted, shift);
    if constexpr (!plain) {
      if (direction_ != Rounding::nearest_even) {
        result = redirected(result, hn::Sub(magnitude, result), hn::Mul(at, quantum_factor_), x, shifted);
      }
      result = hn::IfThenZeroElse(hn::Lt(result, flushed_below_), result);
    }
    return result;
  }

  /// Narrowing<T>::operand.
  HWY_INLINE V operand(V x) const {
    const V zero = hn::And(x, hn::SignBit(Tag<T>{}));
    return hn::IfThenElse(hn::Lt(hn::Abs(x), operands_from_), zero, x);
  }
  [[nodiscard]] bool is_downward() const { return direction_ == Rounding::toward_negative; }

  /// The magnitude with the sign of x, and what stands for it beyond the range; x itself may be infinite or NaN.
  HWY_INLINE V with_ends(V magnitude, V x) const {
    const Tag<T> d;
    const auto is_inside = hn::Le(magnitude, largest_);
    V result = hn::CopySignToAbs(magnitude, x);
    if constexpr (!plain) result = hn::IfThenElse(hn::Eq(magnitude, hn::Zero(d)), zero(x), result);
    if (HWY_LIKELY(hn::AllTrue(d, is_inside))) return result;
    const V overflow = by_sign(x, overflow_), infinity = by_sign(x, infinity_);
    const V end = hn::IfThenElse(hn::IsInf(x), infinity, overflow);
    return hn::IfThenElse(is_inside, result, hn::IfThenElse(hn::IsNaN(x), nan_, end));
  }

 private:
  static HWY_INLINE V all(T x) { return hn::Set(Tag<T>{}, x); }
  static HWY_INLINE V by_sign(V x, const V (&values)[2]) {
    return hn::IfVecThenElse(sign_mask(x), values[1], values[0]);
  }
  /// All ones in lanes of negative sign.
  static HWY_INLINE V sign_mask(V x) {
    return hn::BitCast(Tag<T>{}, hn::BroadcastSignBit(hn::BitCast(hn::RebindToSigned<Tag<T>>{}, x)));
  }
  HWY_INLINE V zero(V x) const { return hn::And(sign_mask(x), negative_zero_); }

  /// Narrowing<T>::redirected.
  HWY_INLINE V redirected(V nearest, V distance, V quantum, V x, V shifted) const {
    const Tag<T> d;
    const V zero = hn::Zero(d);
    const auto is_negative = hn::MaskFromVec(sign_mask(x));
    const V up = hn::IfThenElseZero(hn::Gt(distance, zero), quantum),
            down = hn::IfThenElseZero(hn::Lt(distance, zero), quantum);
    switch (direction_) {
      case Rounding::nearest_away: {
        const V half = hn::Mul(quantum, all(T{0.5}));
        return hn::Add(nearest, hn::IfThenElseZero(hn::Eq(distance, half), quantum));
      }
      case Rounding::to_odd: {
        const hn::RebindToUnsigned<Tag<T>> bits;
        const auto last = hn::And(bits_of<T>(shifted), hn::Set(bits, 1));
        const auto is_even = hn::RebindMask(d, hn::Eq(last, hn::Zero(bits)));
        return hn::Add(nearest, hn::IfThenElseZero(is_even, hn::Sub(up, down)));
      }
      case Rounding::toward_positive: return hn::Add(nearest, hn::IfThenElse(is_negative, hn::Neg(down), up));
      case Rounding::toward_negative: return hn::Add(nearest, hn::IfThenElse(is_negative, up, hn::Neg(down)));
      case Rounding::away_from_zero: return hn::Add(nearest, up);
      case Rounding::toward_zero: return hn::Sub(nearest, down);
      case Rounding::nearest_even:
      case Rounding::stochastic: break;
    }
    return nearest;
  }

  V exponent_field_, floor_, magic_factor_, quantum_factor_, flushed_below_, operands_from_, largest_, nan_;
  V negative_zero_;
  V overflow_[2], infinity_[2];
  Rounding direction_;
};

// --- engines
// ----------------------------------------------------------------------------------------------------------

/// Native<T> on vectors.
template <class T>
struct NativeLanes {
  using Value = Lanes<T>;

  static HWY_INLINE Value all(T x) { return hn::Set(Tag<T>{}, x); }
  static HWY_INLINE Value convert(Value x) { return x; }
  static HWY_INLINE Value add(Value x, Value y) { return hn::Add(x, y); }
  static HWY_INLINE Value sub(Value x, Value y) { return hn::Sub(x, y); }
  static HWY_INLINE Value mul(Value x, Value y) { return hn::Mul(x, y); }
  static HWY_INLINE Value div(Value x, Value y) { return hn::Div(x, y); }
  static HWY_INLINE Value sqrt(Value x) { return hn::Sqrt(x); }
  static HWY_INLINE Value fma(Value x, Value y, Value z) { return fused<T>(x, y, z); }
};

/// Carried<T> on vectors.
template <class T, bool plain>
class CarriedLanes {
 public:
  using V = Lanes<T>;
  using Value = V;

  static HWY_INLINE V all(T x) { return hn::Set(Tag<T>{}, x); }

  explicit CarriedLanes(const Carried<T>& engine)
      : engine_(engine),
        narrowing_(engine.narrowing()),
        behind_(all(behind_last_bit(engine.format()))),
        smallest_normal_(all(engine.narrowing().floor)),
        split_(engine.format()) {}

  HWY_INLINE V convert(V x) const {
    if (!plain && !all_of(is_below(x))) return one_by_one(&Carried<T>::convert, x);
    return narrowing_.rounded(x);
  }
  HWY_INLINE V add(V x, V y) const { return sum_of(operand(x), operand(y)); }
  HWY_INLINE V sub(V x, V y) const { return sum_of(operand(x), hn::Neg(operand(y))); }
  HWY_INLINE V mul(V x, V y) const {
    x = operand(x), y = operand(y);
    const V product = hn::Mul(x, y);
    if constexpr (plain) {
      if (is_narrow(x, y)) return narrowing_.rounded(product);
    }
    if (!all_of(hn::Or(hn::Or(is_zero(x), is_zero(y)), is_between(product)))) {
      return one_by_one(&Carried<T>::mul, x, y);
    }
    return narrowing_.rounded(to_odd<T>(product, fused<T>(x, y, hn::Neg(product))));
  }
  HWY_INLINE V div(V x, V y) const {
    x = operand(x), y = operand(y);
    const V quotient = hn::Div(x, y);
    if constexpr (plain) {
      if (is_narrow(x, y)) return narrowing_.rounded(quotient);
    }
    const auto is_usual = hn::And(is_moderate(y), hn::Or(is_zero(x), hn::And(is_moderate(x), is_between(quotient))));
    if (!all_of(is_usual)) return one_by_one(&Carried<T>::div, x, y);
    const V residual = fused<T>(hn::Neg(quotient), y, x);
    const V sign = hn::And(y, hn::SignBit(Tag<T>{}));
    return narrowing_.rounded(to_odd<T>(quotient, hn::Xor(residual, sign)));
  }
  HWY_INLINE V sqrt(V x) const {
    x = operand(x);
    const V root = hn::Sqrt(x);
    if constexpr (plain) {
      if (is_narrow(x, x)) return narrowing_.rounded(root);
    }
    const auto is_positive = hn::Gt(x, hn::Zero(Tag<T>{}));
    if (!all_of(hn::Or(is_zero(x), hn::And(is_positive, is_moderate(x))))) return one_by_one(&Carried<T>::sqrt, x);
    return narrowing_.rounded(to_odd<T>(root, fused<T>(hn::Neg(root), root, x)));
  }
  HWY_INLINE V fma(V x, V y, V z) const {
    x = operand(x), y = operand(y), z = operand(z);
    const V product = hn::Mul(x, y);
    const auto is_usual = hn::Or(hn::Or(is_zero(x), is_zero(y)), is_between(product));
    if (!all_of(hn::And(is_usual, is_below(z)))) return one_by_one(&Carried<T>::fma, x, y, z);
    return narrowing_.rounded(with_sign_of_zero(odd_fused<T>(x, y, z), product, z));
  }
  HWY_INLINE V exp(V x) const requires std::same_as<T, double> {
    return bounded(&Carried<T>::exp, x, farthest_exponent, [](V v) { return approximate_exp(v); });
  }
  HWY_INLINE V sigmoid(V x) const requires std::same_as<T, double> {
    return bounded(&Carried<T>::sigmoid, x, farthest_exponent, [](V v) { return approximate_sigmoid(v); });
  }
  HWY_INLINE V tanh(V x) const requires std::same_as<T, double> {
    constexpr double farthest = 50;  // 1 - 2^-143
    return bounded(&Carried<T>::tanh, x, farthest, [](V v) { return approximate_tanh(v); });
  }
  HWY_INLINE V log(V x) const requires std::same_as<T, double> {
    const V operand_of_log = operand(x);
    const auto is_usual =
        hn::And(hn::Gt(operand_of_log, hn::Zero(Tag<T>{})),
                is_within(operand_of_log, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    if (!all_of(is_usual)) return one_by_one(&Carried<T>::log, x);
    return settled(&Carried<T>::log, x, approximate_log(operand_of_log));
  }

 private:
  static constexpr std::size_t most_lanes = 64 / sizeof(T);

  /// The bits of a significand behind the format's last one: operands without them need no odd rounding, if 2p + 2 is
  /// not beyond the carrier's digits.
  static T behind_last_bit(const Format& f) {
    using Word = typename Carrier<T>::Bits;
    const int digits = Carrier<T>::digits;
    const Word all = ~Word{0};
    return std::bit_cast<T>(2 * f.precision + 2 <= digits ? static_cast<Word>(~(all << (digits - f.precision))) : all);
  }

  HWY_INLINE bool is_narrow(V x, V y) const { return all_of(has_narrow(x, y)); }
  HWY_INLINE hn::Mask<Tag<T>> has_narrow(V x, V y) const {
    const hn::RebindToUnsigned<Tag<T>> bits;
    const auto behind = hn::And(hn::Or(bits_of<T>(x), bits_of<T>(y)), bits_of<T>(behind_));
    return hn::RebindMask(Tag<T>{}, hn::Eq(behind, hn::Zero(bits)));
  }
  using M = hn::Mask<Tag<T>>;

  static HWY_INLINE bool all_of(M m) { return hn::AllTrue(Tag<T>{}, m); }
  static HWY_INLINE M is_zero(V x) { return hn::Eq(x, hn::Zero(Tag<T>{})); }
  static HWY_INLINE M is_below(V x) { return hn::Lt(hn::Abs(x), hn::Set(Tag<T>{}, Carrier<T>::far_above)); }
  /// Far from both ends of the carrier, and so not zero.
  static HWY_INLINE M is_between(V x) { return is_within(x, Carrier<T>::far_below, Carrier<T>::far_above / 2); }
  static HWY_INLINE M is_moderate(V x) { return is_within(x, 1 / Carrier<T>::moderate, Carrier<T>::moderate); }
  static HWY_INLINE M is_within(V x, T low, T high) {
    const Tag<T> d;
    const V magnitude = hn::Abs(x);
    return hn::And(hn::Ge(magnitude, hn::Set(d, low)), hn::Le(magnitude, hn::Set(d, high)));
  }

  HWY_INLINE V operand(V x) const {
    if constexpr (plain) return x;
    return narrowing_.operand(x);
  }

  /// A function that says nothing new beyond +-farthest, given its approximation within.
  template <class Operation, class Approximation>
  HWY_INLINE V bounded(Operation operation, V x, double farthest, const Approximation& approximation) const {
    const Tag<T> d;
    const V given = operand(x);
    // An infinity and a number far out are the same only where both round alike; a NaN must not be clamped.
    const auto is_nan = hn::IsNaN(given);
    if (!plain && !all_of(hn::IsFinite(given))) return one_by_one(operation, x);
    const V inside = hn::Min(hn::Max(given, hn::Set(d, -farthest)), hn::Set(d, farthest));
    return settled(operation, x, hn::IfThenElse(is_nan, given, approximation(inside)));
  }

  /// y (1 +- function_error), rounded, if both ends round alike; else one by one.
  template <class Operation>
  HWY_INLINE V settled(Operation operation, V x, V y) const {
    const V low = narrowing_.rounded_magnitude(hn::Mul(y, all(1 - function_error)));
    const V high = narrowing_.rounded_magnitude(hn::Mul(y, all(1 + function_error)));
    if (HWY_LIKELY(all_of(hn::Eq(low, high)))) return narrowing_.with_ends(low, y);
    return one_by_one(operation, x);
  }

  HWY_INLINE V sum_of(V x, V y) const {
    const V sum = hn::Add(x, y);
    if constexpr (plain) {
      // One branch: where it is taken, neither operands, binade nor range are in doubt.
      const V result = split_(sum);
      const auto is_normal = hn::Or(hn::Ge(hn::Abs(sum), smallest_normal_), is_zero(sum));
      const auto is_usual = hn::And(has_narrow(x, y), is_normal);
      if (HWY_LIKELY(all_of(hn::And(is_usual, narrowing_.is_inside(result))))) return result;
      if (all_of(is_usual)) return narrowing_.rounded(sum);
    }
    if (!all_of(is_below(sum))) return one_by_one(&Carried<T>::add, x, y);
    return narrowing_.rounded(with_sign_of_zero(odd_sum<T>(x, y), x, y));
  }

  /// The sum of x and y with the sign that an exact zero has toward negative.
  HWY_INLINE V with_sign_of_zero(V sum, V x, V y) const {
    if (plain || !narrowing_.is_downward()) return sum;
    return hn::IfThenElse(is_zero(sum), hn::And(hn::Or(x, y), hn::SignBit(Tag<T>{})), sum);
  }

  template <class Operation, class... Vectors>
  HWY_NOINLINE V one_by_one(Operation operation, Vectors... operands) const {
    const Tag<T> d;
    HWY_ALIGN T values[sizeof...(Vectors)][most_lanes];
    std::size_t n = 0;
    (hn::Store(operands, d, values[n++]), ...);
    for (std::size_t i = 0; i < hn::Lanes(d); ++i) {
      values[0][i] = [&]<std::size_t... k>(std::index_sequence<k...>) { return (engine_.*operation)(values[k][i]...); }
      (std::make_index_sequence<sizeof...(Vectors)>{});
    }
    return hn::Load(d, values[0]);
  }

  const Carried<T>& engine_;
  NarrowingLanes<T, plain> narrowing_;
  V behind_, smallest_normal_;
  Split<T> split_;
};

/// visit(the engine on vectors).
template <class T, class Visit>
auto with_lanes(const Carried<T>& engine, const Visit& visit) {
  if (engine.narrowing().is_plain()) return visit(CarriedLanes<T, true>(engine));
  return visit(CarriedLanes<T, false>(engine));
}

}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
