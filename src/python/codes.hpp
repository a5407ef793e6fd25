#pragma once

#include <pybind11/numpy.h>

#include "precipice/format/format.hpp"

namespace precipice::python {

/// The narrowest of uint8, uint16, uint32 and uint64 that holds the format's code points. Throws ConfigError for wider
/// formats.
pybind11::dtype code_type(const Format& format);

}  // namespace precipice::python
