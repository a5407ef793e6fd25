#include "precipice/arithmetic/operations.hpp"

#include <array>
#include <string_view>

#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/stochastic.hpp"
#include "python/arguments.hpp"
#include "python/arrays.hpp"
#include "python/engine.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

/// The operation on arrays, each result rounded once.
py::object applied(Elementwise operation, std::vector<Values> values, const Format& format, const Mode& mode) {
  const Operands operands = aligned(std::move(values));
  auto out = new_array(operands.shape);
  detail::ArrayOperands<double> in{operands.values[0].span()};
  if (operands.values.size() > 1) in.y = operands.values[1].span();
  if (operands.values.size() > 2) in.z = operands.values[2].span();
  const std::span<double> results = span_of(out);
  {
    const py::gil_scoped_release others_run;
    const Engine engine(format, mode);
    each(*engine, operation, in, results);
  }
  return result(std::move(out));
}

/// Rounding in vectors, where they are exact for the stochastic mode.
bool round_in_vectors(std::span<const double> x, const Format& format, const Mode& mode, std::span<double> out) {
  if (mode.direction != Rounding::stochastic || !contains(binary64, format)) return false;
  if (!StochasticRounding::refusal(format, mode.random_bits).empty()) return false;
  StochasticRounding(format, mode.random_bits).round(x, mode.draw, out);
  return true;
}

py::object round(const py::handle& source, const FormatArgument& format, const RoundingArgument& rounding,
                 std::uint64_t seed) {
  const Values x(source, "x");
  const Mode mode = seeded(rounding.value, seed);
  auto out = new_array(x.shape());
  const std::span<const double> in = x.span();
  const std::span<double> results = span_of(out);
  {
    const py::gil_scoped_release others_run;
    if (!round_in_vectors(in, format.value, mode, results)) {
      const Engine engine(format.value, mode);
      each(*engine, Elementwise::convert, {in}, results);
    }
  }
  return result(std::move(out));
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
  const auto seed = py::arg_v("seed", 0);
  using F = const FormatArgument&;
  using R = const RoundingArgument&;
  using H = const py::handle&;
  using Seed = std::uint64_t;
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
             py::arg_v("seed", 0), R"(Numbers rounded into a format.

x: an array of any shape. rounding: nearest-even, nearest-away, toward-zero, toward-positive, toward-negative,
away-from-zero, to-odd, stochastic, stochastic:<random bits>, or a short form (rne rna rz ru rd raz ro sr). Returns
float64 of the same shape. ConfigError for an unknown rounding and for formats beyond float64.)");
  for (const Named& named : operations) bind(module, named);
}

}  // namespace precipice::python
