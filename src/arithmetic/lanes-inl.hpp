// Carried<T> and Native<T>, a vector at a time: the same bits as their scalar operations. Included once per target of
// Highway.
#if defined(PRECIPICE_LANES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PRECIPICE_LANES_INL
#undef PRECIPICE_LANES_INL
#else
#define PRECIPICE_LANES_INL
#endif

#include <functional>

#include "arithmetic/functions-inl.hpp"
#include "arithmetic/narrowing-inl.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/native.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {

/// What does not depend on the format: the maximum of operands, and how they compare.
template <class T>
HWY_INLINE Lanes<T> maximum(Lanes<T> x, Lanes<T> y) {
  const auto larger = hn::IfThenElse(hn::Lt(x, y), y, x);
  const auto number = hn::IfThenElse(hn::Eq(x, y), hn::And(x, y), larger);  // of zeros: -0 only if both are
  return hn::IfThenElse(hn::Or(hn::IsNaN(x), hn::IsNaN(y)), hn::Add(x, y), number);
}
/// As numbers: see Comparison.
template <class T>
HWY_INLINE Lanes<T> comparison(Lanes<T> x, Lanes<T> y) {
  const Tag<T> d;
  const auto of = [&](Comparison c) HWY_ATTR { return hn::Set(d, static_cast<T>(c)); };
  const auto ordered = hn::IfThenElse(hn::Lt(x, y), of(Comparison::less),
                                      hn::IfThenElse(hn::Eq(x, y), of(Comparison::equal), of(Comparison::greater)));
  return hn::IfThenElse(hn::Or(hn::IsNaN(x), hn::IsNaN(y)), of(Comparison::unordered), ordered);
}

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
  static HWY_INLINE Value max(Value x, Value y) { return maximum<T>(x, y); }
  static HWY_INLINE Value compare(Value x, Value y) { return comparison<T>(x, y); }
};

/// Carried<T> on vectors. `plain` as in NarrowingLanes.
template <class T, bool plain>
class CarriedLanes {
 public:
  using V = Lanes<T>;
  using M = hn::Mask<Tag<T>>;
  using Value = V;

  static HWY_INLINE V all(T x) { return hn::Set(Tag<T>{}, x); }

  explicit CarriedLanes(const Carried<T>& engine)
      : engine_(&engine),
        narrowing_(engine.format(), engine.narrowing()),
        behind_(all(behind_last_bit(engine.format()))),
        smallest_normal_(all(engine.narrowing().floor)),
        split_(engine.format()),
        has_room_(2 * engine.format().precision + 2 <= Carrier<T>::digits) {}

  HWY_INLINE V convert(V x) const {
    if (!plain && !all_of(is_below(x))) return one_by_one(&Carried<T>::convert, x);
    return narrowing_.rounded(x);
  }
  HWY_INLINE V add(V x, V y) const { return sum_of(operand(x), operand(y)); }
  HWY_INLINE V sub(V x, V y) const { return sum_of(operand(x), hn::Neg(operand(y))); }
  HWY_INLINE V mul(V x, V y) const {
    x = operand(x), y = operand(y);
    if constexpr (plain) {
      if (is_narrow(x, y)) return narrowing_.rounded(hn::Mul(x, y));
    }
    if constexpr (!odd_for_all) {
      const auto is_usual = hn::Or(hn::Or(is_zero(x), is_zero(y)), is_between(hn::Mul(x, y)));
      if (!all_of(is_usual)) return one_by_one(&Carried<T>::mul, x, y);
    }
    return narrowing_.rounded(odd_product<T>(x, y));
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
    const auto has_none = hn::Lt(x, hn::Zero(Tag<T>{}));
    if (!all_of(hn::Or(hn::Or(is_zero(x), has_none), is_moderate(x)))) return one_by_one(&Carried<T>::sqrt, x);
    const V odd = to_odd<T>(root, fused<T>(hn::Neg(root), root, x));
    return narrowing_.rounded(hn::IfThenElse(has_none, root, odd));
  }
  HWY_INLINE V fma(V x, V y, V z) const {
    x = operand(x), y = operand(y), z = operand(z);
    const V product = hn::Mul(x, y);
    if constexpr (!odd_for_all) {
      const auto is_usual = hn::Or(hn::Or(is_zero(x), is_zero(y)), is_between(product));
      if (!all_of(hn::And(is_usual, is_below(z)))) return one_by_one(&Carried<T>::fma, x, y, z);
    }
    return narrowing_.rounded(with_sign_of_zero(odd_fused<T>(x, y, z), product, z));
  }
  /// x * half * rest, an exact power of two (PowerOfTwo); `exponent` is the same for numbers.
  HWY_INLINE V scale(V x, V half, V rest, int exponent) const {
    const V scaled = hn::Mul(hn::Mul(operand(x), half), rest);
    if (all_of(hn::Or(is_zero(x), is_between(scaled)))) return narrowing_.rounded(scaled);
    return one_by_one([=](const Carried<T>& a, T each) { return a.scale(each, exponent); }, x);
  }
  HWY_INLINE V max(V x, V y) const { return convert(maximum<T>(operand(x), operand(y))); }
  HWY_INLINE V compare(V x, V y) const { return comparison<T>(operand(x), operand(y)); }

