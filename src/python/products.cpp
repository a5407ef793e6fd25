#include <fmt/core.h>
#include <pybind11/stl.h>

#include <optional>
#include <vector>

#include "precipice/arithmetic/dot.hpp"
#include "precipice/arithmetic/matrix_product.hpp"
#include "python/arguments.hpp"
#include "python/arrays.hpp"
#include "python/engine.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

using ProductsArgument = std::optional<FormatArgument>;

/// How sums of products are formed.
struct Accumulating {
  Format format;
  Mode mode;
  SumOrder order;
  std::optional<Format> products;  ///< none: they are exact

  [[nodiscard]] bool has_vectors() const {
    return order == SumOrder::sequential && mode.direction != Rounding::stochastic;
  }
};

Accumulating accumulating(const FormatArgument& format, const OrderArgument& order, const ProductsArgument& products,
                          const RoundingArgument& rounding, std::uint64_t seed) {
  check_float64(format.value);
  if (products) check_float64(products->value);
  return {format.value, seeded(rounding.value, seed), order.value,
          products ? std::optional(products->value) : std::nullopt};
}

/// By the definition; its roundings are parts of draw `number`.
double dot_by_definition(const Accumulating& how, const DotOperands& operands, std::size_t number) {
  Mode mode = how.mode;
  mode.draw.counter = number;
  Accumulation accumulation{.order = how.order};
  if (how.products) accumulation.products = {*how.products, mode};
  return to_double(reference::dot(operands, accumulation, how.format, mode).value);
}

std::vector<Exact> exact_row(MatrixView<const double> matrix, std::size_t i) {
  std::vector<Exact> row;
  row.reserve(matrix.cols);
  for (std::size_t k = 0; k < matrix.cols; ++k) row.push_back(Exact::from(matrix(i, k)));
  return row;
}

void multiply_in_vectors(const Accumulating& how, MatrixView<const double> left, MatrixView<const double> right,
                         MatrixView<double> out) {
  const Engine sums(how.format, how.mode);
  if (!how.products) return multiply_fused(*sums, left, right, out);
  const Engine products(*how.products, how.mode);
  multiply(*products, *sums, left, right, out);
}

/// out = left right.
void multiply_any(const Accumulating& how, MatrixView<const double> left, MatrixView<const double> right,
                  MatrixView<double> out) {
  if (how.has_vectors()) return multiply_in_vectors(how, left, right, out);
  std::vector<std::vector<Exact>> columns;
  for (std::size_t j = 0; j < out.cols; ++j) columns.push_back(exact_row(right.transposed(), j));
  for (std::size_t i = 0; i < out.rows; ++i) {
    const std::vector<Exact> row = exact_row(left, i);
    for (std::size_t j = 0; j < out.cols; ++j) {
      out(i, j) = dot_by_definition(how, {.x = row, .y = columns[j]}, i * out.cols + j);
    }
  }
}

py::object matmul(const py::handle& a, const py::handle& b, const FormatArgument& format, const OrderArgument& order,
                  const ProductsArgument& products, const RoundingArgument& rounding, std::uint64_t seed) {
  const MatrixArgument left(a, "a"), right(b, "b");
  if (left.cols() != right.rows()) {
    throw ConfigError(fmt::format("a of {} columns and b of {} rows do not go together", left.cols(), right.rows()));
  }
  const Accumulating how = accumulating(format, order, products, rounding, seed);
  auto out = new_array({static_cast<py::ssize_t>(left.rows()), static_cast<py::ssize_t>(right.cols())});
  const MatrixView<double> results(out.mutable_data(), left.rows(), right.cols());
  const auto left_view = left.view(), right_view = right.view();
  {
    const py::gil_scoped_release others_run;
    multiply_any(how, left_view, right_view, results);
  }
  return out;
}

py::object dot(const py::handle& a, const py::handle& b, const FormatArgument& format, const OrderArgument& order,
               const ProductsArgument& products, const RoundingArgument& rounding, std::uint64_t seed) {
  const Values x(a, "x"), y(b, "y");
  if (x.shape() != y.shape() || x.shape().empty()) {
    throw ConfigError(fmt::format("x of shape {} and y of shape {} must have the same shape, of one dimension at least",
                                  to_text(x.shape()), to_text(y.shape())));
  }
  const Accumulating how = accumulating(format, order, products, rounding, seed);
  Shape shape = x.shape();
  const auto length = static_cast<std::size_t>(shape.back());
  shape.pop_back();
  auto out = new_array(shape);
  const std::span<double> results = span_of(out);
  const MatrixView<const double> xs(x.span().data(), results.size(), length),
      ys(y.span().data(), results.size(), length);
  {
    const py::gil_scoped_release others_run;
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i] = dot_by_definition(how, {.x = exact_row(xs, i), .y = exact_row(ys, i)}, i);
    }
  }
  return result(std::move(out));
}

constexpr auto about_sums = R"(

Products are exact and enter a running sum by a fused multiply-add; with `products`, a format, each is rounded into it
first. Every partial sum is rounded into `fmt`, in the order (see sum). A stochastic rounding draws for result i by the
seed and i. ConfigError for shapes that do not go together, an unknown order or rounding, and formats beyond float64.)";

}  // namespace

void bind_products(py::module_& module) {
  const auto order = py::arg_v("order", OrderArgument{}, "'sequential'");
  const auto products = py::arg_v("products", ProductsArgument{}, "None");
  const auto rounding = py::arg_v("rounding", RoundingArgument{}, "'nearest-even'");
  const auto seed = py::arg_v("seed", 0);
  module.def("matmul", &matmul, py::arg("a"), py::arg("b"), py::arg("fmt"), order, products, rounding, seed,
             (std::string("The matrix product: a (n, k), b (k, m); returns float64 (n, m).") + about_sums +
              R"( Vector code
for the sequential order, unless the rounding is stochastic; transposed matrices are not copied.)")
                 .c_str());
  module.def(
      "dot", &dot, py::arg("x"), py::arg("y"), py::arg("fmt"), order, products, rounding, seed,
      (std::string("Dot products along the last axis: x, y (..., n); returns float64 (...).") + about_sums).c_str());
}

}  // namespace precipice::python
