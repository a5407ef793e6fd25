#include "python/codes.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <limits>

#include "precipice/format/catalogue.hpp"
#include "precipice/number/code_point.hpp"
#include "python/arguments.hpp"
#include "python/arrays.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

using Codes = py::array_t<std::uint64_t, py::array::c_style | py::array::forcecast>;

/// Calls visitor(C{}) with the type of the format's code points.
template <class Visitor>
auto with_code_type(const Format& format, const Visitor& visitor) {
  if (width(format) <= 8) return visitor(std::uint8_t{});
  if (width(format) <= 16) return visitor(std::uint16_t{});
  if (width(format) <= 32) return visitor(std::uint32_t{});
  if (width(format) <= 64) return visitor(std::uint64_t{});
  throw ConfigError(fmt::format("fmt: a code point of {} has {} bits, and those of arrays at most 64", describe(format),
                                width(format)));
}

Codes codes_of(const py::handle& source, const Format& format) {
  const py::array array = py::array::ensure(source);
  const char kind = array ? array.dtype().kind() : 'O';
  const bool is_listed = !py::isinstance<py::array>(source);  // integers as they are written, or none
  const bool is_empty = array && array.size() == 0;
  const bool is_natural = is_empty || (kind == 'i' && !(py::array(array).attr("min")() < py::int_(0)));
  if (kind != 'u' && !(is_listed && is_natural)) {
    throw ConfigError(fmt::format("codes: must be unsigned integers, such as those of {}",
                                  py::str(code_type(format)).cast<std::string>()));
  }
  return Codes(array);
}

/// Precondition: every number of the format is a double.
double decoded(const Format& format, std::uint64_t code) {
  const Exact value = precipice::decode(format, code);
  return value.is_nan() ? std::numeric_limits<double>::quiet_NaN() : to_double(value);
}

void decode_all(const Format& format, std::span<const std::uint64_t> codes, std::span<double> out) {
  constexpr int widest_table = 16;
  const bool tabulates = width(format) <= widest_table && codes.size() > (std::size_t{1} << width(format));
  std::vector<double> table;
  if (tabulates) {
    for (std::uint64_t code = 0; code < (std::uint64_t{1} << width(format)); ++code) {
      table.push_back(decoded(format, code));
    }
  }
  for (std::size_t i = 0; i < codes.size(); ++i) {
    out[i] = codes[i] < table.size() ? table[codes[i]] : decoded(format, codes[i]);
  }
}

py::object decode(const py::handle& source, const FormatArgument& format) {
  check_float64(format.value);
  const Codes codes = codes_of(source, format.value);
  auto out = new_array(shape_of(codes));
  const std::span<const std::uint64_t> in(codes.data(), static_cast<std::size_t>(codes.size()));
  const std::span<double> results = span_of(out);
  {
    const py::gil_scoped_release others_run;
    decode_all(format.value, in, results);
  }
  return result(std::move(out));
}

py::object encode(const py::handle& source, const FormatArgument& format) {
  const Values x(source, "x");
  return with_code_type(format.value, [&]<class C>(C) -> py::object {
    py::array_t<C> out(x.shape());
    const std::span<const double> in = x.span();
    C* const results = out.mutable_data();
    {
      const py::gil_scoped_release others_run;
      for (std::size_t i = 0; i < in.size(); ++i) {
        results[i] = static_cast<C>(static_cast<std::uint64_t>(precipice::encode(format.value, Exact::from(in[i]))));
      }
    }
    if (out.ndim() > 0) return out;
    return out[py::tuple()];
  });
}

}  // namespace

py::dtype code_type(const Format& format) {
  return with_code_type(format, []<class C>(C) { return py::dtype::of<C>(); });
}

void bind_codes(py::module_& module) {
  module.def("encode", &encode, py::arg("x"), py::arg("fmt"), R"(Code points of numbers of a format.

x: an array of any shape, of numbers that the format has (see round). Returns an array of that shape of the narrowest
of uint8, uint16, uint32 and uint64. A NaN gets the format's quiet one. ConfigError for a number that the format does
not have, and for formats of more than 64 bits.)");
  module.def("decode", &decode, py::arg("codes"), py::arg("fmt"), R"(The numbers of code points, as float64.

codes: an array of any shape, of unsigned integers. ConfigError for a code with more bits than the format, and for
formats of which some number is no float64.)");
}

}  // namespace precipice::python
