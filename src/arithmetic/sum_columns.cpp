// Sums of columns in every order, in vectors: compiled once per vector width by Highway.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "arithmetic/sum_columns.cpp"
#include <hwy/foreach_target.h>

#include "arithmetic/scratch.hpp"
#include "arithmetic/sums-inl.hpp"
#include "precipice/arithmetic/arrays.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

/// The columns from j on, as many as a pack has lanes or are left.
template <std::size_t G, class T, class A, class E>
void columns_from(const A& scalar, const E& lanes, MatrixView<const T> terms, const SumOrder& order,
                  std::span<const std::uint32_t> marked, std::span<T> sums, std::size_t j) {
  using V = Pack<T, G>;
  constexpr std::size_t most = G * widest_lanes<T>;
  const std::size_t count = std::min(V::lanes(), sums.size() - j);
  const PackedEngine<T, G, E> a(lanes);
  const auto load = [&](std::size_t k) HWY_ATTR {
    V result;
    for (std::size_t g = 0; g < G; ++g) {
      const std::size_t first = g * hn::Lanes(Tag<T>{});
      result.of[g] = first < count ? load_some(&terms(k, j + first), count - first) : hn::Zero(Tag<T>{});
    }
    return result;
  };
  HWY_ALIGN T numbers[most] = {};
  for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<T>(marked[marked.size() == 1 ? 0 : j + i]);
  const V marks = V::load(numbers);
  using Terms = PackedTerms<T, G, A, decltype(a), decltype(load)>;
  T* const room = scratch<T, Use::sums>(Terms::numbers(terms.rows));
  SumFormula::total<V>(order, terms.rows, Terms{scalar, a, terms.rows, marks, load, room}).store(numbers);
  std::copy_n(numbers, count, &sums[j]);
}

template <class T, class A, class E>
void all_columns(const A& scalar, const E& lanes, MatrixView<const T> terms, const SumOrder& order,
                 std::span<const std::uint32_t> marked, std::span<T> sums) {
  constexpr std::size_t at_once = has_vectors ? 4 : 1;
  std::size_t j = 0;
  for (; j + Pack<T, at_once>::lanes() <= sums.size(); j += Pack<T, at_once>::lanes()) {
    columns_from<at_once, T>(scalar, lanes, terms, order, marked, sums, j);
  }
  for (; j < sums.size(); j += Pack<T, 1>::lanes()) columns_from<1, T>(scalar, lanes, terms, order, marked, sums, j);
}

template <class A, class T>
void sums_of(const A& a, MatrixView<const T> terms, const SumOrder& order, std::span<const std::uint32_t> marked,
             std::span<T> sums) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { all_columns<T>(a, lanes, terms, order, marked, sums); });
}

// Highway's tables hold functions, not templates.
void native_binary64(MatrixView<const double> terms, const SumOrder& order, std::span<const std::uint32_t> marked,
                     std::span<double> sums) {
  sums_of(Native<double>{}, terms, order, marked, sums);
}
void native_binary32(MatrixView<const float> terms, const SumOrder& order, std::span<const std::uint32_t> marked,
                     std::span<float> sums) {
  sums_of(Native<float>{}, terms, order, marked, sums);
}
void carried_binary64(const Carried<double>& a, MatrixView<const double> terms, const SumOrder& order,
                      std::span<const std::uint32_t> marked, std::span<double> sums) {
  sums_of(a, terms, order, marked, sums);
}
void carried_binary32(const Carried<float>& a, MatrixView<const float> terms, const SumOrder& order,
                      std::span<const std::uint32_t> marked, std::span<float> sums) {
  sums_of(a, terms, order, marked, sums);
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace precipice {
namespace {

HWY_EXPORT(native_binary64);
HWY_EXPORT(native_binary32);
HWY_EXPORT(carried_binary64);
HWY_EXPORT(carried_binary32);

template <class T>
void check_columns([[maybe_unused]] MatrixView<const T> terms, [[maybe_unused]] std::span<const std::uint32_t> marked,
                   [[maybe_unused]] std::span<T> sums) {
  assert(terms.rows > 0 && terms.col_stride == 1 && sums.size() == terms.cols);
  assert(marked.size() == 1 || marked.size() == terms.cols);
}

}  // namespace

template <std::floating_point T>
void sum_columns(const Native<T>&, MatrixView<const std::type_identity_t<T>> terms, const SumOrder& order,
                 std::span<const std::uint32_t> marked, std::span<std::type_identity_t<T>> sums) {
  check_columns<T>(terms, marked, sums);
  if constexpr (std::is_same_v<T, double>) {
    HWY_DYNAMIC_DISPATCH(native_binary64)(terms, order, marked, sums);
  } else {
    HWY_DYNAMIC_DISPATCH(native_binary32)(terms, order, marked, sums);
  }
}

template <std::floating_point T>
void sum_columns(const Carried<T>& a, MatrixView<const std::type_identity_t<T>> terms, const SumOrder& order,
                 std::span<const std::uint32_t> marked, std::span<std::type_identity_t<T>> sums) {
  check_columns<T>(terms, marked, sums);
  if constexpr (std::is_same_v<T, double>) {
    HWY_DYNAMIC_DISPATCH(carried_binary64)(a, terms, order, marked, sums);
  } else {
    HWY_DYNAMIC_DISPATCH(carried_binary32)(a, terms, order, marked, sums);
  }
}

template void sum_columns(const Native<double>&, MatrixView<const double>, const SumOrder&,
                          std::span<const std::uint32_t>, std::span<double>);
template void sum_columns(const Native<float>&, MatrixView<const float>, const SumOrder&,
                          std::span<const std::uint32_t>, std::span<float>);
template void sum_columns(const Carried<double>&, MatrixView<const double>, const SumOrder&,
                          std::span<const std::uint32_t>, std::span<double>);
template void sum_columns(const Carried<float>&, MatrixView<const float>, const SumOrder&,
                          std::span<const std::uint32_t>, std::span<float>);

}  // namespace precipice
#endif
