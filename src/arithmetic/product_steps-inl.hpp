// One multiply-add of a matrix product, in vectors: sum <- rounded(sum + rounded(factor * column)), or fused. What each
// step may be used for is said at ProductStep. Included once per target of Highway.
#if defined(PRECIPICE_PRODUCT_STEPS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PRECIPICE_PRODUCT_STEPS_INL
#undef PRECIPICE_PRODUCT_STEPS_INL
#else
#define PRECIPICE_PRODUCT_STEPS_INL
#endif

#include "arithmetic/lanes-inl.hpp"
#include "arithmetic/product_plan.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {

/// A step that takes the columns of the right factor as they are. `planes` is how many numbers stand for one of them.
template <class T>
struct AsTheyAre {
  static constexpr std::size_t planes = 1;
  using Column = Lanes<T>;

  static HWY_INLINE Column column(const T* at, std::size_t /*width*/) { return hn::LoadU(Tag<T>{}, at); }
};

template <class T>
struct NativeStep : AsTheyAre<T> {
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return hn::Add(sum, hn::Mul(factor, column));
  }
};

/// What Split does, for 2 p < digits and by other units of the processor: t = fl(x (N - 1)), then x N - t. With X and k
/// as above t is N (X - k) and the difference N k, unless X (N - 1) has one digit less than X N. Then X = 2^(digits -
/// 1) + z with z <= 2^(digits - 1) / (N - 1), t is rounded to half of N, and z must vanish: it does up to N / 4, a tie
/// that goes to the even 2 X. That covers every such z if (N + 4) (N - 1) > 2^(digits + 1), so if 2 (digits - p) >
/// digits.
template <class T>
struct Remnant {
  Lanes<T> less, whole;  // N - 1, N

  explicit Remnant(const Format& f)
      : less(hn::Set(Tag<T>{}, std::ldexp(T{1}, Carrier<T>::digits - f.precision) - 1)),
        whole(hn::Set(Tag<T>{}, std::ldexp(T{1}, Carrier<T>::digits - f.precision))) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> x) const {
    return hn::MulSub(x, whole, hn::Mul(x, less));  // x N is exact: fused or not is the same
  }
};

/// The product is a Remnant whose multiples of x = factor * column come from multiples of the column, which are exact:
/// (N - 1) c has p + (digits - p) bits if c has p, so that one rounding of factor * ((N - 1) c) is that of x (N - 1).
template <class T>
class NormalStep {
 public:
  static constexpr std::size_t planes = 2;
  struct Column {
    Lanes<T> less, whole;  ///< times N - 1 and N
  };

  NormalStep(const Format& products, const Format& sums) : product_(products), total_(sums) {}

  static HWY_INLINE Column column(const T* at, std::size_t width) {
    return {hn::LoadU(Tag<T>{}, at), hn::LoadU(Tag<T>{}, at + width)};
  }
  [[nodiscard]] HWY_INLINE Lanes<T> plane(std::size_t which, Lanes<T> x) const {
    return hn::Mul(x, which == 0 ? product_.less : product_.whole);
  }

  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, const Column& column) const {
    const auto product = hn::MulSub(factor, column.whole, hn::Mul(factor, column.less));  // the first one is exact
    return total_(hn::Add(sum, product));
  }

 private:
  Remnant<T> product_;
  Split<T> total_;
};

template <class T>
struct GradualStep : AsTheyAre<T> {
  Gradual<T> product;
  Remnant<T> total;

  GradualStep(const Format& products, const Format& sums) : product(products), total(sums) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return total(hn::Add(sum, product(hn::Mul(factor, column))));
  }
};

/// GradualStep that remembers the largest of its sums: if that leaves the range, all are void.
template <class T>
struct WatchedStep : AsTheyAre<T> {
  GradualStep<T> step;
  Lanes<T> peak = hn::Zero(Tag<T>{});
  T largest;

  WatchedStep(const Format& products, const Format& sums, double largest_sum)
      : step(products, sums), largest(static_cast<T>(largest_sum)) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) {
    const auto result = step(sum, factor, column);
    peak = hn::Max(peak, hn::Abs(result));
    return result;
  }
  [[nodiscard]] bool is_void() const { return !hn::AllFalse(Tag<T>{}, hn::Gt(peak, hn::Set(Tag<T>{}, largest))); }
};

template <class T>
struct WideStep : AsTheyAre<T> {
  Gradual<T> product;
  Split<T> total;

  WideStep(const Format& products, const Format& sums) : product(products), total(sums) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return total(odd_sum<T>(sum, product.product(factor, column)));
  }
};

template <class T>
struct FusedNormalStep : AsTheyAre<T> {
  Split<T> total;

