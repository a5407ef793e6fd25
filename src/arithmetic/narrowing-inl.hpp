// Rounding vectors of a carrier's numbers into a format: Narrowing<T>, lane by lane. Included once per target of
// Highway.
#if defined(PRECIPICE_NARROWING_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PRECIPICE_NARROWING_INL
#undef PRECIPICE_NARROWING_INL
#else
#define PRECIPICE_NARROWING_INL
#endif

#include "arithmetic/vectors-inl.hpp"
#include "precipice/arithmetic/narrowing.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {

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

/// Rounds x to nearest-even with gradual underflow. Zeros become positive, which a sum that begins with +0 does not
/// see.
template <class T>
class Gradual {
 public:
  explicit Gradual(const Format& f)
      : exponent_field_(hn::Set(Tag<T>{}, std::numeric_limits<T>::infinity())),
        floor_(hn::Set(Tag<T>{}, std::ldexp(T{1}, f.emin))),
        factor_(hn::Set(Tag<T>{}, std::ldexp(T{1.5}, Carrier<T>::digits - f.precision))),
        lowest_(hn::Mul(floor_, factor_)),
        split_(f) {}

  HWY_INLINE Lanes<T> operator()(Lanes<T> x) const {
#if PRECIPICE_EMBEDDED_ROUNDING
    // Split, whose w = fl(x (N + 1)) is not let below 1.5 N 2^emin: that number's ulp is the quantum of the binade of
    // 2^emin and of all below, of which it is an even multiple. It stands for w if |x| (N + 1) < 1.5 N 2^emin, so for
    // subnormal x and some in that binade; then w - x stays in the binade of w and is rounded to that quantum, ties to
    // even, and taking it from w is exact.
    const auto w = larger_magnitude(hn::Mul(x, split_.factor), lowest_);
    return hn::Sub(w, hn::Sub(w, x));
#else
    const auto shift = magic(x);
    return hn::Sub(hn::Add(x, shift), shift);
#endif
  }
  /// x * y, rounded once: the carrier's product only says which binade it is in. If that is one too high, the product
  /// rounds to the power of two in either.
  HWY_INLINE Lanes<T> product(Lanes<T> x, Lanes<T> y) const {
    const auto shift = magic(hn::Mul(x, y));
    return hn::Sub(fused<T>(x, y, shift), shift);
  }

 private:
  /// A number whose ulp is the quantum of x, and which stays in its binade if x is added.
  HWY_INLINE Lanes<T> magic(Lanes<T> x) const { return hn::Mul(hn::Max(hn::And(x, exponent_field_), floor_), factor_); }
#if PRECIPICE_EMBEDDED_ROUNDING
  /// Of both the one of the larger magnitude, with the sign of x.
  static HWY_INLINE Lanes<T> larger_magnitude(Lanes<T> x, Lanes<T> y) {
    constexpr int absolute_maximum = 0b11;
    if constexpr (std::is_same_v<T, double>) {
      return Lanes<T>{_mm512_range_pd(x.raw, y.raw, absolute_maximum)};
    } else {
      return Lanes<T>{_mm512_range_ps(x.raw, y.raw, absolute_maximum)};
    }
  }
#endif

  Lanes<T> exponent_field_, floor_, factor_, lowest_;
  Split<T> split_;
};

/// Narrowing<T>::rounded, lane by lane. `plain`: Narrowing<T>::is_plain, known when this is compiled.
template <class T, bool plain>
class NarrowingLanes {
 public:
  using V = Lanes<T>;

  NarrowingLanes(const Format& f, const Narrowing<T>& n)
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
        gradual_(f),
        direction_(n.direction) {}

  /// The binade of the quantum.
  HWY_INLINE V scale(V x) const { return hn::Max(hn::And(x, exponent_field_), floor_); }
  /// What makes |x| + magic a multiple of the quantum.
  HWY_INLINE V magic(V x) const { return hn::Mul(scale(x), magic_factor_); }

  /// If `plain`: x rounded, if that is inside; else a number outside or NaN, the latter near the carrier's end.
  HWY_INLINE V rounded_unless_outside(V x) const { return hn::OrAnd(gradual_(x), x, hn::SignBit(Tag<T>{})); }
  /// x rounded, where it is x that decides the sign and the ends.
  HWY_INLINE V rounded(V x) const {
    if constexpr (plain) {
      const V result = rounded_unless_outside(x);
      if (HWY_LIKELY(hn::AllTrue(Tag<T>{}, is_inside(result)))) return result;
    }
    return with_ends(rounded_magnitude(x), x);
  }

  /// Whether two numbers round alike, and to what if they do; neither is close to the end of the carrier.
  HWY_INLINE bool round_alike(V x, V y, V& result) const {
    if constexpr (plain) {
      result = rounded_unless_outside(x);
      if (!hn::AllTrue(Tag<T>{}, hn::Eq(result, gradual_(y)))) return false;
      if (!HWY_LIKELY(hn::AllTrue(Tag<T>{}, is_inside(result)))) result = with_ends(hn::Abs(result), x);
      return true;
    }
    const V low = rounded_magnitude(x);
    if (!hn::AllTrue(Tag<T>{}, hn::Eq(low, rounded_magnitude(y)))) return false;
    result = with_ends(low, x);
    return true;
  }

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
  Gradual<T> gradual_;
  Rounding direction_;
};

}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
