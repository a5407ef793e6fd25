#pragma once

#include <pybind11/numpy.h>

#include <span>

#include "precipice/diagnosis/record.hpp"

namespace precipice::python {

/// The records as a structured array: `step` as int64, then every column of record_columns as float64.
pybind11::array trace_array(std::span<const Record> records);

}  // namespace precipice::python
