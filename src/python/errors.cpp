#include "precipice/format/error.hpp"

#include <exception>

#include "python/module.hpp"

namespace precipice::python {

/// Every error keeps its one line.
void bind_errors(py::module_& module) {
  // NOLINTNEXTLINE(performance-unnecessary-value-param): the type of a translator is pybind11's
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Interrupted& error) {
      PyErr_SetString(PyExc_KeyboardInterrupt, error.what());
    } catch (const Error& error) {
      PyErr_SetString(PyExc_RuntimeError, error.what());
    }
  });
  const auto describe = [](const py::object& type, const char* what) {
    type.attr("__module__") = "precipice";
    type.attr("__doc__") = what;
  };
  describe(py::register_exception<ConfigError>(module, "ConfigError", PyExc_ValueError),
           "Wrong usage or configuration: one line that says what is wrong, where, and what would be right.");
  describe(py::register_exception<FileError>(module, "FileError", PyExc_OSError),
           "A file that is missing, damaged, foreign or cannot be written, in one line.");
}

}  // namespace precipice::python
