#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <exception>

namespace precipice::python {

namespace py = pybind11;

/// How Ctrl-C, or an exception of a callback, ends work that runs without the interpreter's lock: the work looks at
/// `stop` and leaves in its own way; then the exception is thrown on.
class Ending {
 public:
  [[nodiscard]] const std::atomic<bool>* stop() const { return &stop_; }

  /// Now and then, by the thread that called from Python.
  void listen() {
    constexpr std::chrono::milliseconds now_and_then{50};
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < now_and_then) return;
    last_ = now;
    call([] {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    });
  }
  /// Calls into Python.
  template <class Function>
  void call(const Function& function) {
    const py::gil_scoped_acquire lock;
    if (stop_) return;
    try {
      function();
    } catch (...) {
      thrown_ = std::current_exception();
      stop_ = true;
    }
  }
  /// Throws what there was, with the lock held.
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  std::atomic<bool> stop_{false};
  std::exception_ptr thrown_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace precipice::python
