// Many sums at a time, one a lane, so that each keeps its order: SumFormula on vectors. An addition waits for the one
// before, so several vectors are added up side by side. Included once per target of Highway.
#if defined(PRECIPICE_SUMS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PRECIPICE_SUMS_INL
#undef PRECIPICE_SUMS_INL
#else
#define PRECIPICE_SUMS_INL
#endif

#include <array>

#include "arithmetic/lanes-inl.hpp"
#include "precipice/arithmetic/sum.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {

#include "precipice/arithmetic/sum_formula.inc"

/// G vectors that are treated alike.
template <class T, std::size_t G>
struct Pack {
  std::array<Lanes<T>, G> of;

  static std::size_t lanes() { return G * hn::Lanes(Tag<T>{}); }
  static HWY_INLINE Pack all(T x) {
    Pack result;
    for (auto& v : result.of) v = hn::Set(Tag<T>{}, x);
    return result;
  }
  static HWY_INLINE Pack load(const T* from) {
    Pack result;
    for (std::size_t g = 0; g < G; ++g) result.of[g] = hn::Load(Tag<T>{}, from + g * hn::Lanes(Tag<T>{}));
    return result;
  }
  HWY_INLINE void store(T* to) const {
    for (std::size_t g = 0; g < G; ++g) hn::Store(of[g], Tag<T>{}, to + g * hn::Lanes(Tag<T>{}));
  }
};

// Below no lambda stands between an operation and its vectors: what it captures would have to live in memory.

/// x where i and j are so related, else y.
template <class T, std::size_t G, class Relation>
HWY_INLINE Pack<T, G> where(const Pack<T, G>& i, const Relation& are_related, const Pack<T, G>& j, const Pack<T, G>& x,
                            const Pack<T, G>& y) {
  Pack<T, G> result;
  for (std::size_t g = 0; g < G; ++g) result.of[g] = hn::IfThenElse(are_related(i.of[g], j.of[g]), x.of[g], y.of[g]);
  return result;
}
/// Relations of vectors.
constexpr struct {
  template <class V>
  HWY_INLINE auto operator()(V i, V j) const {
    return hn::Lt(i, j);
  }
} is_less;
constexpr struct {
  template <class V>
  HWY_INLINE auto operator()(V i, V j) const {
    return hn::Le(i, j);
  }
} is_at_most;
constexpr struct {
  template <class V>
  HWY_INLINE auto operator()(V i, V j) const {
    return hn::Eq(i, j);
  }
} is_equal;

/// An engine on packs.
template <class T, std::size_t G, class E>
class PackedEngine {
 public:
  using Value = Pack<T, G>;

  explicit PackedEngine(const E& engine) : e_(engine) {}
  [[nodiscard]] const E& each() const { return e_; }

  HWY_INLINE Value convert(const Value& x) const {
    Value result;
    for (std::size_t g = 0; g < G; ++g) result.of[g] = e_.convert(x.of[g]);
    return result;
  }
  HWY_INLINE Value exp(const Value& x) const {
    Value result;
    for (std::size_t g = 0; g < G; ++g) result.of[g] = e_.exp(x.of[g]);
    return result;
  }
  HWY_INLINE Value log(const Value& x) const {
    Value result;
    for (std::size_t g = 0; g < G; ++g) result.of[g] = e_.log(x.of[g]);
    return result;
  }
  HWY_INLINE Value add(const Value& x, const Value& y) const {
    Value result;
    for (std::size_t g = 0; g < G; ++g) result.of[g] = e_.add(x.of[g], y.of[g]);
    return result;
  }
  HWY_INLINE Value sub(const Value& x, const Value& y) const {
    Value result;
    for (std::size_t g = 0; g < G; ++g) result.of[g] = e_.sub(x.of[g], y.of[g]);
    return result;
  }
  HWY_INLINE Value mul(const Value& x, const Value& y) const {
    Value result;
    for (std::size_t g = 0; g < G; ++g) result.of[g] = e_.mul(x.of[g], y.of[g]);
    return result;
  }
  HWY_INLINE Value div(const Value& x, const Value& y) const {
    Value result;
    for (std::size_t g = 0; g < G; ++g) result.of[g] = e_.div(x.of[g], y.of[g]);
    return result;
  }
  HWY_INLINE Value fma(const Value& x, const Value& y, const Value& z) const {
    Value result;
    for (std::size_t g = 0; g < G; ++g) result.of[g] = e_.fma(x.of[g], y.of[g], z.of[g]);
    return result;
  }

