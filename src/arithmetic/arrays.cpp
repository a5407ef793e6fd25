// Operations on arrays in vectors, compiled once per vector width by Highway. No element knows its neighbours, so
// neither the width nor threads change a bit.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "arithmetic/arrays.cpp"
#include <hwy/foreach_target.h>

#include "arithmetic/lanes-inl.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/pieces.hpp"

#ifndef PRECIPICE_ARRAY_KERNELS
#define PRECIPICE_ARRAY_KERNELS
namespace precipice {

/// What there is in vectors for an engine.
template <class A>
struct ArrayKernels {
  using T = typename A::Value;

  void (*operate)(const A&, Elementwise, const detail::ArrayOperands<T>&, std::span<T>);
  void (*compare)(const A&, std::span<const T>, std::span<const T>, std::span<Comparison>);
  void (*add_to)(const A&, std::span<const T>, MatrixView<T>);
  void (*add_up)(const A&, MatrixView<const T>, std::span<T>);
  void (*scale)(const A&, std::span<const T>, int, std::span<T>);
};

}  // namespace precipice
#endif

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

template <class T>
using ArrayOperands = precipice::detail::ArrayOperands<T>;

/// An operand as vectors from element i on: of an array of one element all lanes are that one.
template <class T>
class Source {
 public:
  explicit HWY_INLINE Source(std::span<const T> array) : data_(array.data()), is_one_(array.size() == 1) {
    if (is_one_) one_ = hn::Set(Tag<T>{}, array.front());
  }
  /// `count` of them, at most a vector.
  HWY_INLINE Lanes<T> from(std::size_t i, std::size_t count) const {
    return is_one_ ? one_ : load_some(data_ + i, count);
  }

 private:
  const T* data_;
  bool is_one_;
  Lanes<T> one_ = hn::Zero(Tag<T>{});
};

/// `count` results from element i on, less than a vector. No lambda in `map`, whose captures would not stay in
/// registers.
template <class T, class Operation, class... Sources>
HWY_INLINE void map_few(T* out, std::size_t i, std::size_t count, const Operation& operation, const Sources&... in) {
  store_some(operation(in.from(i, count)...), out + i, count);
}

template <class T, class Operation, class... Sources>
HWY_INLINE void map(std::span<T> out, const Operation& operation, const Sources&... in) {
  const std::size_t n = hn::Lanes(Tag<T>{});
  std::size_t i = std::min(before_aligned(out.data()), out.size());
  if (i > 0) map_few(out.data(), 0, i, operation, in...);
  for (; i + n <= out.size(); i += n) hn::StoreU(operation(in.from(i, n)...), Tag<T>{}, out.data() + i);
  if (i < out.size()) map_few(out.data(), i, out.size() - i, operation, in...);
}

/// The operations without functions; false for those.
template <class T, class Engine>
bool simple(const Engine& engine, Elementwise operation, const ArrayOperands<T>& in, std::span<T> out) {
  using V = Lanes<T>;
  const Engine a = engine;  // in registers
  const auto one = [&](const auto& f) HWY_ATTR { map<T>(out, f, Source<T>(in.x)); };
  const auto two = [&](const auto& f) HWY_ATTR { map<T>(out, f, Source<T>(in.x), Source<T>(in.y)); };
  switch (operation) {
    case Elementwise::convert: one([&](V x) HWY_ATTR { return a.convert(x); }); return true;
    case Elementwise::sqrt: one([&](V x) HWY_ATTR { return a.sqrt(x); }); return true;
    case Elementwise::add: two([&](V x, V y) HWY_ATTR { return a.add(x, y); }); return true;
    case Elementwise::sub: two([&](V x, V y) HWY_ATTR { return a.sub(x, y); }); return true;
    case Elementwise::mul: two([&](V x, V y) HWY_ATTR { return a.mul(x, y); }); return true;
    case Elementwise::div: two([&](V x, V y) HWY_ATTR { return a.div(x, y); }); return true;
    case Elementwise::max: two([&](V x, V y) HWY_ATTR { return a.max(x, y); }); return true;
    case Elementwise::fma:
      map<T>(
          out, [&](V x, V y, V z) HWY_ATTR { return a.fma(x, y, z); }, Source<T>(in.x), Source<T>(in.y),
          Source<T>(in.z));
      return true;
    case Elementwise::exp:
    case Elementwise::log:
    case Elementwise::tanh:
    case Elementwise::sigmoid: break;
  }
  return false;
}

