// Which multiply-add is exact for the data of a matrix product. The data are read once, for a cost of the order of one
// row or column of the product.
#include "arithmetic/product_plan.hpp"

#include <cmath>

#include "arithmetic/extent.hpp"

namespace precipice {
namespace {

/// To nearest-even with gradual underflow: the only rounding that the fast steps know.
template <class T>
bool is_gradual(const Narrowing<T>& n) {
  return n.direction == Rounding::nearest_even && n.flushed_below == 0 && n.operands_from == 0;
}

constexpr double slack = 1 + 0x1p-20;  // for the roundings of the bounds themselves

/// Above every rounded product.
double largest_product(const Extent& left, const Extent& right, const Format& products) {
  return left.largest * right.largest * (1 + std::ldexp(1.0, -products.precision)) * slack;
}

/// Above every partial sum of a row of `left` times a column of `right`: each addition multiplies by 1 + u at most, and
/// at most doubles what it adds, since the sum before it is a candidate, too.
double largest_sum(const Extent& left, const Extent& right, std::size_t terms, const Format& products,
                   const Format& sums) {
  const double exponent = static_cast<double>(terms) * std::ldexp(1.0, -sums.precision);
  const double growth = exponent < 0.5 ? 1 / (1 - exponent) : 2;  // (1 + u)^n <= 1 / (1 - n u)
  return left.row * right.largest * growth * (1 + std::ldexp(1.0, -products.precision)) * slack;
}

}  // namespace

template <class T>
ProductPlan<T> ProductPlan<T>::rounded_apart(const Carried<T>& products, const Carried<T>& sums,
                                             MatrixView<const T> left, MatrixView<const T> right) {
  const auto with = [&](ProductStep chosen) { return ProductPlan{products, sums, chosen}; };
  const Format &p = products.format(), &s = sums.format();
  if (!is_gradual(products.narrowing()) || !is_gradual(sums.narrowing())) return with(ProductStep::any);
  const ProductStep unsure =
      products.narrowing().is_plain() && sums.narrowing().is_plain() ? ProductStep::plain : ProductStep::any;
  const Extent l = extent(left), r = extent(right);
  // Sums of numbers on the grid of the products are exact below the normal range of `sums`.
  const bool is_on_grid = smallest_exponent(p) >= smallest_exponent(s);
  if (!is_on_grid || !(largest_product(l, r, p) <= products.narrowing().largest)) return with(unsure);
  const bool is_inside = largest_sum(l, r, left.cols, p, s) <= sums.narrowing().largest;
  // Plain sums of numbers of at most p bits round once more without harm (Carried, 3).
  const bool is_narrow =
      l.bits + r.bits <= Carrier<T>::digits && p.precision <= s.precision && 2 * s.precision + 2 <= Carrier<T>::digits;
  if (!is_narrow) return with(is_inside ? ProductStep::wide : unsure);
  if (!is_inside) return with(ProductStep::watched);
  return with(l.bottom + r.bottom >= p.emin ? ProductStep::normal : ProductStep::gradual);
}

template <class T>
ProductPlan<T> ProductPlan<T>::fused(const Carried<T>& sums, MatrixView<const T> left, MatrixView<const T> right) {
  const auto with = [&](ProductStep chosen) { return ProductPlan{sums, sums, chosen}; };
  const Format& s = sums.format();
  if (!is_gradual(sums.narrowing())) return with(ProductStep::fused_any);
  const Extent l = extent(left), r = extent(right);
  const int bottom = l.bottom + r.bottom;
  // Where products lose no error to the lower end of the carrier.
  const bool is_high = bottom >= std::ilogb(Carrier<T>::far_below);
  if (!is_high || !(largest_sum(l, r, left.cols, s, s) <= sums.narrowing().largest)) {
    return with(ProductStep::fused_any);
  }
  const bool is_on_grid = bottom - (l.bits - 1) - (r.bits - 1) >= smallest_exponent(s);
  return with(is_on_grid ? ProductStep::fused_normal : ProductStep::fused);
}

template struct ProductPlan<double>;
template struct ProductPlan<float>;

}  // namespace precipice
