// Compiled once per vector width by Highway; the widest that the machine has is taken at run time. k rises for every
// element of a result, so neither the width nor the blocks of rows and columns change a bit.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "arithmetic/matrix_product.cpp"
#include <hwy/foreach_target.h>

#include "arithmetic/lanes-inl.hpp"
#include "arithmetic/product_plan.hpp"
#include "precipice/arithmetic/matrix.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

// --- one multiply-add
// --------------------------------------------------------------------------------------------------- sum <-
// rounded(sum + rounded(factor * column)), or fused; what each may be used for is said at ProductPlan.

template <class T>
struct NativeStep {
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
  Lanes<T> less, whole;

  explicit Remnant(const Carried<T>& a)
      : less(hn::Set(Tag<T>{}, std::ldexp(T{1}, Carrier<T>::digits - a.format().precision) - 1)),
        whole(hn::Set(Tag<T>{}, std::ldexp(T{1}, Carrier<T>::digits - a.format().precision))) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> x) const {
    return hn::MulSub(x, whole, hn::Mul(x, less));  // x N is exact: fused or not is the same
  }
};

/// Rounds x, or what x stands for, to nearest-even with gradual underflow: adds and subtracts a number whose ulp is the
/// quantum. Zeros become positive, which a sum that begins with +0 does not see.
template <class T>
struct Gradual {
  Lanes<T> exponent_field, floor, factor;

  explicit Gradual(const Carried<T>& a)
      : exponent_field(hn::Set(Tag<T>{}, std::numeric_limits<T>::infinity())),
        floor(hn::Set(Tag<T>{}, a.narrowing().floor)),
        factor(hn::Set(Tag<T>{}, a.narrowing().magic_factor)) {}
  HWY_INLINE Lanes<T> magic(Lanes<T> x) const { return hn::Mul(hn::Max(hn::And(x, exponent_field), floor), factor); }
  HWY_INLINE Lanes<T> operator()(Lanes<T> x) const {
    const auto shift = magic(x);
    return hn::Sub(hn::Add(x, shift), shift);
  }
  /// x * y, rounded once: the carrier's product only says which binade it is in. If that is one too high, the product
  /// rounds to the power of two in either.
  HWY_INLINE Lanes<T> product(Lanes<T> x, Lanes<T> y) const {
    const auto shift = magic(hn::Mul(x, y));
    return hn::Sub(fused<T>(x, y, shift), shift);
  }
};

/// Exact products of the carrier, rounded by one way of rounding and their sums by another.
template <class T, class Product, class Total>
struct ApartStep {
  Product product;
  Total total;

  explicit ApartStep(const ProductPlan<T>& plan) : product(plan.products), total(plan.sums) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return total(hn::Add(sum, product(hn::Mul(factor, column))));
  }
};
template <class T>
using NormalStep = ApartStep<T, Remnant<T>, Split<T>>;
template <class T>
using GradualStep = ApartStep<T, Gradual<T>, Remnant<T>>;

/// GradualStep that remembers the largest of its sums: if that leaves the range, all are void.
template <class T>
struct WatchedStep {
  GradualStep<T> step;
  Lanes<T> peak = hn::Zero(Tag<T>{});
  T largest;

  explicit WatchedStep(const ProductPlan<T>& plan) : step(plan), largest(plan.sums.narrowing().largest) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) {
    const auto result = step(sum, factor, column);
    peak = hn::Max(peak, hn::Abs(result));
    return result;
  }
  [[nodiscard]] bool overflowed() const { return !hn::AllFalse(Tag<T>{}, hn::Gt(peak, hn::Set(Tag<T>{}, largest))); }
};

template <class T>
struct WideStep {
  Gradual<T> product;
  Split<T> total;

  explicit WideStep(const ProductPlan<T>& plan) : product(plan.products), total(plan.sums) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return total(odd_sum<T>(sum, product.product(factor, column)));
  }
};

template <class T>
struct FusedNormalStep {
  Split<T> total;

