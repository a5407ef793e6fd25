#include "precipice/format/error.hpp"

#include <exception>

#include "python/module.hpp"

namespace precipice::python {

/// Every error keeps its one line.
void bind_errors(py::module_& module) {
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Interrupted& error) {
      PyErr_SetString(PyExc_KeyboardInterrupt, error.what());
    } catch (const Error& error) {
      PyErr_SetString(PyExc_RuntimeError, error.what());
    }
  });
  py::register_exception<ConfigError>(module, "ConfigError", PyExc_ValueError).attr("__module__") = "precipice";
  py::register_exception<FileError>(module, "FileError", PyExc_OSError).attr("__module__") = "precipice";
}

}  // namespace precipice::python
