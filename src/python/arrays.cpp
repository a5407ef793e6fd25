#include "python/arrays.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <pybind11/stl.h>

#include <algorithm>

#include "precipice/format/error.hpp"

namespace precipice::python {
namespace {

constexpr std::int64_t largest_exact_integer = std::int64_t{1} << 53;

/// Throws ConfigError for integers that are no doubles.
void check_integers(const py::array& array, const std::string& name) {
  const py::array_t<std::int64_t, py::array::c_style | py::array::forcecast> integers(array);
  const std::span<const std::int64_t> all(integers.data(), static_cast<std::size_t>(integers.size()));
  for (const std::int64_t x : all) {
    if (x > largest_exact_integer || x < -largest_exact_integer) {
      throw ConfigError(fmt::format("{}: the integer {} is beyond 2^53, where float64 has not every one", name, x));
    }
  }
}

/// The array that this is, of a type whose numbers are all doubles.
py::array readable(const py::handle& source, const std::string& name) {
  py::array array = py::array::ensure(source);
  const std::string accepted = "(accepted: float16, float32, float64, signed integers)";
  if (!array) throw ConfigError(fmt::format("{}: is no array of numbers {}", name, accepted));
  const char kind = array.dtype().kind();
  const bool is_code = kind == 'u';
  if (kind == 'f' && array.itemsize() <= py::ssize_t{sizeof(double)}) return array;
  if (kind == 'i') {
    if (array.itemsize() == py::ssize_t{sizeof(std::int64_t)}) check_integers(array, name);
    return array;
  }
  throw ConfigError(fmt::format("{}: has the type {}{} {}", name, py::str(array.dtype()).cast<std::string>(),
                                is_code ? ", that of code points; decode(codes, fmt) makes values of them" : "",
                                accepted));
}

bool fits(const Shape& shape, const Shape& into) {
  if (shape.size() > into.size()) return false;
  const std::size_t ahead = into.size() - shape.size();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] != 1 && shape[i] != into[ahead + i]) return false;
  }
  return true;
}

/// The shape to which both can be repeated, if there is one.
std::optional<Shape> common_shape(const Shape& a, const Shape& b) {
  const Shape& longer = a.size() >= b.size() ? a : b;
  const Shape& shorter = a.size() >= b.size() ? b : a;
  Shape common = longer;
  const std::size_t ahead = longer.size() - shorter.size();
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    if (common[ahead + i] == 1) common[ahead + i] = shorter[i];
  }
  return fits(a, common) && fits(b, common) ? std::optional(common) : std::nullopt;
}

/// "x of shape (2,)".
std::vector<std::string> described_shapes(const std::vector<Values>& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const Values& x : values) texts.push_back(fmt::format("{} of shape {}", x.name(), to_text(x.shape())));
  return texts;
}

}  // namespace

std::string to_text(const Shape& shape) {
  std::string text;
  for (const py::ssize_t length : shape) text += fmt::format("{}{}", text.empty() ? "" : ", ", length);
  return shape.size() == 1 ? fmt::format("({},)", text) : fmt::format("({})", text);
}

Shape shape_of(const py::array& array) { return {array.shape(), array.shape() + array.ndim()}; }

Values::Values(const py::handle& source, const std::string& name) : array_(readable(source, name)), name_(name) {}

Values Values::broadcast_to(const Shape& shape) const {
  return {Contiguous(py::module_::import("numpy").attr("broadcast_to")(array_, py::cast(shape))), name_};
}

Operands aligned(std::vector<Values> values) {
  Operands operands{values.front().shape(), {}};
  for (const Values& x : values) {
    auto common = common_shape(operands.shape, x.shape());
    if (!common) throw ConfigError(fmt::format("{} do not go together", fmt::join(described_shapes(values), " and ")));
    operands.shape = *std::move(common);
  }
  for (Values& x : values) {
    const bool is_ready = x.span().size() == 1 || x.shape() == operands.shape;
    operands.values.push_back(is_ready ? std::move(x) : x.broadcast_to(operands.shape));
  }
  return operands;
}

MatrixArgument::MatrixArgument(const py::handle& source, const std::string& name) : array_(readable(source, name)) {
  if (array_.ndim() != 2) {
    throw ConfigError(fmt::format("{}: has the shape {}, but must be a matrix", name, to_text(shape_of(array_))));
  }
  constexpr py::ssize_t step = sizeof(double);
  const auto is_forward = [&](py::ssize_t i) { return array_.strides(i) >= step && array_.strides(i) % step == 0; };
  const bool is_aligned = reinterpret_cast<std::uintptr_t>(array_.data()) % alignof(double) == 0;
  if (!is_forward(0) || !is_forward(1) || !is_aligned) {
    array_ = py::module_::import("numpy").attr("array")(array_, py::arg("order") = "C");
  }
}

MatrixView<const double> MatrixArgument::view() const {
  const auto stride = [&](py::ssize_t i) { return static_cast<std::size_t>(array_.strides(i)) / sizeof(double); };
  return {array_.data(), rows(), cols(), stride(0), stride(1)};
}

py::array_t<double> new_array(const Shape& shape) { return py::array_t<double>(shape); }

std::span<double> span_of(py::array_t<double>& array) {
  return {array.mutable_data(), static_cast<std::size_t>(array.size())};
}

py::object result(py::array_t<double> array) {
  if (array.ndim() > 0) return array;
  return array[py::tuple()];
}

}  // namespace precipice::python
