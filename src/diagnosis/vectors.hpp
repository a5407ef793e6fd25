#pragma once

#include <cmath>
#include <span>

namespace precipice {

// Sums run by rising index, so that records have the same bits everywhere.

inline double product(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
inline double norm(std::span<const double> a) { return std::sqrt(product(a, a)); }

}  // namespace precipice