template <class T, class Engine>
void with_functions(const Engine& engine, Elementwise operation, const ArrayOperands<T>& in, std::span<T> out) {
  using V = Lanes<T>;
  const Engine a = engine;  // in registers
  const auto one = [&](const auto& f) HWY_ATTR { map<T>(out, f, Source<T>(in.x)); };
  if (simple<T>(a, operation, in, out)) return;
  switch (operation) {
    case Elementwise::exp: return one([&](V x) HWY_ATTR { return a.exp(x); });
    case Elementwise::log: return one([&](V x) HWY_ATTR { return a.log(x); });
    case Elementwise::tanh: return one([&](V x) HWY_ATTR { return a.tanh(x); });
    default: return one([&](V x) HWY_ATTR { return a.sigmoid(x); });
  }
}

template <class T, class Engine>
void all_compared(const Engine& a, std::span<const T> x, std::span<const T> y, std::span<Comparison> out) {
  const Source<T> left(x), right(y);
  HWY_ALIGN T codes[widest_lanes<T>];
  for (std::size_t i = 0; i < out.size(); i += hn::Lanes(Tag<T>{})) {
    const std::size_t count = std::min(out.size() - i, hn::Lanes(Tag<T>{}));
    hn::Store(a.compare(left.from(i, count), right.from(i, count)), Tag<T>{}, codes);
    for (std::size_t k = 0; k < count; ++k) out[i + k] = static_cast<Comparison>(static_cast<int>(codes[k]));
  }
}

template <class T, class Engine>
void add_addends(const Engine& a, std::span<const T> addends, MatrixView<T> rows) {
  using V = Lanes<T>;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    map<T>(
        rows.row(i), [&](V x, V y) HWY_ATTR { return a.add(x, y); }, Source<T>(rows.row(i)), Source<T>(addends));
  }
}

template <class T, class Engine>
void add_rows(const Engine& a, MatrixView<const T> rows, std::span<T> sums) {
  for (std::size_t j = 0; j < sums.size(); j += hn::Lanes(Tag<T>{})) {
    const std::size_t count = sums.size() - j;
    Lanes<T> sum = hn::Zero(Tag<T>{});
    for (std::size_t i = 0; i < rows.rows; ++i) sum = a.add(sum, load_some(&rows(i, j), count));
    store_some(sum, &sums[j], count);
  }
}

template <class A, class T = typename A::Value>
void operate(const A& a, Elementwise operation, const ArrayOperands<T>& in, std::span<T> out) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR {
    if constexpr (requires { lanes.exp(hn::Zero(Tag<T>{})); }) {
      with_functions<T>(lanes, operation, in, out);
    } else if (!simple<T>(lanes, operation, in, out)) {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = precipice::detail::one_result(a, operation, in, i);
    }
  });
}
template <class A, class T = typename A::Value>
void compare(const A& a, std::span<const T> x, std::span<const T> y, std::span<Comparison> out) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { all_compared<T>(lanes, x, y, out); });
}
template <class A, class T = typename A::Value>
void add_to(const A& a, std::span<const T> addends, MatrixView<T> rows) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { add_addends<T>(lanes, addends, rows); });
}
template <class A, class T = typename A::Value>
void add_up(const A& a, MatrixView<const T> rows, std::span<T> sums) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { add_rows<T>(lanes, rows, sums); });
}
template <class A, class T = typename A::Value>
void scale(const A& a, std::span<const T> x, int exponent, std::span<T> out) {
  if constexpr (std::is_same_v<A, Native<T>>) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = a.scale(x[i], exponent);
  } else {
    const PowerOfTwo<T> power(exponent);
    with_lanes(a, [&](const auto& lanes) HWY_ATTR {
      const auto half = lanes.all(power.half), rest = lanes.all(power.rest);
      map<T>(
          out, [&](Lanes<T> v) HWY_ATTR { return lanes.scale(v, half, rest, exponent); }, Source<T>(x));
    });
  }
}

