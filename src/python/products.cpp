#include <fmt/core.h>
#include <pybind11/stl.h>

#include <optional>

#include "precipice/arithmetic/emulator.hpp"
#include "python/arguments.hpp"
#include "python/arrays.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

using ProductsArgument = std::optional<FormatArgument>;

/// How products are added up: rounded first into the format of `products`, if there is one.
Accumulation accumulation(const OrderArgument& order, const ProductsArgument& products, const Mode& mode) {
  Accumulation how{.order = order.value};
  if (products) {
    check_float64(products->value, "products");
    how.products = {products->value, mode};
  }
  return how;
}

py::object matmul(const py::handle& a, const py::handle& b, const FormatArgument& format, const OrderArgument& order,
                  const ProductsArgument& products, const RoundingArgument& rounding, const SeedArgument& seed) {
  const MatrixArgument left(a, "a"), right(b, "b");
  if (left.cols() != right.rows()) {
    throw ConfigError(fmt::format("a of {} columns and b of {} rows do not go together", left.cols(), right.rows()));
  }
  check_float64(format.value);
  const Mode mode = seeded(rounding.value, seed);
  const Accumulation how = accumulation(order, products, mode);
  auto out = new_array({static_cast<py::ssize_t>(left.rows()), static_cast<py::ssize_t>(right.cols())});
  const MatrixView<double> results(out.mutable_data(), left.rows(), right.cols());
  const auto left_view = left.view(), right_view = right.view();
  {
    const py::gil_scoped_release others_run;
    Emulator(format.value, mode).multiply(left_view, right_view, results, how);
  }
  return out;
}

py::object dot(const py::handle& a, const py::handle& b, const FormatArgument& format, const OrderArgument& order,
               const ProductsArgument& products, const RoundingArgument& rounding, const SeedArgument& seed) {
  const Values x(a, "x"), y(b, "y");
  if (x.shape() != y.shape() || x.shape().empty()) {
    throw ConfigError(fmt::format("x of shape {} and y of shape {} must have the same shape, of one dimension at least",
                                  to_text(x.shape()), to_text(y.shape())));
  }
  check_float64(format.value);
  const Mode mode = seeded(rounding.value, seed);
  const Accumulation how = accumulation(order, products, mode);
  Shape shape = x.shape();
  const auto length = static_cast<std::size_t>(shape.back());
  shape.pop_back();
  auto out = new_array(shape);
  const std::span<double> results = span_of(out);
  const MatrixView<const double> xs(x.span().data(), results.size(), length),
      ys(y.span().data(), results.size(), length);
  {
    const py::gil_scoped_release others_run;
    Emulator(format.value, mode).dot_rows(xs, ys, results, how);
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
  const auto seed = py::arg_v("seed", SeedArgument{}, "0");
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
