#include "precipice/arithmetic/emulator.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "python/arguments.hpp"
#include "python/arrays.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

py::object sum(const py::handle& source, const FormatArgument& format, const OrderArgument& order,
               const RoundingArgument& rounding, const SeedArgument& seed, const IntegerArgument& marked) {
  const Values x(source, "x");
  Shape shape = x.shape();
  if (shape.empty()) throw ConfigError("x: is one number, but must be an array with at least one dimension");
  const auto terms = static_cast<std::size_t>(shape.back());
  shape.pop_back();
  check_float64(format.value);
  const auto index = integer<std::size_t>(marked, "marked", 0, std::max<std::size_t>(terms, 1) - 1);
  auto out = new_array(shape);
  const std::span<double> results = span_of(out);
  const MatrixView<const double> rows(x.span().data(), results.size(), terms);
  {
    const py::gil_scoped_release others_run;
    Emulator(format.value, seeded(rounding.value, seed)).sum_rows(rows, results, order.value, index);
  }
  return result(std::move(out));
}

}  // namespace

void bind_sums(py::module_& module) {
  module.def("sum", &sum, py::arg("x"), py::arg("fmt"), py::arg_v("order", OrderArgument{}, "'sequential'"),
             py::arg_v("rounding", RoundingArgument{}, "'nearest-even'"), py::arg_v("seed", SeedArgument{}, "0"),
             py::arg_v("marked", IntegerArgument{py::int_(0)}, "0"),
             R"(Sums along the last axis, every partial sum rounded into the format.

x: (..., n). order: sequential, reverse, correct-first (which begins with the term `marked`), pairwise, lanes:<n>,
butterfly, kahan, exact, vector:<n>, strided:<n>, packets:<n>, windows:<n>, cascade:<n>. Returns float64 (...). A
stochastic rounding draws for row i by the seed and i. The empty sum is 0. ConfigError for an unknown order or
rounding, a wrong index, and formats beyond float64.)");
}

}  // namespace precipice::python