 private:
  E e_;
};

/// The engine for operands that are its own results, if there is one that is faster.
template <class T, std::size_t G, class E>
auto members_of(const PackedEngine<T, G, E>& a) {
  const auto members = members_of(a.each());
  return PackedEngine<T, G, std::decay_t<decltype(members)>>(members);
}

/// Packs in memory, one behind the other.
template <class T, std::size_t G>
class Column {
 public:
  explicit Column(T* values) : values_(values) {}

  struct Element {
    T* at;
    HWY_INLINE operator Pack<T, G>() const { return Pack<T, G>::load(at); }  // NOLINT(google-explicit-constructor)
    HWY_INLINE void operator=(const Pack<T, G>& v) const { v.store(at); }
    Element& operator=(const Element&) = delete;  // the place, or what is there?
  };
  HWY_INLINE Element operator[](std::size_t k) const { return {values_ + k * Pack<T, G>::lanes()}; }

 private:
  T* values_;
};

/// The k-th terms of all sums are load(k); `marked` holds a number per sum. `room` is for numbers(count) of T.
template <class T, std::size_t G, class A, class E, class Load>
struct PackedTerms {
  using V = Pack<T, G>;

  const A& scalar;  ///< sums exactly, one by one
  const E& a;
  std::size_t count;
  const V& marked;
  const Load& load;
  T* room;

  static std::size_t numbers(std::size_t count) { return most_sums(count) * V::lanes() + count; }

  template <class Index>
  HWY_INLINE V run(std::size_t n, const Index& index) const {
    V total = a.convert(load(index(0)));
    for (std::size_t i = 1; i < n; ++i) total = a.add(total, load(index(i)));
    return total;
  }
  template <class Index>
  HWY_INLINE V run_on(V total, std::size_t n, const Index& index) const {
    for (std::size_t i = 0; i < n; ++i) total = a.add(total, load(index(i)));
    return total;
  }
  HWY_INLINE V run_from_marked() const {
    V total = load(0);
    for (std::size_t k = 1; k < count; ++k) total = where(V::all(static_cast<T>(k)), is_equal, marked, load(k), total);
    total = a.convert(total);
    for (std::size_t i = 1; i < count; ++i) {
      total = a.add(total, where(V::all(static_cast<T>(i)), is_at_most, marked, load(i - 1), load(i)));
    }
    return total;
  }
  HWY_INLINE V join(const V& u, const V& v) const { return a.add(u, v); }
  HWY_INLINE V zero() const { return V::all(0); }
  HWY_INLINE V compensated() const {
    const auto term_minus = [&](std::size_t k, const V& c) HWY_ATTR { return a.sub(load(k), c); };
    return SumFormula::compensated(a, a.convert(load(0)), zero(), 1, count, term_minus);
  }
  V exact() const {
    const std::size_t lanes = V::lanes();
    T* const one = room + most_sums(count) * lanes;
    for (std::size_t k = 0; k < count; ++k) load(k).store(room + k * lanes);
    for (std::size_t i = 0; i < lanes; ++i) {
      for (std::size_t k = 0; k < count; ++k) one[k] = room[k * lanes + i];
      room[i] = scalar.sum_exactly({one, count});
    }
    return V::load(room);
  }
  HWY_INLINE Column<T, G> sums(std::size_t /*count*/) const { return Column<T, G>(room); }

 private:
  /// A warp is the most sums that can be more than terms.
  static std::size_t most_sums(std::size_t count) { return std::max<std::size_t>(count, 32); }
};

}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
