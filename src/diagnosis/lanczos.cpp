#include "precipice/diagnosis/lanczos.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "diagnosis/vectors.hpp"

namespace precipice {
namespace {

void add_multiple_of(double factor, std::span<const double> x, std::span<double> y) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += factor * x[i];
}

/// Where squares leave the range of doubles, too: a Hessian may be tiny.
double length(std::span<const double> x) {
  double largest = 0;
  for (const double element : x) largest = std::max(largest, std::fabs(element));
  if (largest == 0 || !std::isfinite(largest)) return norm(x);
  const int exponent = std::ilogb(largest);
  double sum = 0;
  for (const double element : x) {
    const double scaled = std::scalbn(element, -exponent);
    sum += scaled * scaled;
  }
  return std::scalbn(std::sqrt(sum), exponent);
}

void divide(std::span<double> x, double by) {
  for (double& element : x) element /= by;
}

/// A symmetric tridiagonal matrix; off[i] joins i and i + 1.
struct Tridiagonal {
  std::vector<double> diagonal, off;

  /// Whether every eigenvalue is below x: all pivots of T - x are negative (Sylvester).
  [[nodiscard]] bool is_below(double x) const {
    double pivot = diagonal[0] - x;
    for (std::size_t i = 1; pivot < 0 && i < diagonal.size(); ++i) {
      pivot = (diagonal[i] - x) - off[i - 1] / pivot * off[i - 1];
    }
    return pivot < 0;
  }

  /// By bisection, to the last bit.
  [[nodiscard]] double largest_eigenvalue() const {
    double low = *std::ranges::max_element(diagonal), high = low;
    for (std::size_t i = 0; i < diagonal.size(); ++i) {
      const double before = i > 0 ? off[i - 1] : 0, behind = i + 1 < diagonal.size() ? off[i] : 0;
      high = std::max(high, diagonal[i] + (before + behind));  // Gershgorin
    }
    for (double middle = low + (high - low) / 2; low < middle && middle < high; middle = low + (high - low) / 2) {
      (is_below(middle) ? high : low) = middle;
    }
    return low;
  }

  /// Last element of the eigenvector of the largest eigenvalue, over the vector's norm. From the last row up the
  /// recurrence grows, which makes it stable.
  [[nodiscard]] double last_of_vector(double eigenvalue) const {
    constexpr double large = 0x1p300;
    double last = 1, behind = 0, here = 1, squares = 1;
    for (std::size_t i = diagonal.size() - 1; i > 0; --i) {
      const double coupling = i + 1 < diagonal.size() ? off[i] : 0;
      const double before = ((eigenvalue - diagonal[i]) * here - coupling * behind) / off[i - 1];
      behind = here;
      here = before;
      squares += here * here;
      if (squares > large) {
        const double factor = 1 / std::sqrt(squares);
        last *= factor;
        behind *= factor;
        here *= factor;
        squares = 1;
      }
    }
    return std::fabs(last) / std::sqrt(squares);
  }
};

}  // namespace

RitzPair largest_eigenvalue(const SymmetricOperator& apply, std::vector<double> start, const LanczosLimits& limits) {
  constexpr double negligible = 0x1p-45;  // of the operator's size: what is left of a vector that was in the span
  const std::size_t size = start.size();
  divide(start, length(start));
  std::vector<std::vector<double>> basis{std::move(start)};
  Tridiagonal t;
  double scale = 0;
  RitzPair found{.value = 0, .residual = 0, .products = 0, .is_settled = false};
  while (!found.is_settled && found.products < std::min(limits.products, size)) {
    const std::vector<double>& latest = basis.back();
    std::vector<double> next(size);
    apply(latest, next);
    ++found.products;
    t.diagonal.push_back(product(latest, next));
    scale = std::max(scale, length(next));
    for (int pass = 0; pass < 2; ++pass) {
      for (const std::vector<double>& q : basis) add_multiple_of(-product(q, next), q, next);
    }
    const double left = length(next);
    found.value = t.largest_eigenvalue();
    if (!std::isfinite(left) || !std::isfinite(found.value)) {
      found.value = found.residual = std::numeric_limits<double>::quiet_NaN();
      return found;
    }
    const bool is_closed = left <= negligible * scale || found.products == size;
    found.residual = is_closed ? 0 : left * t.last_of_vector(found.value);
    found.is_settled = is_closed || found.residual <= limits.tolerance * std::fabs(found.value);
    if (found.is_settled) break;
    divide(next, left);
    t.off.push_back(left);
    basis.push_back(std::move(next));
  }
  return found;
}

}  // namespace precipice