template <class A>
ArrayKernels<A> kernels() {
  return {operate<A>, compare<A>, add_to<A>, add_up<A>, scale<A>};
}

// Highway's tables hold functions, not templates.
ArrayKernels<Native<double>> native_binary64() { return kernels<Native<double>>(); }
ArrayKernels<Native<float>> native_binary32() { return kernels<Native<float>>(); }
ArrayKernels<Carried<double>> carried_binary64() { return kernels<Carried<double>>(); }
ArrayKernels<Carried<float>> carried_binary32() { return kernels<Carried<float>>(); }

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

auto kernels_of(const Native<double>&) { return HWY_DYNAMIC_DISPATCH(native_binary64)(); }
auto kernels_of(const Native<float>&) { return HWY_DYNAMIC_DISPATCH(native_binary32)(); }
auto kernels_of(const Carried<double>&) { return HWY_DYNAMIC_DISPATCH(carried_binary64)(); }
auto kernels_of(const Carried<float>&) { return HWY_DYNAMIC_DISPATCH(carried_binary32)(); }

constexpr std::size_t worth_a_piece = 1 << 16;  // elements, some 50 microseconds

/// A part of an operand: the one element that stands for all, or those from `first` to `end`.
template <class T>
std::span<const T> part(std::span<const T> operand, std::size_t first, std::size_t end) {
  return operand.size() <= 1 ? operand : operand.subspan(first, end - first);
}

template <class T>
[[maybe_unused]] bool fits(std::span<const T> x, std::size_t count) {
  return x.size() == count || x.size() == 1;
}

template <class A, class T>
void each_in_pieces(const A& a, Elementwise operation, const detail::ArrayOperands<T>& in, std::span<T> out) {
  assert(fits(in.x, out.size()) && (operands_of(operation) < 2 || fits(in.y, out.size())) &&
         (operands_of(operation) < 3 || fits(in.z, out.size())));
  const auto kernels = kernels_of(a);
  in_pieces(out.size(), worth_a_piece, [&](std::size_t first, std::size_t end) {
    const auto of = [&](std::span<const T> x) { return part(x, first, end); };
    kernels.operate(a, operation, {of(in.x), of(in.y), of(in.z)}, out.subspan(first, end - first));
  });
}

template <class A, class T>
void compare_in_pieces(const A& a, std::span<const T> x, std::span<const T> y, std::span<Comparison> out) {
  assert(fits(x, out.size()) && fits(y, out.size()));
  const auto kernels = kernels_of(a);
  in_pieces(out.size(), worth_a_piece, [&](std::size_t first, std::size_t end) {
    kernels.compare(a, part(x, first, end), part(y, first, end), out.subspan(first, end - first));
  });
}

}  // namespace

template <std::floating_point T>
void each(const Native<T>& a, Elementwise operation, const detail::ArrayOperands<std::type_identity_t<T>>& in,
          std::span<std::type_identity_t<T>> out) {
  each_in_pieces(a, operation, in, out);
}
template <std::floating_point T>
void each(const Carried<T>& a, Elementwise operation, const detail::ArrayOperands<std::type_identity_t<T>>& in,
          std::span<std::type_identity_t<T>> out) {
  each_in_pieces(a, operation, in, out);
}

