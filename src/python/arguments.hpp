#pragma once

#include <pybind11/pybind11.h>

#include <concepts>
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

/// The mode whose stochastic roundings draw by this seed.
inline Mode seeded(Mode mode, std::uint64_t seed) {
  mode.draw.key = seed;
  return mode;
}

/// Throws ConfigError unless every number of the format is a float64.
inline void check_float64(const Format& format) {
  if (!contains(binary64, format)) throw ConfigError("fmt: some numbers of " + describe(format) + " are no float64");
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
      value.value = precipice::parse_format(source.cast<std::string>());
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
    value.value = precipice::parse_mode(source.cast<std::string>());
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
    value.value = precipice::parse_sum_order(source.cast<std::string>());
    return true;
  }
  static handle cast(const precipice::python::OrderArgument& order, return_value_policy /*policy*/, handle /*parent*/) {
    return str(precipice::to_text(order.value)).release();
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
