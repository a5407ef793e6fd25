// Matrix products, compiled once per vector width by Highway; the widest that the machine has is taken at run time. k
// rises for every element of a result, so neither the width nor the blocks of rows and columns nor threads change a
// bit. V is what matrices hold, T what computes: the same, or double and float where the plan says so.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "arithmetic/matrix_product.cpp"
#include <hwy/foreach_target.h>

#include <atomic>
#include <type_traits>

#include "arithmetic/product_steps-inl.hpp"
#include "arithmetic/scratch.hpp"
#include "precipice/arithmetic/matrix_product.hpp"
#include "precipice/arithmetic/pieces.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

// Chains of dependent additions that hide each other's latency, as many as the registers hold.
constexpr std::size_t rows_at_once = HWY_TARGET <= HWY_AVX3 ? 8 : has_vectors ? 4 : 2, vectors_at_once = 2;

// --- the right factor -----------------------------------------------------------------------------------------------

/// The right factor, packed: panels of one or two vectors of columns, one behind the other; in a panel, for each k, the
/// planes of its columns side by side. Columns beyond the last are zero.
template <class T>
struct Panels {
  const T* data;
  std::size_t inner, cols, planes;

  static std::size_t lanes() { return hn::Lanes(Tag<T>{}); }
  /// Columns of the panel that begins with column j, padding included.
  [[nodiscard]] std::size_t width(std::size_t j) const { return cols - j > lanes() ? 2 * lanes() : lanes(); }
  [[nodiscard]] std::size_t place(std::size_t j) const { return j * inner * planes; }
  [[nodiscard]] std::size_t size() const {
    const std::size_t all = (cols + lanes() - 1) / lanes() * lanes();
    return place(all);
  }
};

/// Copies a line of numbers that lie side by side; into another carrier if they are numbers of it, too.
template <class T, class V>
HWY_INLINE void copy_line(const V* from, std::size_t count, T* to) {
  const Tag<V> d;
  const hn::Rebind<T, Tag<V>> as;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto x = load_some(from + i, count - i);
    if constexpr (std::is_same_v<T, V>) {
      hn::StoreU(x, d, to + i);
    } else {
      hn::StoreU(as_floats(x), as, to + i);
    }
  }
}

/// Plane 0 of the panel from column j on. Whole vectors are written, zeros behind the last column.
template <class T, class V>
void copy_panel(MatrixView<const V> right, std::size_t j, std::size_t width, std::size_t stride, T* to) {
  const std::size_t count = std::min(width, right.cols - j);
  if (count < width || right.col_stride != 1) {
    for (std::size_t k = 0; k < right.rows; ++k) std::fill_n(to + k * stride, width, T{0});
  }
  if (right.col_stride == 1) {
    for (std::size_t k = 0; k < right.rows; ++k) copy_line(&right(k, j), count, to + k * stride);
    return;
  }
  for (std::size_t c = 0; c < count; ++c) {
    for (std::size_t k = 0; k < right.rows; ++k) to[k * stride + c] = static_cast<T>(right(k, j + c));
  }
}

/// The planes of a panel from its first one.
template <class T, class Step>
void make_planes(const Step& step, std::size_t inner, std::size_t width, T* panel) {
  const Tag<T> d;
  for (std::size_t k = 0; k < inner; ++k, panel += width * Step::planes) {
    for (std::size_t v = 0; v < width; v += hn::Lanes(d)) {
      const Lanes<T> x = hn::Load(d, panel + v);
      for (std::size_t plane = 0; plane < Step::planes; ++plane) {
        hn::Store(step.plane(plane, x), d, panel + plane * width + v);
      }
    }
  }
}

/// The copy lives until the thread packs again.
template <class T, class V, class Step>
Panels<T> packed(const Step& step, MatrixView<const V> right) {
  Panels<T> panels{nullptr, right.rows, right.cols, Step::planes};
  T* const data = scratch<T, Use::right_factor>(panels.size());
  for (std::size_t j = 0; j < right.cols; j += panels.width(j)) {
    const std::size_t width = panels.width(j);
    copy_panel(right, j, width, width * Step::planes, data + panels.place(j));
    if constexpr (Step::planes > 1) make_planes(step, right.rows, width, data + panels.place(j));
  }
  panels.data = data;
  return panels;
}

// --- the left factor ------------------------------------------------------------------------------------------------

