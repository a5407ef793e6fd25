#include "precipice/arithmetic/dual.hpp"

#include <vector>

namespace precipice {
namespace {

/// A matrix of dual numbers as two of numbers.
struct Planes {
  Matrix<double> values, tangents;

  explicit Planes(MatrixView<const DualNumber> m) : values(m.rows, m.cols), tangents(m.rows, m.cols) {
    for (std::size_t i = 0; i < m.rows; ++i) {
      for (std::size_t j = 0; j < m.cols; ++j) {
        values(i, j) = m(i, j).value;
        tangents(i, j) = m(i, j).tangent;
      }
    }
  }
};

Matrix<double> product(const Matrix<double>& left, const Matrix<double>& right) {
  Matrix<double> result(left.rows(), right.cols());
  multiply(Native<double>{}, left.view(), right.view(), result.view());
  return result;
}

}  // namespace

DualNumber Dual::sum_exactly(std::span<const DualNumber> terms) {
  std::vector<double> values, tangents;
  for (const DualNumber& term : terms) {
    values.push_back(term.value);
    tangents.push_back(term.tangent);
  }
  return {Native<double>::sum_exactly(values), Native<double>::sum_exactly(tangents)};
}

void multiply(const Dual&, const Dual&, MatrixView<const DualNumber> left, MatrixView<const DualNumber> right,
              MatrixView<DualNumber> out) {
  check_product_shapes<DualNumber>(left, right, out);
  const Planes l(left), r(right);
  const Matrix<double> values = product(l.values, r.values), of_left = product(l.tangents, r.values),
                       of_right = product(l.values, r.tangents);
  for (std::size_t i = 0; i < out.rows; ++i) {
    for (std::size_t j = 0; j < out.cols; ++j) out(i, j) = {values(i, j), of_left(i, j) + of_right(i, j)};
  }
}

}  // namespace precipice