  explicit FusedNormalStep(const Format& sums) : total(sums) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return total(odd_fused<T>(factor, column, sum));
  }
};

template <class T>
struct FusedStep : AsTheyAre<T> {
  Gradual<T> total;
  Lanes<T> sign_of_zero;  // of negative results that vanish: none where there is one zero

  FusedStep(const Format& sums, double negative_zero)
      : total(sums), sign_of_zero(hn::Set(Tag<T>{}, static_cast<T>(negative_zero))) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    const auto odd = odd_fused<T>(factor, column, sum);
    return hn::Or(total(odd), hn::And(odd, sign_of_zero));
  }
};

#if PRECIPICE_EMBEDDED_ROUNDING
/// Directions that the carrier has, too: a number whose ulp is the quantum is added to an odd result in that direction,
/// and subtracted again. It is 1.5 times a power of two, so that what is added may have either sign.
template <class T, Rounding direction>
class DirectedStep : public AsTheyAre<T> {
 public:
  DirectedStep(const Narrowing<T>& products, const Narrowing<T>& sums, bool is_fused)
      : products_(products), sums_(sums), is_fused_(is_fused) {}

  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    if (is_fused_)
      return sums_.rounded(with_sign_of_zero(odd_fused<T>(factor, column, sum), hn::Mul(factor, column), sum));
    const auto product = products_.rounded(odd_product<T>(factor, column));
    return sums_.rounded(with_sign_of_zero(odd_sum<T>(sum, product), sum, product));
  }

 private:
  struct Rounder {
    Lanes<T> exponent_field, floor, factor, flushed_below;
    bool flushes;

    explicit Rounder(const Narrowing<T>& n)
        : exponent_field(hn::Set(Tag<T>{}, std::numeric_limits<T>::infinity())),
          floor(hn::Set(Tag<T>{}, n.floor)),
          factor(hn::Set(Tag<T>{}, n.magic_factor)),
          flushed_below(hn::Set(Tag<T>{}, n.flushed_below)),
          flushes(n.flushed_below != 0) {}

    HWY_INLINE Lanes<T> rounded(Lanes<T> x) const {
      const auto sign = hn::SignBit(Tag<T>{});
      const auto magic = hn::Mul(hn::Max(hn::And(x, exponent_field), floor), factor);
      Lanes<T> result = nearest_in_direction(x, magic);
      if (flushes) result = hn::IfThenZeroElse(hn::Lt(hn::Abs(result), flushed_below), result);
      return hn::OrAnd(result, x, sign);
    }
    static HWY_INLINE Lanes<T> nearest_in_direction(Lanes<T> x, Lanes<T> magic) {
      if constexpr (direction == Rounding::toward_zero) {
        const auto alike = hn::OrAnd(magic, x, hn::SignBit(Tag<T>{}));
        return hn::Sub(sum_in_mode<T, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC>(x, alike), alike);
      } else if constexpr (direction == Rounding::away_from_zero) {
        return hn::Sub(sum_in_mode<T, up>(hn::Abs(x), magic), magic);  // the sign is set behind
      } else if constexpr (direction == Rounding::toward_positive) {
        return hn::Sub(sum_in_mode<T, up>(x, magic), magic);
      } else if constexpr (direction == Rounding::toward_negative) {
        return hn::Sub(sum_in_mode<T, down>(x, magic), magic);
      } else {
        return hn::Sub(hn::Add(x, magic), magic);
      }
    }
  };

  /// The sum of x and y with the sign that an exact zero has in this direction (IEEE 754-2019, clause 6.3).
  static HWY_INLINE Lanes<T> with_sign_of_zero(Lanes<T> sum, Lanes<T> x, Lanes<T> y) {
    if constexpr (direction != Rounding::toward_negative) return sum;
    const auto is_zero = hn::Eq(sum, hn::Zero(Tag<T>{}));
    return hn::IfThenElse(is_zero, hn::And(hn::Or(x, y), hn::SignBit(Tag<T>{})), sum);
  }

  Rounder products_, sums_;
  bool is_fused_;
};
#endif

/// Any data, by the lanes of any two engines.
template <class T, class Products, class Sums>
struct AnyStep : AsTheyAre<T> {
  Products products;
  Sums sums;

  AnyStep(const Products& of_products, const Sums& of_sums) : products(of_products), sums(of_sums) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return sums.add(sum, products.mul(factor, column));
  }
};

template <class T>
struct FusedNativeStep : AsTheyAre<T> {
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return fused<T>(factor, column, sum);
  }
};

template <class T>
struct FusedAnyStep : AsTheyAre<T> {
  CarriedLanes<T, false> sums;

  explicit FusedAnyStep(const Carried<T>& engine) : sums(engine) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return sums.fma(factor, column, sum);
  }
};

}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
