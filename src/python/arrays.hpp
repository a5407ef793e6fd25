#pragma once

#include <pybind11/numpy.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "precipice/arithmetic/matrix.hpp"

/// NumPy arrays as the library takes them, and back. Values are binary64, in which every smaller type of NumPy is
/// exact.
namespace precipice::python {

namespace py = pybind11;

using Shape = std::vector<py::ssize_t>;

/// "(3, 4)".
std::string to_text(const Shape& shape);
Shape shape_of(const py::array& array);

/// Values in row-major order. The array's own memory if it is that already, else a copy. Takes numbers, lists, and
/// arrays of float16, float32, float64 and integers up to 2^53. Throws ConfigError that begins with `name` for anything
/// else; unsigned integers are code points, not values.
class Values {
 public:
  Values(const py::handle& source, const std::string& name);

  [[nodiscard]] std::span<const double> span() const {
    return {array_.data(), static_cast<std::size_t>(array_.size())};
  }
  [[nodiscard]] Shape shape() const { return shape_of(array_); }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// The same values repeated to a shape to which they can be.
  [[nodiscard]] Values broadcast_to(const Shape& shape) const;

 private:
  static constexpr int laid_out = int{py::array::c_style} | int{py::detail::npy_api::NPY_ARRAY_ALIGNED_};
  using Contiguous = py::array_t<double, laid_out>;
  Values(Contiguous array, std::string name) : array_(std::move(array)), name_(std::move(name)) {}

  Contiguous array_;
  std::string name_;
};

/// Operands as an operation on arrays takes them: of one shape, or one number for all.
struct Operands {
  Shape shape;  ///< of the result, by NumPy's rules
  std::vector<Values> values;
};
/// Throws ConfigError for shapes that do not go together.
Operands aligned(std::vector<Values> values);

/// A matrix, whose strides may be any that lead forward: no copy is made of a transposed one.
class MatrixArgument {
 public:
  /// Throws ConfigError unless it has two dimensions, and as Values.
  MatrixArgument(const py::handle& source, const std::string& name);

  [[nodiscard]] MatrixView<const double> view() const;
  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(array_.shape(0)); }
  [[nodiscard]] std::size_t cols() const { return static_cast<std::size_t>(array_.shape(1)); }

 private:
  py::array_t<double> array_;
};

py::array_t<double> new_array(const Shape& shape);
std::span<double> span_of(py::array_t<double>& array);
/// As NumPy gives results: an array without dimensions is a number.
py::object result(py::array_t<double> array);

}  // namespace precipice::python
