// Which multiply-add is exact for the data of a matrix product. The data are read once, for a cost of the order of one
// row or column of the product.
#include "arithmetic/product_plan.hpp"

#include <algorithm>
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

/// Whether steps of directions may serve: one that processors round in, signed zeros, and no operand that would be
/// flushed on its way in, neither a factor nor a result of `products` or `sums`.
template <class T>
bool is_directed(const Carried<T>& products, const Carried<T>& sums, const Extent& left, const Extent& right) {
  const auto is_known = [](Rounding direction) {
    return direction != Rounding::to_odd && direction != Rounding::nearest_away && direction != Rounding::stochastic;
  };
  const Narrowing<T>&p = products.narrowing(), &s = sums.narrowing();
  const int bottom = std::min(left.bottom, right.bottom);
  const bool sees_factors = p.operands_from == 0 || bottom >= products.format().emin;
  const bool sees_results = s.operands_from == 0 || (s.flushed_below != 0 && p.flushed_below >= s.operands_from);
  return p.direction == s.direction && is_known(p.direction) && std::signbit(p.negative_zero) &&
         std::signbit(s.negative_zero) && sees_factors && sees_results;
}

/// As largest_product and largest_sum, but each rounding may go a whole unit further, or from nothing to the smallest
/// number.
template <class T>
bool is_inside_directed(const Carried<T>& products, const Carried<T>& sums, const Extent& left, const Extent& right,
                        std::size_t terms) {
  const Format &p = products.format(), &s = sums.format();
  const double least = std::ldexp(1.0, static_cast<int>(std::max(smallest_exponent(p), smallest_exponent(s))));
  const double steps = static_cast<double>(terms) + 1, unit = std::ldexp(1.0, 1 - std::min(p.precision, s.precision));
  const double doublings = std::ceil(1.5 * steps * unit);  // (1 + x)^n < 2^(1.5 n x)
  if (!(doublings < Carrier<double>::widest_exponent)) return false;
  const double growth = std::ldexp(slack, static_cast<int>(doublings));
  const double one = (left.largest * right.largest + steps * least) * growth,
               all = (left.row * right.largest + steps * least) * growth;
  return one <= products.narrowing().largest && all <= sums.narrowing().largest;
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
  const Extent l = extent(left), r = extent(right);
  if (!is_gradual(products.narrowing()) || !is_gradual(sums.narrowing())) {
    const bool is_inside = is_directed(products, sums, l, r) && is_inside_directed(products, sums, l, r, left.cols);
    return with(is_inside ? ProductStep::directed : ProductStep::any);
  }
  const ProductStep unsure =
      products.narrowing().is_plain() && sums.narrowing().is_plain() ? ProductStep::plain : ProductStep::any;
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
  const Extent l = extent(left), r = extent(right);
  if (!is_gradual(sums.narrowing())) {
    const bool is_inside = is_directed(sums, sums, l, r) && is_inside_directed(sums, sums, l, r, left.cols);
    return with(is_inside ? ProductStep::fused_directed : ProductStep::fused_any);
  }
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
