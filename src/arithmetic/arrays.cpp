// Element-wise operations in vectors, compiled once per vector width by Highway. No element knows its neighbours, so
// the width changes no bit.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "arithmetic/arrays.cpp"
#include <hwy/foreach_target.h>

#include "arithmetic/lanes-inl.hpp"
#include "precipice/arithmetic/arrays.hpp"

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

template <class T, class Operation, class... Sources>
HWY_INLINE void map(std::span<T> out, const Operation& operation, const Sources&... in) {
  for (std::size_t i = 0; i < out.size(); i += hn::Lanes(Tag<T>{})) {
    const std::size_t count = out.size() - i;
    store_some(operation(in.from(i, count)...), out.data() + i, count);
  }
}

/// The operations without functions; false for those.
template <class T, class Engine>
bool simple(const Engine& a, Elementwise operation, const ArrayOperands<T>& in, std::span<T> out) {
  using V = Lanes<T>;
  const auto one = [&](const auto& f) { map<T>(out, f, Source<T>(in.x)); };
  const auto two = [&](const auto& f) { map<T>(out, f, Source<T>(in.x), Source<T>(in.y)); };
  switch (operation) {
    case Elementwise::convert: one([&](V x) HWY_ATTR { return a.convert(x); }); return true;
    case Elementwise::sqrt: one([&](V x) HWY_ATTR { return a.sqrt(x); }); return true;
    case Elementwise::add: two([&](V x, V y) HWY_ATTR { return a.add(x, y); }); return true;
    case Elementwise::sub: two([&](V x, V y) HWY_ATTR { return a.sub(x, y); }); return true;
    case Elementwise::mul: two([&](V x, V y) HWY_ATTR { return a.mul(x, y); }); return true;
    case Elementwise::div: two([&](V x, V y) HWY_ATTR { return a.div(x, y); }); return true;
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

template <class Engine>
void with_functions(const Engine& a, Elementwise operation, const ArrayOperands<double>& in, std::span<double> out) {
  using V = Lanes<double>;
  const auto one = [&](const auto& f) { map<double>(out, f, Source<double>(in.x)); };
  if (simple<double>(a, operation, in, out)) return;
  switch (operation) {
    case Elementwise::exp: return one([&](V x) HWY_ATTR { return a.exp(x); });
    case Elementwise::log: return one([&](V x) HWY_ATTR { return a.log(x); });
    case Elementwise::tanh: return one([&](V x) HWY_ATTR { return a.tanh(x); });
    default: return one([&](V x) HWY_ATTR { return a.sigmoid(x); });
  }
}

template <class Engine>
void add_addends(const Engine& a, std::span<const double> addends, MatrixView<double> rows) {
  using V = Lanes<double>;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    map<double>(
        rows.row(i), [&](V x, V y) HWY_ATTR { return a.add(x, y); }, Source<double>(rows.row(i)),
        Source<double>(addends));
  }
}

template <class Engine>
void add_rows(const Engine& a, MatrixView<const double> rows, std::span<double> sums) {
  const Tag<double> d;
  const std::size_t n = hn::Lanes(d);
  for (std::size_t j = 0; j < sums.size(); j += n) {
    const std::size_t count = sums.size() - j;
    Lanes<double> sum = hn::Zero(d);
    for (std::size_t i = 0; i < rows.rows; ++i) sum = a.add(sum, load_some(&rows(i, j), count));
    store_some(sum, &sums[j], count);
  }
}

void native_to_rows(std::span<const double> addends, MatrixView<double> rows) {
  add_addends(NativeLanes<double>{}, addends, rows);
}
void carried_to_rows(const Carried<double>& a, std::span<const double> addends, MatrixView<double> rows) {
  with_lanes(a, [&](const auto& lanes) { add_addends(lanes, addends, rows); });
}
void native_rows(MatrixView<const double> rows, std::span<double> sums) { add_rows(NativeLanes<double>{}, rows, sums); }
void carried_rows(const Carried<double>& a, MatrixView<const double> rows, std::span<double> sums) {
  with_lanes(a, [&](const auto& lanes) { add_rows(lanes, rows, sums); });
}

bool native(Elementwise operation, const ArrayOperands<double>& in, std::span<double> out) {
  return simple<double>(NativeLanes<double>{}, operation, in, out);
}
void carried_in_binary64(const Carried<double>& a, Elementwise operation, const ArrayOperands<double>& in,
                         std::span<double> out) {
  with_lanes(a, [&](const auto& lanes) { with_functions(lanes, operation, in, out); });
}
bool carried_in_binary32(const Carried<float>& a, Elementwise operation, const ArrayOperands<float>& in,
                         std::span<float> out) {
  return with_lanes(a, [&](const auto& lanes) { return simple<float>(lanes, operation, in, out); });
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace precipice {
namespace {

HWY_EXPORT(native);
HWY_EXPORT(carried_in_binary64);
HWY_EXPORT(carried_in_binary32);
HWY_EXPORT(native_to_rows);
HWY_EXPORT(carried_to_rows);
HWY_EXPORT(native_rows);
HWY_EXPORT(carried_rows);

template <class V>
void check_sizes([[maybe_unused]] Elementwise operation, [[maybe_unused]] const detail::ArrayOperands<V>& in,
                 [[maybe_unused]] std::span<V> out) {
  [[maybe_unused]] const auto fits = [&](std::span<const V> x) { return x.size() == out.size() || x.size() == 1; };
  assert(fits(in.x) && (operands_of(operation) < 2 || fits(in.y)) && (operands_of(operation) < 3 || fits(in.z)));
}

/// Functions of binary32 values are those of the binary64 engine of the same format, some at a time.
void by_binary64(const Carried<float>& a, Elementwise operation, std::span<const float> x, std::span<float> out) {
  const Carried<double> wide(a.format(), a.rounding());
  constexpr std::size_t at_once = 256;
  double values[at_once];
  for (std::size_t first = 0; first < out.size(); first += at_once) {
    const std::span<double> some(values, std::min(at_once, out.size() - first));
    for (std::size_t i = 0; i < some.size(); ++i) some[i] = detail::ArrayOperands<float>::at(x, first + i);
    each(wide, operation, {.x = some}, some);
    for (std::size_t i = 0; i < some.size(); ++i) out[first + i] = static_cast<float>(some[i]);
  }
}

}  // namespace

void each(const Native<double>& a, Elementwise operation, const detail::ArrayOperands<double>& in,
          std::span<double> out) {
  check_sizes<double>(operation, in, out);
  if (!HWY_DYNAMIC_DISPATCH(native)(operation, in, out)) each<Native<double>>(a, operation, in, out);
}

void each(const Carried<double>& a, Elementwise operation, const detail::ArrayOperands<double>& in,
          std::span<double> out) {
  check_sizes<double>(operation, in, out);
  HWY_DYNAMIC_DISPATCH(carried_in_binary64)(a, operation, in, out);
}

void each(const Carried<float>& a, Elementwise operation, const detail::ArrayOperands<float>& in,
          std::span<float> out) {
  check_sizes<float>(operation, in, out);
  if (!HWY_DYNAMIC_DISPATCH(carried_in_binary32)(a, operation, in, out)) by_binary64(a, operation, in.x, out);
}

void add_to_rows(const Native<double>&, std::span<const double> addends, MatrixView<double> rows) {
  assert(addends.size() == rows.cols);
  HWY_DYNAMIC_DISPATCH(native_to_rows)(addends, rows);
}

void add_to_rows(const Carried<double>& a, std::span<const double> addends, MatrixView<double> rows) {
  assert(addends.size() == rows.cols);
  HWY_DYNAMIC_DISPATCH(carried_to_rows)(a, addends, rows);
}

void add_up_rows(const Native<double>&, MatrixView<const double> rows, std::span<double> sums) {
  assert(sums.size() == rows.cols);
  HWY_DYNAMIC_DISPATCH(native_rows)(rows, sums);
}

void add_up_rows(const Carried<double>& a, MatrixView<const double> rows, std::span<double> sums) {
  assert(sums.size() == rows.cols);
  HWY_DYNAMIC_DISPATCH(carried_rows)(a, rows, sums);
}

}  // namespace precipice
#endif