  explicit FusedNormalStep(const ProductPlan<T>& plan) : total(plan.sums) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return total(odd_fused<T>(factor, column, sum));
  }
};

template <class T>
struct FusedStep {
  Gradual<T> total;
  Lanes<T> sign_of_zero;  // of negative results that vanish: none where there is one zero

  explicit FusedStep(const ProductPlan<T>& plan)
      : total(plan.sums), sign_of_zero(hn::Set(Tag<T>{}, plan.sums.narrowing().negative_zero)) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    const auto odd = odd_fused<T>(factor, column, sum);
    return hn::Or(total(odd), hn::And(odd, sign_of_zero));
  }
};

/// Any data; `plain` as in CarriedLanes, else any direction and rule.
template <class T, bool plain>
struct AnyStep {
  CarriedLanes<T, plain> products, sums;

  explicit AnyStep(const ProductPlan<T>& plan) : products(plan.products), sums(plan.sums) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return sums.add(sum, products.mul(factor, column));
  }
};

template <class T>
struct FusedAnyStep {
  CarriedLanes<T, false> sums;

  explicit FusedAnyStep(const ProductPlan<T>& plan) : sums(plan.sums) {}
  HWY_INLINE Lanes<T> operator()(Lanes<T> sum, Lanes<T> factor, Lanes<T> column) const {
    return sums.fma(factor, column, sum);
  }
};

// --- blocks
// -------------------------------------------------------------------------------------------------------------

template <class T>
HWY_INLINE void store(Lanes<T> v, std::size_t count, T* to, std::size_t stride) {
  const Tag<T> d;
  if (count >= hn::Lanes(d) && stride == 1) {
    hn::StoreU(v, d, to);
    return;
  }
  HWY_ALIGN T lanes[widest_lanes<T>];
  hn::Store(v, d, lanes);
  for (std::size_t j = 0; j < count && j < hn::Lanes(d); ++j) to[j * stride] = lanes[j];
}

/// A block of R rows and C vectors of columns, from (i, j) on.
template <std::size_t R, std::size_t C, class T, class Step>
HWY_INLINE void block(Step& shared, MatrixView<const T> left, Panel<T> right, MatrixView<T> out, std::size_t i,
                      std::size_t j) {
  const Tag<T> d;
  const std::size_t n = hn::Lanes(d);
  Step step = shared;  // in registers
  Lanes<T> sums[R][C];
  for (auto& row : sums) {
    for (Lanes<T>& sum : row) sum = hn::Zero(d);
  }
  for (std::size_t k = 0; k < left.cols; ++k) {
    Lanes<T> columns[C];
    for (std::size_t c = 0; c < C; ++c) columns[c] = hn::LoadU(d, right.data + k * right.stride + j + c * n);
    for (std::size_t r = 0; r < R; ++r) {
      const Lanes<T> factor = hn::Set(d, left(i + r, k));
      for (std::size_t c = 0; c < C; ++c) sums[r][c] = step(sums[r][c], factor, columns[c]);
    }
  }
  for (std::size_t r = 0; r < R; ++r) {
    for (std::size_t c = 0; c < C; ++c) {
      const std::size_t column = j + c * n;
      if (column < out.cols) store<T>(sums[r][c], out.cols - column, &out(i + r, column), out.col_stride);
    }
  }
  if constexpr (requires { step.peak; }) shared.peak = step.peak;
}

template <std::size_t C, class T, class Step>
HWY_INLINE void columns(Step& step, MatrixView<const T> left, Panel<T> right, MatrixView<T> out, std::size_t j) {
  constexpr std::size_t rows_at_once = 4;
  std::size_t i = 0;
  for (; i + rows_at_once <= out.rows; i += rows_at_once) block<rows_at_once, C, T>(step, left, right, out, i, j);
  for (; i + 2 <= out.rows; i += 2) block<2, C, T>(step, left, right, out, i, j);
  if (i < out.rows) block<1, C, T>(step, left, right, out, i, j);
}

