#pragma once

#include <cmath>

namespace precipice {

/// An unevaluated sum hi + lo with |lo| <= ulp(hi) / 2. The error-free transformations below return one, and so hi is
/// the rounded result and lo what the rounding took away. They need round-to-nearest, no contraction and no extended
/// registers.
struct DoubleDouble {
  double hi = 0;
  double lo = 0;

  friend constexpr bool operator==(const DoubleDouble&, const DoubleDouble&) = default;
};

/// a + b exactly (Knuth), for finite a and b with |a| + |b| < 2^1023; subnormals included.
constexpr DoubleDouble two_sum(double a, double b) {
  const double sum = a + b;
  const double b_seen = sum - a;
  const double a_seen = sum - b_seen;
  return {sum, (a - a_seen) + (b - b_seen)};
}

/// a + b exactly (Dekker), for a == 0 or |a| >= |b|, unless a + b overflows. Of the order the proof needs only that the
/// exponent of a is not below that of b.
constexpr DoubleDouble fast_two_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// a * b: hi is the rounded product; lo is its error, exact if a or b is zero or 2^-969 <= |a * b| < 2^1023. The error
/// is a multiple of ulp(a) * ulp(b); from that lower end on, this is at least 2^-1074. Nearer to zero lo itself is
/// rounded.
inline DoubleDouble two_product(double a, double b) {
  const double product = a * b;
  return {product, std::fma(a, b, -product)};
}

static_assert(two_sum(1.0, 0x1p-60) == DoubleDouble{1.0, 0x1p-60});
static_assert(two_sum(0x1p-60, 1.0) == DoubleDouble{1.0, 0x1p-60});
static_assert(fast_two_sum(1.0, 0x1.8p-53) == DoubleDouble{1 + 0x1p-52, -0x1p-54});

}  // namespace precipice
