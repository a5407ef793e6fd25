#include "precipice/format/format.hpp"

#include <fmt/core.h>
#include <pybind11/numpy.h>
#include <pybind11/operators.h>
#include <pybind11/stl.h>

#include <ios>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/code_point.hpp"
#include "python/arguments.hpp"
#include "python/codes.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

/// Beyond this many bits a number is not written out as an integer.
constexpr std::int64_t most_bits = std::int64_t{1} << 20;

py::int_ integer(const Integer& value) {
  constexpr int base = 16;  // Python reads no more than 4300 decimal digits
  return py::reinterpret_steal<py::int_>(PyLong_FromString(value.str(0, std::ios_base::hex).c_str(), nullptr, base));
}

/// A float where binary64 has the number, else a fraction of integers.
py::object number(const Exact& x) {
  if (is_member(binary64, x)) return py::float_(to_double(x));
  const std::int64_t bits = x.exponent() < 0 ? -x.exponent() : x.exponent();
  if (bits > most_bits) throw ConfigError(fmt::format("a number with the factor 2^{} is too long", x.exponent()));
  const auto power = static_cast<unsigned>(bits);
  const py::object fraction = py::module_::import("fractions").attr("Fraction");
  const Integer whole = x.exponent() < 0 ? x.significand() : Integer(x.significand() << power);
  return fraction(integer(whole), integer(x.exponent() < 0 ? Integer(Integer(1) << power) : Integer(1)));
}

py::object power_of_two(std::int64_t exponent) { return number(Exact::finite(Sign::positive, 1, exponent)); }

std::string repr(const Format& f) { return fmt::format("Format('{}')", to_text(f)); }

/// A format without a zero, or of one bit, has no subnormal numbers; its smallest number is a normal one.
void bind_numbers(py::class_<Format>& c) {
  c.def_property_readonly(
      "largest", [](const Format& f) { return number(largest_finite(f)); }, "The largest finite number.");
  c.def_property_readonly(
      "smallest_normal", [](const Format& f) { return number(smallest_normal(f)); }, "2^emin.");
  c.def_property_readonly(
      "smallest_positive", [](const Format& f) { return number(smallest_positive(f)); },
      "The smallest positive number, subnormal if the format has such numbers.");
  c.def_property_readonly(
      "unit_roundoff", [](const Format& f) { return power_of_two(-f.precision); }, "2^-precision.");
  c.def_property_readonly(
      "ulp_of_one", [](const Format& f) { return power_of_two(1 - f.precision); }, "2^(1 - precision).");
}

void bind_widths(py::class_<Format>& c) {
  c.def_readonly("precision", &Format::precision, "Bits of the significand, the leading one included.");
  c.def_readonly("exponent_bits", &Format::exponent_bits, "Width of the exponent field.");
  c.def_readonly("emin", &Format::emin, "Least exponent of a normal number.");
  c.def_readonly("emax", &Format::emax, "Largest exponent of a finite number.");
  c.def_property_readonly("trailing_bits", &trailing_bits, "precision - 1.");
  c.def_property_readonly("bias", &bias, "What is added to an exponent to get its field.");
  c.def_property_readonly("width", &width, "Bits of a code point.");
  c.def_property_readonly("dtype", &code_type,
                          "The unsigned type of NumPy for code points. ConfigError beyond 64 bits.");
}

void bind_rules(py::class_<Format>& c) {
  c.def_property_readonly("has_sign", &has_sign, "Whether there are negative numbers.");
  c.def_property_readonly("has_zero", &has_zero, "Whether there is a zero.");
  c.def_property_readonly("has_negative_zero", &has_negative_zero, "Whether there is a -0.");
  c.def_property_readonly("has_infinity", &has_infinity, "Whether there are infinities.");
  c.def_property_readonly("has_nan", &has_nan, "Whether there is a NaN.");
  c.def_property_readonly("has_subnormals", &has_subnormals, "Whether there are subnormal numbers.");
  c.def_property_readonly("flushes_results", &flushes_results, "Whether subnormal results become zeros (:ftz).");
  c.def_property_readonly("flushes_operands", &flushes_operands, "Whether subnormal operands are zeros (:daz).");
  c.def_property_readonly("saturates", &saturates, "Whether the largest number stands for all beyond it (:sat).");
}

void bind_text(py::class_<Format>& c) {
  c.def_property_readonly(
      "text", [](const Format& f) { return to_text(f); }, "Canonical text, the same whatever name it was given by.");
  c.def_property_readonly(
      "name",
      [](const Format& f) {
        const std::string_view name = common_name(f);
        return name.empty() ? std::optional<std::string>() : std::string(name);
      },
      "The name people know it by, such as 'bfloat16', or None.");
  c.def("__repr__", &repr);
  c.def("__str__", [](const Format& f) { return describe(f); });
  c.def(py::self == py::self);  // NOLINT(misc-redundant-expression): pybind11's way to name an operator
  c.def("__hash__", [](const Format& f) { return py::hash(py::str(to_text(f))); });
  c.def(py::pickle([](const Format& f) { return py::str(to_text(f)); },
                   [](const py::str& text) { return parse_format(text.cast<std::string>()); }));
}

}  // namespace

void bind_formats(py::module_& module) {
  py::class_<Format> c(module, "Format", R"(A binary floating-point format: a value, equal to others and hashable.

Format("bfloat16"), Format("e4m3fn:sat"), Format("p8:emin=-20:emax=15"), Format(precision=8, exponent_bits=5).
Wherever a function takes a format it takes the text, too. ConfigError for a text that is no format's.
largest, smallest_normal and the like are floats where float64 has the number, else fractions.Fraction.)");
  c.attr("__module__") = "precipice";
  c.def(py::init([](const FormatArgument& f) { return f.value; }), py::arg("text"));
  c.def(py::init([](const IntegerArgument& precision, const IntegerArgument& exponent_bits) {
          constexpr auto most = std::numeric_limits<long long>::max();
          return checked_format(integer<long long>(precision, "precision", 1, most),
                                integer<long long>(exponent_bits, "exponent_bits", 1, most));
        }),
        py::kw_only(), py::arg("precision"), py::arg("exponent_bits"));
  bind_widths(c);
  bind_numbers(c);
  bind_rules(c);
  bind_text(c);
  module.def(
      "formats",
      [] {
        std::vector<Format> all;
        for (const NamedFormat& named : catalogue()) all.push_back(named.format);
        return all;
      },
      "Every format that has a name.");
}

}  // namespace precipice::python
