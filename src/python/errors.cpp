#include "precipice/format/error.hpp"

#include <algorithm>
#include <exception>
#include <string>

#include "python/module.hpp"

namespace precipice::python {

namespace {

// Types of Python's, which live as long as the process.
PyObject *config_error = nullptr, *file_error = nullptr;

/// A message quotes what it was given; control characters in it are shown as '?'.
void raise(PyObject* type, const Error& error) {
  std::string line = error.what();
  constexpr char first_printable = 0x20, last_control = 0x7f;
  std::ranges::replace_if(
      line, [](char c) { return (c >= 0 && c < first_printable) || c == last_control; }, '?');
  PyErr_SetString(type, line.c_str());
}

}  // namespace

/// Every error keeps its one line.
void bind_errors(py::module_& module) {
  const auto describe = [](const py::object& type, const char* what) {
    type.attr("__module__") = "precipice";
    type.attr("__doc__") = what;
  };
  const py::exception<ConfigError> config(module, "ConfigError", PyExc_ValueError);
  const py::exception<FileError> file(module, "FileError", PyExc_OSError);
  describe(config, "Wrong usage or configuration: one line that says what is wrong, where, and what would be right.");
  describe(file, "A file that is missing, damaged, foreign or cannot be written, in one line.");
  config_error = config.inc_ref().ptr();
  file_error = file.inc_ref().ptr();
  // NOLINTNEXTLINE(performance-unnecessary-value-param): the type of a translator is pybind11's
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const ConfigError& error) {
      raise(config_error, error);
    } catch (const FileError& error) {
      raise(file_error, error);
    } catch (const Interrupted& error) {
      raise(PyExc_KeyboardInterrupt, error);
    } catch (const Error& error) {
      raise(PyExc_RuntimeError, error);
    }
  });
}

}  // namespace precipice::python