/// The left factor in the carrier that computes, as it lies or as a copy that lives until the thread needs another.
template <class T, class V>
MatrixView<const T> in_carrier(MatrixView<const V> left) {
  if constexpr (std::is_same_v<T, V>) {
    return left;
  } else {
    if (left.row_stride == 1 && left.col_stride != 1) return in_carrier<T>(left.transposed()).transposed();
    // Lines are padded, for whole vectors are written.
    const std::size_t stride = (left.cols + widest_lanes<V> - 1) / widest_lanes<V> * widest_lanes<V>;
    T* const data = scratch<T, Use::left_factor>(left.rows * stride);
    for (std::size_t i = 0; i < left.rows; ++i) {
      T* const line = data + i * stride;
      if (left.col_stride == 1) {
        copy_line(left.row(i).data(), left.cols, line);  // there may be nothing to refer to
      } else {
        for (std::size_t k = 0; k < left.cols; ++k) line[k] = static_cast<T>(left(i, k));
      }
    }
    return {data, left.rows, left.cols, stride, 1};
  }
}

// --- blocks of the result -------------------------------------------------------------------------------------------

/// The first `count` lanes, at most all.
template <class T, class V>
HWY_INLINE void store(Lanes<T> v, std::size_t count, V* to, std::size_t stride) {
  if constexpr (std::is_same_v<T, V>) {
    if (stride == 1) return store_some(v, to, count);
  }
  HWY_ALIGN T lanes[widest_lanes<T>];
  hn::Store(v, Tag<T>{}, lanes);
  count = std::min(count, hn::Lanes(Tag<T>{}));
  if constexpr (!std::is_same_v<T, V>) {
    const Tag<V> d;
    if (stride == 1) {
      for (std::size_t j = 0; j < count; j += hn::Lanes(d)) {
        store_some(hn::PromoteTo(d, hn::Load(hn::Rebind<T, Tag<V>>{}, lanes + j)), to + j, count - j);
      }
      return;
    }
  }
  for (std::size_t j = 0; j < count; ++j) to[j * stride] = lanes[j];
}

/// R rows and C vectors of columns, from (i, j) on.
template <std::size_t R, std::size_t C, class T, class V, class Step>
HWY_INLINE void block(Step& shared, MatrixView<const T> left, const T* panel, MatrixView<V> out, std::size_t i,
                      std::size_t j) {
  const Tag<T> d;
  const std::size_t n = hn::Lanes(d), width = C * n;
  Step step = shared;  // in registers
  Lanes<T> sums[R][C];
  for (auto& row : sums) {
    for (Lanes<T>& sum : row) sum = hn::Zero(d);
  }
  for (std::size_t k = 0; k < left.cols; ++k, panel += width * Step::planes) {
    typename Step::Column columns[C];
    for (std::size_t c = 0; c < C; ++c) columns[c] = step.column(panel + c * n, width);
    for (std::size_t r = 0; r < R; ++r) {
      const Lanes<T> factor = hn::Set(d, left(i + r, k));
      for (std::size_t c = 0; c < C; ++c) sums[r][c] = step(sums[r][c], factor, columns[c]);
    }
  }
  for (std::size_t r = 0; r < R; ++r) {
    for (std::size_t c = 0; c < C; ++c) {
      const std::size_t column = j + c * n;
      if (column < out.cols) store<T, V>(sums[r][c], out.cols - column, &out(i + r, column), out.col_stride);
    }
  }
  if constexpr (requires { step.peak; }) shared.peak = step.peak;
}

/// As many rows at a time as are left, by halves.
template <std::size_t R, std::size_t C, class T, class V, class Step>
HWY_INLINE void down(Step& step, MatrixView<const T> left, const T* panel, MatrixView<V> out, std::size_t i,
                     std::size_t end, std::size_t j) {
  for (; i + R <= end; i += R) block<R, C, T, V>(step, left, panel, out, i, j);
  if constexpr (R > 1) down<R / 2, C, T, V>(step, left, panel, out, i, end, j);
}

/// Rows [first, end) of the result. True if it is void.
template <class T, class V, class Step>
bool rows_of(const Step& given, MatrixView<const T> left, const Panels<T>& right, MatrixView<V> out, std::size_t first,
             std::size_t end) {
  Step step = given;
  for (std::size_t j = 0; j < out.cols; j += right.width(j)) {
    const T* const panel = right.data + right.place(j);
    if (right.width(j) == right.lanes()) {
      down<rows_at_once, 1, T, V>(step, left, panel, out, first, end, j);
    } else {
      down<rows_at_once, vectors_at_once, T, V>(step, left, panel, out, first, end, j);
    }
  }
  if constexpr (requires { step.is_void(); }) return step.is_void();
  return false;
}

