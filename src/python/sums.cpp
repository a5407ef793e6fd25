#include "precipice/arithmetic/sum.hpp"

#include <fmt/core.h>

#include <vector>

#include "python/arguments.hpp"
#include "python/arrays.hpp"
#include "python/engine.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

/// How rows are added up.
struct Summation {
  Format format;
  Mode mode;
  SumOrder order;
  std::size_t marked;
};

/// By the definition; the roundings of row i are parts of draw i.
double sum_by_definition(const Summation& how, std::span<const double> row, std::size_t i) {
  std::vector<Exact> terms;
  terms.reserve(row.size());
  for (const double x : row) terms.push_back(Exact::from(x));
  Mode mode = how.mode;
  mode.draw.counter = i;
  return to_double(reference::sum(terms, how.format, mode, how.order, how.marked).value);
}

/// out[i] = the sum of row i.
void sum_rows(const Summation& how, MatrixView<const double> rows, std::span<double> out) {
  const Engine engine(how.format, how.mode);
  const bool by_definition = how.mode.direction == Rounding::stochastic || rows.cols == 0;
  (*engine).visit([&](const auto& a) {
    std::vector<double> room;
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = by_definition ? sum_by_definition(how, rows.row(i), i)
                             : precipice::sum(a, rows.row(i), how.order, how.marked, room);
    }
  });
}

py::object sum(const py::handle& source, const FormatArgument& format, const OrderArgument& order,
               const RoundingArgument& rounding, std::uint64_t seed, std::size_t marked) {
  const Values x(source, "x");
  Shape shape = x.shape();
  if (shape.empty()) throw ConfigError("x: is one number, but must be an array with at least one dimension");
  const auto terms = static_cast<std::size_t>(shape.back());
  shape.pop_back();
  if (marked >= std::max<std::size_t>(terms, 1)) {
    throw ConfigError(fmt::format("marked: is {}, but must be an index of one of {} terms", marked, terms));
  }
  auto out = new_array(shape);
  const std::span<double> results = span_of(out);
  const MatrixView<const double> rows(x.span().data(), results.size(), terms);
  {
    const py::gil_scoped_release others_run;
    sum_rows({format.value, seeded(rounding.value, seed), order.value, marked}, rows, results);
  }
  return result(std::move(out));
}

}  // namespace

void bind_sums(py::module_& module) {
  module.def("sum", &sum, py::arg("x"), py::arg("fmt"), py::arg_v("order", OrderArgument{}, "'sequential'"),
             py::arg_v("rounding", RoundingArgument{}, "'nearest-even'"), py::arg_v("seed", 0), py::arg_v("marked", 0),
             R"(Sums along the last axis, every partial sum rounded into the format.

x: (..., n). order: sequential, reverse, correct-first (which begins with the term `marked`), pairwise, lanes:<n>,
butterfly, kahan, exact, vector:<n>, strided:<n>, packets:<n>, windows:<n>, cascade:<n>. Returns float64 (...). A
stochastic rounding draws for row i by the seed and i. The empty sum is 0. ConfigError for an unknown order or
rounding, a wrong index, and formats beyond float64.)");
}

}  // namespace precipice::python