  /// approximate_exp with the error in the power of two, which is there long before the rest.
  HWY_INLINE V exp(V x) const {
    const V given = operand(x);
    if (!plain && !all_of(hn::IsFinite(given))) return one_by_one(&Carried<T>::exp, x);
    const Reduced<V> reduced(clamped(given, farthest_exponent));
    const V power = hn::IfThenElse(hn::IsNaN(given), given, reduced.power()), less_one = reduced.less_one();
    const V low = hn::Mul(power, all(1 - function_error)), high = hn::Mul(power, all(1 + function_error));
    return between(&Carried<T>::exp, x, hn::MulAdd(less_one, low, low), hn::MulAdd(less_one, high, high));
  }
  HWY_INLINE V sigmoid(V x) const {
    return bounded(&Carried<T>::sigmoid, x, farthest_exponent, [](V v) HWY_ATTR { return approximate_sigmoid(v); });
  }
  HWY_INLINE V tanh(V x) const {
    constexpr double farthest = 50;  // 1 - 2^-143
    return bounded(&Carried<T>::tanh, x, farthest, [](V v) HWY_ATTR { return approximate_tanh(v); });
  }
  HWY_INLINE V log(V x) const {
    const V operand_of_log = operand(x);
    const auto is_usual =
        hn::And(hn::Gt(operand_of_log, hn::Zero(Tag<T>{})),
                is_within(operand_of_log, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    if (!all_of(is_usual)) return one_by_one(&Carried<T>::log, x);
    return settled(&Carried<T>::log, x, approximate_log(operand_of_log));
  }

 private:
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

  static HWY_INLINE V clamped(V x, double farthest) { return hn::Min(hn::Max(x, all(-farthest)), all(farthest)); }

  /// A function that says nothing new beyond +-farthest, given its approximation within.
  template <class Operation, class Approximation>
  HWY_INLINE V bounded(Operation operation, V x, double farthest, const Approximation& approximation) const {
    const V given = operand(x);
    // An infinity and a number far out are the same only where both round alike; a NaN must not be clamped.
    if (!plain && !all_of(hn::IsFinite(given))) return one_by_one(operation, x);
    return settled(operation, x, hn::IfThenElse(hn::IsNaN(given), given, approximation(clamped(given, farthest))));
  }

  /// y (1 +- function_error), rounded, if both ends round alike; else one by one.
  template <class Operation>
  HWY_INLINE V settled(Operation operation, V x, V y) const {
    return between(operation, x, hn::Mul(y, all(1 - function_error)), hn::Mul(y, all(1 + function_error)));
  }
  template <class Operation>
  HWY_INLINE V between(Operation operation, V x, V low, V high) const {
    V result;
    if (HWY_LIKELY(narrowing_.round_alike(low, high, result))) return result;
    return one_by_one(operation, x);
  }

  HWY_INLINE V sum_of(V x, V y) const {
    if constexpr (plain) {
      if (is_narrow(x, y)) {
        const V sum = hn::Add(x, y), result = split_(sum);
        const auto is_normal = hn::Or(hn::Ge(hn::Abs(sum), smallest_normal_), is_zero(sum));
        if (HWY_LIKELY(all_of(hn::And(is_normal, narrowing_.is_inside(result))))) return result;
      }
    }
    if constexpr (!odd_for_all) {
      if (!all_of(is_below(hn::Add(x, y)))) return one_by_one(&Carried<T>::add, x, y);
    }
    return narrowing_.rounded(with_sign_of_zero(odd_sum<T>(x, y), x, y));
  }

  /// The sum of x and y with the sign that an exact zero has toward negative.
  HWY_INLINE V with_sign_of_zero(V sum, V x, V y) const {
    if (plain || !narrowing_.is_downward()) return sum;
    return hn::IfThenElse(is_zero(sum), hn::And(hn::Or(x, y), hn::SignBit(Tag<T>{})), sum);
  }

  template <class Operation, class... Vectors>
  HWY_INLINE V one_by_one(Operation operation, Vectors... operands) const {
    return by_engine(*engine_, operation, operands...);
  }
  /// Sees nothing of *this, which so may stay in registers.
  template <class Operation, class... Vectors>
  static HWY_NOINLINE V by_engine(const Carried<T>& engine, Operation operation, Vectors... operands) {
    const Tag<T> d;
    HWY_ALIGN T values[sizeof...(Vectors)][widest_lanes<T>];
    std::size_t n = 0;
    (hn::Store(operands, d, values[n++]), ...);
    for (std::size_t i = 0; i < hn::Lanes(d); ++i) {
      values[0][i] = [&]<std::size_t... k>(std::index_sequence<k...>) {
        return std::invoke(operation, engine, values[k][i]...);
      }
      (std::make_index_sequence<sizeof...(Vectors)>{});
    }
    return hn::Load(d, values[0]);
  }

  const Carried<T>* engine_;
  NarrowingLanes<T, plain> narrowing_;
  V behind_, smallest_normal_;
  Split<T> split_;
  bool has_room_;  // the carrier, for plain results of narrow operands

  template <class, bool>
  friend class MemberLanes;
};

/// CarriedLanes for operands that are results of the same engine: they are narrow and on the format's grid, so that
/// sums below the normal range are exact.
template <class T, bool plain>
class MemberLanes {
 public:
  using V = Lanes<T>;
  using Value = V;

  explicit MemberLanes(const CarriedLanes<T, plain>& a) : a_(a) {}

  HWY_INLINE V convert(V x) const { return x; }
  HWY_INLINE V add(V x, V y) const {
    if (plain && a_.has_room_) {
      const V result = a_.split_(hn::Add(x, y));
      if (HWY_LIKELY(a_.all_of(a_.narrowing_.is_inside(result)))) return result;
    }
    return a_.add(x, y);
  }
  HWY_INLINE V sub(V x, V y) const {
    if (plain && a_.has_room_) {
      const V result = a_.split_(hn::Sub(x, y));
      if (HWY_LIKELY(a_.all_of(a_.narrowing_.is_inside(result)))) return result;
    }
    return a_.sub(x, y);
  }
  HWY_INLINE V mul(V x, V y) const {
    if (plain && a_.has_room_) return a_.narrowing_.rounded(hn::Mul(x, y));
    return a_.mul(x, y);
  }
  HWY_INLINE V div(V x, V y) const { return a_.div(x, y); }
  HWY_INLINE V fma(V x, V y, V z) const { return a_.fma(x, y, z); }
  HWY_INLINE V exp(V x) const { return a_.exp(x); }
  HWY_INLINE V log(V x) const { return a_.log(x); }

 private:
  CarriedLanes<T, plain> a_;
};

template <class T, bool plain>
auto members_of(const CarriedLanes<T, plain>& a) {
  return MemberLanes<T, plain>(a);
}

/// A function of vectors of floats by the engine in binary64, as many at a time as it takes.
template <class Wide, class Function>
HWY_INLINE Lanes<float> in_binary64(const Wide& wide, Lanes<float> x, const Function& function) {
  const Tag<double> d;
  const hn::Rebind<float, Tag<double>> narrow;
  HWY_ALIGN float values[widest_lanes<float>];
  hn::Store(x, Tag<float>{}, values);
  for (std::size_t i = 0; i < hn::Lanes(Tag<float>{}); i += hn::Lanes(d)) {
    const auto result = function(wide, hn::PromoteTo(d, hn::Load(narrow, values + i)));
    hn::Store(as_floats(result), narrow, values + i);
  }
  return hn::Load(Tag<float>{}, values);
}

/// Carried<float> on vectors with functions, which are computed in binary64.
template <bool plain>
class CarriedFloats : public CarriedLanes<float, plain> {
 public:
  using V = Lanes<float>;

  explicit CarriedFloats(const Carried<float>& engine) : CarriedLanes<float, plain>(engine), wide_(engine.wide()) {}

  HWY_INLINE V exp(V x) const {
    return in_binary64(wide_, x, [](const auto& a, auto v) HWY_ATTR { return a.exp(v); });
  }
  HWY_INLINE V log(V x) const {
    return in_binary64(wide_, x, [](const auto& a, auto v) HWY_ATTR { return a.log(v); });
  }
  HWY_INLINE V tanh(V x) const {
    return in_binary64(wide_, x, [](const auto& a, auto v) HWY_ATTR { return a.tanh(v); });
  }
  HWY_INLINE V sigmoid(V x) const {
    return in_binary64(wide_, x, [](const auto& a, auto v) HWY_ATTR { return a.sigmoid(v); });
  }

 private:
  CarriedLanes<double, plain> wide_;
};

template <bool plain>
const CarriedFloats<plain>& members_of(const CarriedFloats<plain>& a) {
  return a;
}

/// visit(the engine on vectors).
template <class T, class Visit>
auto with_lanes(const Native<T>&, const Visit& visit) {
  return visit(NativeLanes<T>{});
}
template <class T, class Visit>
auto with_lanes(const Carried<T>& engine, const Visit& visit) {
  const auto with = [&]<bool plain>(std::bool_constant<plain>) HWY_ATTR {
    if constexpr (std::is_same_v<T, double>) {
      return visit(CarriedLanes<double, plain>(engine));
    } else {
      return visit(CarriedFloats<plain>(engine));
    }
  };
  if (engine.narrowing().is_plain()) return with(std::true_type{});
  return with(std::false_type{});
}

}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