template <std::floating_point T>
void scale(const Carried<T>& a, std::span<const std::type_identity_t<T>> x, int exponent,
           std::span<std::type_identity_t<T>> out) {
  assert(x.size() == out.size());
  const auto kernels = kernels_of(a);
  in_pieces(out.size(), worth_a_piece, [&](std::size_t first, std::size_t end) {
    kernels.scale(a, x.subspan(first, end - first), exponent, out.subspan(first, end - first));
  });
}

template <std::floating_point T>
void compare(const Native<T>& a, std::span<const std::type_identity_t<T>> x, std::span<const std::type_identity_t<T>> y,
             std::span<Comparison> out) {
  compare_in_pieces<Native<T>, T>(a, x, y, out);
}
template <std::floating_point T>
void compare(const Carried<T>& a, std::span<const std::type_identity_t<T>> x,
             std::span<const std::type_identity_t<T>> y, std::span<Comparison> out) {
  compare_in_pieces<Carried<T>, T>(a, x, y, out);
}

template <std::floating_point T>
void add_to_rows(const Native<T>& a, std::span<const std::type_identity_t<T>> addends,
                 MatrixView<std::type_identity_t<T>> rows) {
  assert(addends.size() == rows.cols);
  kernels_of(a).add_to(a, addends, rows);
}
template <std::floating_point T>
void add_to_rows(const Carried<T>& a, std::span<const std::type_identity_t<T>> addends,
                 MatrixView<std::type_identity_t<T>> rows) {
  assert(addends.size() == rows.cols);
  kernels_of(a).add_to(a, addends, rows);
}

template <std::floating_point T>
void add_up_rows(const Native<T>& a, MatrixView<const std::type_identity_t<T>> rows,
                 std::span<std::type_identity_t<T>> sums) {
  assert(sums.size() == rows.cols);
  kernels_of(a).add_up(a, rows, sums);
}
template <std::floating_point T>
void add_up_rows(const Carried<T>& a, MatrixView<const std::type_identity_t<T>> rows,
                 std::span<std::type_identity_t<T>> sums) {
  assert(sums.size() == rows.cols);
  kernels_of(a).add_up(a, rows, sums);
}

template void each(const Native<double>&, Elementwise, const detail::ArrayOperands<double>&, std::span<double>);
template void compare(const Native<double>&, std::span<const double>, std::span<const double>, std::span<Comparison>);
template void add_to_rows(const Native<double>&, std::span<const double>, MatrixView<double>);
template void add_up_rows(const Native<double>&, MatrixView<const double>, std::span<double>);
template void each(const Carried<double>&, Elementwise, const detail::ArrayOperands<double>&, std::span<double>);
template void compare(const Carried<double>&, std::span<const double>, std::span<const double>, std::span<Comparison>);
template void add_to_rows(const Carried<double>&, std::span<const double>, MatrixView<double>);
template void add_up_rows(const Carried<double>&, MatrixView<const double>, std::span<double>);
template void scale(const Carried<double>&, std::span<const double>, int, std::span<double>);
template void each(const Native<float>&, Elementwise, const detail::ArrayOperands<float>&, std::span<float>);
template void compare(const Native<float>&, std::span<const float>, std::span<const float>, std::span<Comparison>);
template void add_to_rows(const Native<float>&, std::span<const float>, MatrixView<float>);
template void add_up_rows(const Native<float>&, MatrixView<const float>, std::span<float>);
template void each(const Carried<float>&, Elementwise, const detail::ArrayOperands<float>&, std::span<float>);
template void compare(const Carried<float>&, std::span<const float>, std::span<const float>, std::span<Comparison>);
template void add_to_rows(const Carried<float>&, std::span<const float>, MatrixView<float>);
template void add_up_rows(const Carried<float>&, MatrixView<const float>, std::span<float>);
template void scale(const Carried<float>&, std::span<const float>, int, std::span<float>);

}  // namespace precipice
#endif
