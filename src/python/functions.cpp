#include "precipice/arithmetic/functions.hpp"

#include <array>

#include "precipice/arithmetic/operations.hpp"
#include "python/arguments.hpp"
#include "python/arrays.hpp"
#include "python/module.hpp"

// Functions that have no vector code: number by number, by the definition.

namespace precipice::python {
namespace {

using Unary = Rounded (*)(const Exact&, const Format&, const Mode&);
using Binary = Rounded (*)(const Exact&, const Exact&, const Format&, const Mode&);

/// out[i] = of(i, mode that draws for i).
template <class Of>
py::object computed(const Shape& shape, const Format& format, Mode mode, const Of& of) {
  check_float64(format);
  auto out = new_array(shape);
  const std::span<double> results = span_of(out);
  {
    const py::gil_scoped_release others_run;
    for (std::size_t i = 0; i < results.size(); ++i) {
      mode.draw.counter = i;
      results[i] = to_double(of(i, mode));
    }
  }
  return result(std::move(out));
}

Exact at(std::span<const double> x, std::size_t i) { return Exact::from(x[x.size() == 1 ? 0 : i]); }

py::object unary(Unary f, const py::handle& source, const Format& format, const Mode& mode) {
  const Values x(source, "x");
  return computed(x.shape(), format, mode,
                  [&](std::size_t i, const Mode& drawn) { return f(at(x.span(), i), format, drawn).value; });
}

py::object binary(Binary f, const py::handle& left, const py::handle& right, const Format& format, const Mode& mode) {
  const Operands operands = aligned({{left, "x"}, {right, "y"}});
  const auto x = operands.values[0].span(), y = operands.values[1].span();
  return computed(operands.shape, format, mode,
                  [&](std::size_t i, const Mode& drawn) { return f(at(x, i), at(y, i), format, drawn).value; });
}

template <class F>
struct Named {
  const char* name;
  F function;
  const char* what;
};

Rounded next_up(const Exact& x, const Format& format, const Mode& /*mode*/) { return reference::next_up(x, format); }
Rounded next_down(const Exact& x, const Format& format, const Mode& /*mode*/) {
  return reference::next_down(x, format);
}

constexpr std::array unaries{
    Named<Unary>{"rsqrt", reference::rsqrt, "1 / sqrt(x)."},
    Named<Unary>{"expm1", reference::expm1, "exp(x) - 1."},
    Named<Unary>{"exp2", reference::exp2, "2 to the power of x."},
    Named<Unary>{"log1p", reference::log1p, "log(1 + x)."},
    Named<Unary>{"log2", reference::log2, "The logarithm to base 2."},
    Named<Unary>{"erf", reference::erf, "The error function."},
    Named<Unary>{"round_to_integral", reference::round_to_integral, "The integer that the rounding chooses."},
    Named<Unary>{"logb", reference::log_b, "floor(log2 |x|), the exponent."},
    Named<Unary>{"next_up", next_up, "The least number above; x must be a number of the format."},
    Named<Unary>{"next_down", next_down, "The largest number below; x must be a number of the format."},
};
constexpr std::array binaries{
    Named<Binary>{"pow", reference::pow, "x to the power of y."},
    Named<Binary>{"remainder", reference::remainder, "x - n y for the integer n nearest to x / y."},
    Named<Binary>{"minimum", reference::minimum, "The smaller one; NaN if either is NaN, and -0 is below +0."},
};

constexpr auto rules = R"(

Correctly rounded, with the special values of IEEE 754-2019; shapes, rounding and errors as in add. Computed number by
number, so slower than add.)";

}  // namespace

void bind_functions(py::module_& module) {
  const auto rounding = py::arg_v("rounding", RoundingArgument{}, "'nearest-even'");
  const auto seed = py::arg_v("seed", SeedArgument{}, "0");
  for (const auto& named : unaries) {
    module.def(
        named.name,
        [f = named.function](const py::handle& x, const FormatArgument& format, const RoundingArgument& mode,
                             const SeedArgument& s) { return unary(f, x, format.value, seeded(mode.value, s)); },
        py::arg("x"), py::arg("fmt"), rounding, seed, (std::string(named.what) + rules).c_str());
  }
  for (const auto& named : binaries) {
    module.def(
        named.name,
        [f = named.function](const py::handle& x, const py::handle& y, const FormatArgument& format,
                             const RoundingArgument& mode,
                             const SeedArgument& s) { return binary(f, x, y, format.value, seeded(mode.value, s)); },
        py::arg("x"), py::arg("y"), py::arg("fmt"), rounding, seed, (std::string(named.what) + rules).c_str());
  }
}

}  // namespace precipice::python
