// Which multiply-add is exact for the data of a matrix product. The data are read once, for a cost of the order of one
// row or column of the product.
#include "arithmetic/product_plan.hpp"

#include <cmath>
#include <limits>

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

/// Whether binary32 carries the factors, and products and sums as exactly as binary64 does. Where none of these is
/// below the normal range they are multiples of the least product's last bit, so that this and the largest sum tell it
/// for any format; else the format must be one of Carried<float>. The factors of the steps reach N + 1 < 2^23 times as
/// far as sums.
bool suits_binary32(const Extent& left, const Extent& right, double largest_sum, bool is_above_subnormal,
                    const Format& products, const Format& sums) {
  constexpr int digits = Carrier<float>::digits, least = std::numeric_limits<float>::min_exponent - 1;
  constexpr double far = Carrier<float>::far_above;
  const auto is_carried = [](const Extent& m) { return m.bits <= digits && m.bottom >= least && m.largest <= far; };
  if (!is_carried(left) || !is_carried(right)) return false;
  if (!is_above_subnormal) return Carried<float>::reaches(products) && Carried<float>::reaches(sums);
  return left.bottom + right.bottom - (left.bits - 1) - (right.bits - 1) >= least && largest_sum <= far;
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
  const double above_sums = largest_sum(l, r, left.cols, p, s);
  const bool is_inside = above_sums <= sums.narrowing().largest;
  // Plain sums of numbers of at most p bits round once more without harm (Carried, 3).
  const bool is_narrow =
      l.bits + r.bits <= Carrier<T>::digits && p.precision <= s.precision && 2 * s.precision + 2 <= Carrier<T>::digits;
  if (!is_narrow) return with(is_inside ? ProductStep::wide : unsure);
  // Times 2^(digits - p) the columns must stay exact.
  const bool has_multiples =
      r.bits <= p.precision && r.largest < std::ldexp(1.0, std::numeric_limits<T>::max_exponent - Carrier<T>::digits);
  const bool is_normal = has_multiples && l.bottom + r.bottom >= p.emin;
  const ProductStep step = !is_inside ? ProductStep::watched : is_normal ? ProductStep::normal : ProductStep::gradual;
  constexpr int narrower = Carrier<float>::digits;
  const bool is_narrower = std::is_same_v<T, double> && l.bits + r.bits <= narrower &&
                           2 * s.precision + 2 <= narrower &&
                           suits_binary32(l, r, above_sums, step == ProductStep::normal, p, s);
  return {products, sums, step, is_narrower};
}

template <class T>
ProductPlan<T> ProductPlan<T>::fused(const Carried<T>& sums, MatrixView<const T> left, MatrixView<const T> right) {
  const auto with = [&](ProductStep chosen) { return ProductPlan{sums, sums, chosen}; };
  const Format& s = sums.format();
  if (!is_gradual(sums.narrowing())) return with(ProductStep::fused_any);
  const Extent l = extent(left), r = extent(right);
  // Where products lose no error to the lower end of the carrier.
  const auto is_high = [&](double far_below) { return l.bottom + r.bottom >= std::ilogb(far_below); };
  const double above_sums = largest_sum(l, r, left.cols, s, s);
  if (!is_high(Carrier<T>::far_below) || !(above_sums <= sums.narrowing().largest)) return with(ProductStep::fused_any);
  const bool is_on_grid = l.bottom + r.bottom - (l.bits - 1) - (r.bits - 1) >= smallest_exponent(s);
  // An odd result keeps two bits more than the format, or as many as Split asks for.
  const bool is_narrower = std::is_same_v<T, double> && s.precision + 2 <= Carrier<float>::digits &&
                           is_high(Carrier<float>::far_below) && suits_binary32(l, r, above_sums, is_on_grid, s, s);
  return {sums, sums, is_on_grid ? ProductStep::fused_normal : ProductStep::fused, is_narrower};
}

template struct ProductPlan<double>;
template struct ProductPlan<float>;

}  // namespace precipice