/// True if the result is void, and another step must compute it.
template <class T, class Step, class V>
bool product(const Step& step, MatrixView<const V> given_left, MatrixView<const V> right, MatrixView<V> out) {
  constexpr std::size_t worth_a_piece = std::size_t{1} << 19U;  // multiply-adds, some 50 microseconds
  const MatrixView<const T> left = in_carrier<T>(given_left);
  const Panels<T> panels = packed<T>(step, right);
  const std::size_t blocks = (out.rows + rows_at_once - 1) / rows_at_once,
                    work = rows_at_once * left.cols * out.cols;  // of a block
  std::atomic<bool> is_void = false;
  in_pieces(blocks, worth_a_piece / std::max<std::size_t>(work, 1) + 1, [&](std::size_t first, std::size_t end) {
    const bool is_piece_void =
        rows_of(step, left, panels, out, first * rows_at_once, std::min(end * rows_at_once, out.rows));
    if (is_piece_void) is_void = true;
  });
  return is_void;
}

/// Computes by the steps that look at no end of the range. True if the result is void.
template <class T, class V>
bool without_ends(const ProductPlan<V>& plan, MatrixView<const V> left, MatrixView<const V> right, MatrixView<V> out) {
  const Format &products = plan.products.format(), &sums = plan.sums.format();
  const Narrowing<V>& ends = plan.sums.narrowing();
  const auto with = [&](const auto& step) { return product<T>(step, left, right, out); };
  switch (plan.step) {
    case ProductStep::normal: return with(NormalStep<T>(products, sums));
    case ProductStep::gradual: return with(GradualStep<T>(products, sums));
    case ProductStep::watched: return with(WatchedStep<T>(products, sums, ends.largest));
    case ProductStep::fused_normal: return with(FusedNormalStep<T>(sums));
    case ProductStep::fused: return with(FusedStep<T>(sums, ends.negative_zero));
    case ProductStep::wide: return with(WideStep<T>(products, sums));
    case ProductStep::directed:
    case ProductStep::fused_directed:
    case ProductStep::plain:
    case ProductStep::any:
    case ProductStep::fused_any: break;
  }
  return true;
}

/// Computes by a step of the plan's direction; false where there is none.
template <class T>
bool in_direction([[maybe_unused]] const ProductPlan<T>& plan, [[maybe_unused]] MatrixView<const T> left,
                  [[maybe_unused]] MatrixView<const T> right, [[maybe_unused]] MatrixView<T> out) {
  if (plan.step != ProductStep::directed && plan.step != ProductStep::fused_directed) return false;
#if PRECIPICE_EMBEDDED_ROUNDING
  const auto with = [&]<Rounding direction>(std::integral_constant<Rounding, direction>) HWY_ATTR {
    const bool is_fused = plan.step == ProductStep::fused_directed;
    product<T>(DirectedStep<T, direction>(plan.products.narrowing(), plan.sums.narrowing(), is_fused), left, right,
               out);
    return true;
  };
  switch (plan.sums.rounding()) {
    case Rounding::nearest_even: return with(std::integral_constant<Rounding, Rounding::nearest_even>{});
    case Rounding::toward_zero: return with(std::integral_constant<Rounding, Rounding::toward_zero>{});
    case Rounding::toward_positive: return with(std::integral_constant<Rounding, Rounding::toward_positive>{});
    case Rounding::toward_negative: return with(std::integral_constant<Rounding, Rounding::toward_negative>{});
    case Rounding::away_from_zero: return with(std::integral_constant<Rounding, Rounding::away_from_zero>{});
    case Rounding::nearest_away:
    case Rounding::to_odd:
    case Rounding::stochastic: break;
  }
#endif
  return false;
}

template <class T>
void planned(const ProductPlan<T>& plan, MatrixView<const T> left, MatrixView<const T> right, MatrixView<T> out) {
  if (in_direction(plan, left, right, out)) return;
  const bool is_void =
      plan.in_binary32 ? without_ends<float>(plan, left, right, out) : without_ends<T>(plan, left, right, out);
  if (!is_void) return;
  const auto with = [&](const auto& step) { product<T>(step, left, right, out); };
  const bool is_fused = plan.step == ProductStep::fused_any || plan.step == ProductStep::fused_directed;
  if (is_fused) return with(FusedAnyStep<T>(plan.sums));
  const bool has_any = plan.step == ProductStep::any || plan.step == ProductStep::directed;
  const auto any = [&]<bool plain>(std::bool_constant<plain>) HWY_ATTR {
    using Engine = CarriedLanes<T, plain>;
    with(AnyStep<T, Engine, Engine>(Engine(plan.products), Engine(plan.sums)));
  };
  if (has_any) return any(std::false_type());
  any(std::true_type());
}

