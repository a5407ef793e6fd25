#pragma once

#include <pybind11/pybind11.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/rounding/rounding.hpp"

// What functions take by name: a Format, or its text; a rounding and an order of summation by their texts.

namespace precipice::python {

/// A format, given as one or by its text.
struct FormatArgument {
  Format value = binary64;
};

/// How operations round, but for the seed.
struct RoundingArgument {
  Mode value;
};

struct OrderArgument {
  SumOrder value;
};

/// A path: a text, or what has __fspath__.
struct PathArgument {
  std::string value;
};

/// An integer of Python or NumPy, not yet looked at.
struct IntegerArgument {
  pybind11::object value;
};

/// What stochastic roundings draw by.
struct SeedArgument {
  std::uint64_t value = 0;
};

/// Throws ConfigError for what is no integer within the bounds.
template <std::integral T>
T integer(const IntegerArgument& argument, const std::string& name, T least, T most) {
  namespace py = pybind11;
  const auto whole = py::reinterpret_steal<py::object>(PyNumber_Index(argument.value.ptr()));
  if (!whole) PyErr_Clear();
  if (whole && !(whole < py::int_(least)) && !(whole > py::int_(most))) return whole.cast<T>();
  constexpr int longest = 128;  // bits of what is written out
  const bool is_short = whole && whole.attr("bit_length")().cast<std::int64_t>() <= longest;
  const std::string what = !whole ? "no integer" : is_short ? py::str(whole).cast<std::string>() : "a long integer";
  throw ConfigError(name + ": is " + what + ", but must be an integer from " + std::to_string(least) + " to " +
                    std::to_string(most));
}

/// UTF-8. Throws ConfigError for lone surrogates.
inline std::string utf8_of(const pybind11::handle& text) {
  Py_ssize_t length = 0;
  if (const char* const bytes = PyUnicode_AsUTF8AndSize(text.ptr(), &length)) {
    return {bytes, static_cast<std::size_t>(length)};
  }
  PyErr_Clear();
  throw ConfigError("a text with a lone surrogate is none: it has no UTF-8");
}

/// The mode whose stochastic roundings draw by this seed.
inline Mode seeded(Mode mode, const SeedArgument& seed) {
  mode.draw.key = seed.value;
  return mode;
}

/// Throws ConfigError unless every number of the format is a float64.
inline void check_float64(const Format& format, const std::string& name = "fmt") {
  if (!contains(binary64, format))
    throw ConfigError(name + ": some numbers of " + describe(format) + " are no float64");
}

/// The result of `read`; the message of its ConfigError gets the name of the argument.
template <class Read>
auto read_argument(const std::string& name, const Read& read) {
  try {
    return read();
  } catch (const ConfigError& error) {
    throw ConfigError(name + ": " + error.what());
  }
}

}  // namespace precipice::python

namespace pybind11::detail {

template <>
struct type_caster<precipice::python::FormatArgument> {
  PYBIND11_TYPE_CASTER(precipice::python::FormatArgument, const_name("Format | str"));

  /// A text that is no format's is an error, not another type.
  bool load(handle source, bool /*convert*/) {
    if (isinstance<str>(source)) {
      value.value = precipice::parse_format(precipice::python::utf8_of(source));
      return true;
    }
    if (!isinstance<precipice::Format>(source)) return false;
    value.value = source.cast<const precipice::Format&>();
    return true;
  }
  static handle cast(const precipice::python::FormatArgument& format, return_value_policy /*policy*/,
                     handle /*parent*/) {
    return pybind11::cast(format.value).release();
  }
};

template <>
struct type_caster<precipice::python::RoundingArgument> {
  PYBIND11_TYPE_CASTER(precipice::python::RoundingArgument, const_name("str"));

  bool load(handle source, bool /*convert*/) {
    if (!isinstance<str>(source)) return false;
    value.value = precipice::parse_mode(precipice::python::utf8_of(source));
    return true;
  }
  static handle cast(const precipice::python::RoundingArgument& mode, return_value_policy /*policy*/,
                     handle /*parent*/) {
    return str(precipice::to_text(mode.value)).release();
  }
};

template <>
struct type_caster<precipice::python::OrderArgument> {
  PYBIND11_TYPE_CASTER(precipice::python::OrderArgument, const_name("str"));

  bool load(handle source, bool /*convert*/) {
    if (!isinstance<str>(source)) return false;
    value.value = precipice::parse_sum_order(precipice::python::utf8_of(source));
    return true;
  }
  static handle cast(const precipice::python::OrderArgument& order, return_value_policy /*policy*/, handle /*parent*/) {
    return str(precipice::to_text(order.value)).release();
  }
};

template <>
struct type_caster<precipice::python::IntegerArgument> {
  PYBIND11_TYPE_CASTER(precipice::python::IntegerArgument, const_name("int"));

  bool load(handle source, bool /*convert*/) {
    value.value = reinterpret_borrow<object>(source);
    return true;
  }
  static handle cast(const precipice::python::IntegerArgument& integer, return_value_policy /*policy*/,
                     handle /*parent*/) {
    return integer.value.inc_ref();
  }
};

template <>
struct type_caster<precipice::python::SeedArgument> {
  PYBIND11_TYPE_CASTER(precipice::python::SeedArgument, const_name("int"));

  bool load(handle source, bool /*convert*/) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    value.value = precipice::python::integer<std::uint64_t>({reinterpret_borrow<object>(source)}, "seed", 0, most);
    return true;
  }
  static handle cast(const precipice::python::SeedArgument& seed, return_value_policy /*policy*/, handle /*parent*/) {
    return pybind11::int_(seed.value).release();
  }
};

template <>
struct type_caster<precipice::python::PathArgument> {
  PYBIND11_TYPE_CASTER(precipice::python::PathArgument, const_name("str | os.PathLike[str]"));

  bool load(handle source, bool /*convert*/) {
    const auto path = reinterpret_steal<object>(PyOS_FSPath(source.ptr()));
    if (!path) PyErr_Clear();
    if (!path || !isinstance<str>(path)) return false;
    value.value = path.cast<std::string>();
    return true;
  }
};

}  // namespace pybind11::detail
