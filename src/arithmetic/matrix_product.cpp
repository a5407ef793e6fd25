// Compiled once per vector width by Highway; the widest that the machine has is taken at run time. Only +, * and bit
// operations are used, and k rises for every element, so every width gives the same bits.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "arithmetic/matrix_product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "precipice/arithmetic/matrix.hpp"

#ifndef PRECIPICE_MATRIX_PRODUCT_SHARED
#define PRECIPICE_MATRIX_PRODUCT_SHARED
namespace precipice {

/// The right factor with columns padded to a multiple of the widest vector: rows of `stride` doubles.
struct Panel {
  const double* data;
  std::size_t stride;
};

constexpr std::size_t widest_lanes = 8;
constexpr std::size_t rows_at_once = 4;

}  // namespace precipice
#endif

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Lanes = hn::CappedTag<double, widest_lanes>;
using Vector = hn::Vec<Lanes>;

struct Identity {
  HWY_INLINE Vector operator()(Vector x) const { return x; }
};

/// Carried<double>::nearest, lane by lane.
struct Nearest {
  Vector exponent_field, smallest_normal, magic_factor, overflow_threshold, infinity;

  explicit Nearest(const Carried<double>& a) {
    const Lanes d;
    exponent_field = hn::Set(d, std::numeric_limits<double>::infinity());  // its bits are the exponent field
    smallest_normal = hn::Set(d, a.smallest_normal());
    magic_factor = hn::Set(d, a.magic_factor());
    overflow_threshold = hn::Set(d, a.overflow_threshold());
    infinity = hn::Set(d, std::numeric_limits<double>::infinity());
  }
  HWY_INLINE Vector operator()(Vector x) const {
    const Vector binade = hn::And(x, exponent_field);
    const Vector magic = hn::Mul(hn::Max(binade, smallest_normal), magic_factor);
    const Vector rounded = hn::Sub(hn::Add(x, magic), magic);
    const auto overflows = hn::Ge(hn::Abs(x), overflow_threshold);
    return hn::CopySign(hn::IfThenElse(overflows, infinity, rounded), x);
  }
};

HWY_INLINE void store(Vector v, std::size_t count, double* to, std::size_t stride) {
  const Lanes d;
  if (count >= hn::Lanes(d) && stride == 1) {
    hn::StoreU(v, d, to);
    return;
  }
  double lanes[widest_lanes];
  hn::StoreU(v, d, lanes);
  for (std::size_t j = 0; j < count && j < hn::Lanes(d); ++j) to[j * stride] = lanes[j];
}

/// A block of R rows and C vectors of columns, from (i, j) on.
template <std::size_t R, std::size_t C, class Rounder>
HWY_INLINE void block(const Rounder& rounded, MatrixView<const double> left, Panel right, MatrixView<double> out,
                      std::size_t i, std::size_t j) {
  const Lanes d;
  const std::size_t n = hn::Lanes(d);
  Vector sums[R][C];
  for (auto& row : sums) {
    for (Vector& sum : row) sum = hn::Zero(d);
  }
  for (std::size_t k = 0; k < left.cols; ++k) {
    Vector columns[C];
    for (std::size_t c = 0; c < C; ++c) columns[c] = hn::LoadU(d, right.data + k * right.stride + j + c * n);
    for (std::size_t r = 0; r < R; ++r) {
      const Vector factor = hn::Set(d, left(i + r, k));
      for (std::size_t c = 0; c < C; ++c) {
        sums[r][c] = rounded(hn::Add(sums[r][c], rounded(hn::Mul(factor, columns[c]))));
      }
    }
  }
  for (std::size_t r = 0; r < R; ++r) {
    for (std::size_t c = 0; c < C; ++c) {
      const std::size_t column = j + c * n;
      if (column < out.cols) store(sums[r][c], out.cols - column, &out(i + r, column), out.col_stride);
    }
  }
}

template <std::size_t C, class Rounder>
HWY_INLINE void columns(const Rounder& rounded, MatrixView<const double> left, Panel right, MatrixView<double> out,
                        std::size_t j) {
  std::size_t i = 0;
  for (; i + rows_at_once <= out.rows; i += rows_at_once) block<rows_at_once, C>(rounded, left, right, out, i, j);
  for (; i < out.rows; ++i) block<1, C>(rounded, left, right, out, i, j);
}

template <class Rounder>
void product(const Rounder& rounded, MatrixView<const double> left, Panel right, MatrixView<double> out) {
  const std::size_t n = hn::Lanes(Lanes{});
  std::size_t j = 0;
  for (; j + n < out.cols; j += 2 * n) columns<2>(rounded, left, right, out, j);
  if (j < out.cols) columns<1>(rounded, left, right, out, j);
}

void native_product(MatrixView<const double> left, Panel right, MatrixView<double> out) {
  product(Identity{}, left, right, out);
}

void carried_product(const Carried<double>& a, MatrixView<const double> left, Panel right, MatrixView<double> out) {
  product(Nearest(a), left, right, out);
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace precipice {
namespace {

HWY_EXPORT(native_product);
HWY_EXPORT(carried_product);

/// Copies the right factor into rows padded with zeros to whole pairs of the widest vectors.
Panel packed(MatrixView<const double> right, std::vector<double>& storage) {
  constexpr std::size_t unit = 2 * widest_lanes;
  const std::size_t stride = (right.cols + unit - 1) / unit * unit;
  storage.assign(right.rows * stride, 0.0);
  for (std::size_t k = 0; k < right.rows; ++k) {
    for (std::size_t j = 0; j < right.cols; ++j) storage[k * stride + j] = right(k, j);
  }
  return {storage.data(), stride};
}

/// Bits of the longest significand among the values (infinities and NaN count as short).
int longest_significand(MatrixView<const double> m) {
  std::uint64_t trailing = 0;
  for (std::size_t i = 0; i < m.rows; ++i) {
    for (std::size_t j = 0; j < m.cols; ++j) trailing |= std::bit_cast<std::uint64_t>(m(i, j)) & 0x000f'ffff'ffff'ffff;
  }
  return trailing == 0 ? 1 : 53 - std::countr_zero(trailing);
}

}  // namespace

void multiply(const Native<double>&, MatrixView<const double> left, MatrixView<const double> right,
              MatrixView<double> out) {
  check_product_shapes<double>(left, right, out);
  std::vector<double> storage;
  const Panel panel = packed(right, storage);
  HWY_DYNAMIC_DISPATCH(native_product)(left, panel, out);
}

void multiply(const Carried<double>& a, MatrixView<const double> left, MatrixView<const double> right,
              MatrixView<double> out) {
  check_product_shapes<double>(left, right, out);
  // The vectors compute the exact product, rounded once; a product of longer significands would be rounded twice.
  if (longest_significand(left) + longest_significand(right) > 53) {
    multiply<Carried<double>>(a, left, right, out);  // the template: element by element
    return;
  }
  std::vector<double> storage;
  const Panel panel = packed(right, storage);
  HWY_DYNAMIC_DISPATCH(carried_product)(a, left, panel, out);
}

}  // namespace precipice
#endif
