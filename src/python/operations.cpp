#include "precipice/arithmetic/emulator.hpp"

#include <array>
#include <utility>
#include <vector>

#include "python/arguments.hpp"
#include "python/arrays.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

/// The operation on arrays, each result rounded once.
py::object applied(Elementwise operation, std::vector<Values> values, const Format& format, const Mode& mode) {
  check_float64(format);
  const Operands operands = aligned(std::move(values));
  auto out = new_array(operands.shape);
  std::array<std::span<const double>, 3> in;
  for (std::size_t i = 0; i < operands.values.size(); ++i) in[i] = operands.values[i].span();
  const std::span<double> results = span_of(out);
  {
    const py::gil_scoped_release others_run;
    Emulator(format, mode).each(operation, results, in[0], in[1], in[2]);
  }
  return result(std::move(out));
}

py::object round(const py::handle& x, const FormatArgument& format, const RoundingArgument& rounding,
                 const SeedArgument& seed) {
  return applied(Elementwise::convert, {{x, "x"}}, format.value, seeded(rounding.value, seed));
}

struct Named {
  const char* name;
  Elementwise operation;
  const char* what;
};

constexpr std::array operations{
    Named{"sqrt", Elementwise::sqrt, "The square root; sqrt(-0) is -0."},
    Named{"exp", Elementwise::exp, "e to the power of x."},
    Named{"log", Elementwise::log, "The natural logarithm."},
    Named{"tanh", Elementwise::tanh, "The hyperbolic tangent."},
    Named{"sigmoid", Elementwise::sigmoid, "1 / (1 + exp(-x))."},
    Named{"add", Elementwise::add, "x + y."},
    Named{"sub", Elementwise::sub, "x - y."},
    Named{"mul", Elementwise::mul, "x * y."},
    Named{"div", Elementwise::div, "x / y."},
    Named{"maximum", Elementwise::max, "The larger one; NaN if either is NaN, and -0 is below +0."},
    Named{"fma", Elementwise::fma, "x * y + z, rounded once."},
};

constexpr auto rules = R"(

The operands are taken exactly as they are, and the exact result is rounded once into the format. Arrays of any shapes
that go together by NumPy's rules; returns float64 of the common shape, in which every number of the format is exact.
A stochastic rounding draws for element i by the seed and i. ConfigError for formats beyond float64.)";

void bind(py::module_& module, const Named& named) {
  const Elementwise op = named.operation;
  const std::string doc = std::string(named.what) + rules;
  const auto fmt = py::arg("fmt"), x = py::arg("x"), y = py::arg("y"), z = py::arg("z");
  const auto rounding = py::arg_v("rounding", RoundingArgument{}, "'nearest-even'");
  const auto seed = py::arg_v("seed", SeedArgument{}, "0");
  using F = const FormatArgument&;
  using R = const RoundingArgument&;
  using H = const py::handle&;
  using Seed = const SeedArgument&;
  if (operands_of(op) == 1) {
    const auto f = [op](H a, F format, R mode, Seed s) {
      return applied(op, {{a, "x"}}, format.value, seeded(mode.value, s));
    };
    module.def(named.name, f, x, fmt, rounding, seed, doc.c_str());
  } else if (operands_of(op) == 2) {
    const auto f = [op](H a, H b, F format, R mode, Seed s) {
      return applied(op, {{a, "x"}, {b, "y"}}, format.value, seeded(mode.value, s));
    };
    module.def(named.name, f, x, y, fmt, rounding, seed, doc.c_str());
  } else {
    const auto f = [op](H a, H b, H c, F format, R mode, Seed s) {
      return applied(op, {{a, "x"}, {b, "y"}, {c, "z"}}, format.value, seeded(mode.value, s));
    };
    module.def(named.name, f, x, y, z, fmt, rounding, seed, doc.c_str());
  }
}

}  // namespace

void bind_operations(py::module_& module) {
  module.def("round", &round, py::arg("x"), py::arg("fmt"), py::arg_v("rounding", RoundingArgument{}, "'nearest-even'"),
             py::arg_v("seed", SeedArgument{}, "0"), R"(Numbers rounded into a format.

x: an array of any shape. rounding: nearest-even, nearest-away, toward-zero, toward-positive, toward-negative,
away-from-zero, to-odd, stochastic, stochastic:<random bits>, or a short form (rne rna rz ru rd raz ro sr). Returns
float64 of the same shape. ConfigError for an unknown rounding and for formats beyond float64.)");
  for (const Named& named : operations) bind(module, named);
}

}  // namespace precipice::python
