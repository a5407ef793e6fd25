#pragma once

#include <pybind11/pybind11.h>

/// What each file adds to the module; the tour of them is module.cpp.
namespace precipice::python {

namespace py = pybind11;

void bind_errors(py::module_& module);
void bind_formats(py::module_& module);
void bind_codes(py::module_& module);
void bind_operations(py::module_& module);
void bind_functions(py::module_& module);
void bind_sums(py::module_& module);
void bind_products(py::module_& module);
void bind_loss(py::module_& module);
void bind_thresholds(py::module_& module);
void bind_training(py::module_& module);
void bind_sweeps(py::module_& module);

}  // namespace precipice::python