/// Products or sums, as `are_products_native` says, in binary64 itself.
void half_native(const Carried<double>& engine, bool are_products_native, MatrixView<const double> left,
                 MatrixView<const double> right, MatrixView<double> out) {
  using Native = NativeLanes<double>;
  using Emulated = CarriedLanes<double, false>;
  const auto with = [&](const auto& step) { product<double>(step, left, right, out); };
  if (are_products_native) return with(AnyStep<double, Native, Emulated>(Native(), Emulated(engine)));
  with(AnyStep<double, Emulated, Native>(Emulated(engine), Native()));
}
void fused_in_binary64(MatrixView<const double> left, MatrixView<const double> right, MatrixView<double> out) {
  product<double>(FusedNativeStep<double>{}, left, right, out);
}

void native_in_binary64(MatrixView<const double> left, MatrixView<const double> right, MatrixView<double> out) {
  product<double>(NativeStep<double>{}, left, right, out);
}
void native_in_binary32(MatrixView<const float> left, MatrixView<const float> right, MatrixView<float> out) {
  product<float>(NativeStep<float>{}, left, right, out);
}
void planned_in_binary64(const ProductPlan<double>& plan, MatrixView<const double> left, MatrixView<const double> right,
                         MatrixView<double> out) {
  planned<double>(plan, left, right, out);
}
void planned_in_binary32(const ProductPlan<float>& plan, MatrixView<const float> left, MatrixView<const float> right,
                         MatrixView<float> out) {
  planned<float>(plan, left, right, out);
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace precipice {
namespace {

HWY_EXPORT(native_in_binary64);
HWY_EXPORT(native_in_binary32);
HWY_EXPORT(half_native);
HWY_EXPORT(fused_in_binary64);
HWY_EXPORT(planned_in_binary64);
HWY_EXPORT(planned_in_binary32);

void run(const ProductPlan<double>& plan, MatrixView<const double> left, MatrixView<const double> right,
         MatrixView<double> out) {
  HWY_DYNAMIC_DISPATCH(planned_in_binary64)(plan, left, right, out);
}
void run(const ProductPlan<float>& plan, MatrixView<const float> left, MatrixView<const float> right,
         MatrixView<float> out) {
  HWY_DYNAMIC_DISPATCH(planned_in_binary32)(plan, left, right, out);
}

}  // namespace

void multiply(const Native<double>&, MatrixView<const double> left, MatrixView<const double> right,
              MatrixView<double> out) {
  check_product_shapes<double>(left, right, out);
  HWY_DYNAMIC_DISPATCH(native_in_binary64)(left, right, out);
}

void multiply(const Native<float>&, MatrixView<const float> left, MatrixView<const float> right,
              MatrixView<float> out) {
  check_product_shapes<float>(left, right, out);
  HWY_DYNAMIC_DISPATCH(native_in_binary32)(left, right, out);
}

void multiply(const Native<double>&, const Carried<double>& sums, MatrixView<const double> left,
              MatrixView<const double> right, MatrixView<double> out) {
  check_product_shapes<double>(left, right, out);
  HWY_DYNAMIC_DISPATCH(half_native)(sums, true, left, right, out);
}

void multiply(const Carried<double>& products, const Native<double>&, MatrixView<const double> left,
              MatrixView<const double> right, MatrixView<double> out) {
  check_product_shapes<double>(left, right, out);
  HWY_DYNAMIC_DISPATCH(half_native)(products, false, left, right, out);
}

void multiply_fused(const Native<double>&, MatrixView<const double> left, MatrixView<const double> right,
                    MatrixView<double> out) {
  check_product_shapes<double>(left, right, out);
  HWY_DYNAMIC_DISPATCH(fused_in_binary64)(left, right, out);
}

template <std::floating_point T>
void multiply(const Carried<T>& products, const Carried<T>& sums, MatrixView<const std::type_identity_t<T>> left,
              MatrixView<const std::type_identity_t<T>> right, MatrixView<std::type_identity_t<T>> out) {
  check_product_shapes<T>(left, right, out);
  run(ProductPlan<T>::rounded_apart(products, sums, left, right), left, right, out);
}

template <std::floating_point T>
void multiply_fused(const Carried<T>& sums, MatrixView<const std::type_identity_t<T>> left,
                    MatrixView<const std::type_identity_t<T>> right, MatrixView<std::type_identity_t<T>> out) {
  check_product_shapes<T>(left, right, out);
  run(ProductPlan<T>::fused(sums, left, right), left, right, out);
}

template void multiply(const Carried<double>&, const Carried<double>&, MatrixView<const double>,
                       MatrixView<const double>, MatrixView<double>);
template void multiply(const Carried<float>&, const Carried<float>&, MatrixView<const float>, MatrixView<const float>,
                       MatrixView<float>);
template void multiply_fused(const Carried<double>&, MatrixView<const double>, MatrixView<const double>,
                             MatrixView<double>);
template void multiply_fused(const Carried<float>&, MatrixView<const float>, MatrixView<const float>,
                             MatrixView<float>);

}  // namespace precipice
#endif