template <class T, class Step>
Step product(Step step, MatrixView<const T> left, Panel<T> right, MatrixView<T> out) {
  const std::size_t n = hn::Lanes(Tag<T>{});
  std::size_t j = 0;
  for (; j + 2 * n <= out.cols; j += 2 * n) columns<2, T>(step, left, right, out, j);
  for (; j < out.cols; j += n) columns<1, T>(step, left, right, out, j);
  return step;
}

template <class T>
void planned(const ProductPlan<T>& plan, MatrixView<const T> left, Panel<T> right, MatrixView<T> out) {
  const auto with = [&](auto step) { return product<T>(step, left, right, out); };
  switch (plan.step) {
    case ProductStep::normal: with(NormalStep<T>(plan)); break;
    case ProductStep::gradual: with(GradualStep<T>(plan)); break;
    case ProductStep::watched:
      if (with(WatchedStep<T>(plan)).overflowed()) with(AnyStep<T, true>(plan));
      break;
    case ProductStep::wide: with(WideStep<T>(plan)); break;
    case ProductStep::plain: with(AnyStep<T, true>(plan)); break;
    case ProductStep::any: with(AnyStep<T, false>(plan)); break;
    case ProductStep::fused_normal: with(FusedNormalStep<T>(plan)); break;
    case ProductStep::fused: with(FusedStep<T>(plan)); break;
    case ProductStep::fused_any: with(FusedAnyStep<T>(plan)); break;
  }
}

void native_in_binary64(MatrixView<const double> left, Panel<double> right, MatrixView<double> out) {
  product<double>(NativeStep<double>{}, left, right, out);
}
void native_in_binary32(MatrixView<const float> left, Panel<float> right, MatrixView<float> out) {
  product<float>(NativeStep<float>{}, left, right, out);
}
void planned_in_binary64(const ProductPlan<double>& plan, MatrixView<const double> left, Panel<double> right,
                         MatrixView<double> out) {
  planned<double>(plan, left, right, out);
}
void planned_in_binary32(const ProductPlan<float>& plan, MatrixView<const float> left, Panel<float> right,
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
HWY_EXPORT(planned_in_binary64);
HWY_EXPORT(planned_in_binary32);

/// Copies the right factor into rows padded with zeros to whole vectors. The copy lives until the thread packs again.
template <class T>
Panel<T> packed(MatrixView<const T> right) {
  thread_local std::vector<T> storage;
  const std::size_t stride = (right.cols + widest_lanes<T> - 1) / widest_lanes<T> * widest_lanes<T>;
  storage.assign(right.rows * stride, T{0});
  for (std::size_t k = 0; k < right.rows; ++k) {
    for (std::size_t j = 0; j < right.cols; ++j) storage[k * stride + j] = right(k, j);
  }
  return {storage.data(), stride};
}

void run(const ProductPlan<double>& plan, MatrixView<const double> left, MatrixView<const double> right,
         MatrixView<double> out) {
  HWY_DYNAMIC_DISPATCH(planned_in_binary64)(plan, left, packed(right), out);
}
void run(const ProductPlan<float>& plan, MatrixView<const float> left, MatrixView<const float> right,
         MatrixView<float> out) {
  HWY_DYNAMIC_DISPATCH(planned_in_binary32)(plan, left, packed(right), out);
}

}  // namespace

void multiply(const Native<double>&, MatrixView<const double> left, MatrixView<const double> right,
              MatrixView<double> out) {
  check_product_shapes<double>(left, right, out);
  HWY_DYNAMIC_DISPATCH(native_in_binary64)(left, packed(right), out);
}

void multiply(const Native<float>&, MatrixView<const float> left, MatrixView<const float> right,
              MatrixView<float> out) {
  check_product_shapes<float>(left, right, out);
  HWY_DYNAMIC_DISPATCH(native_in_binary32)(left, packed(right), out);
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
