#include "python/module.hpp"

// The module `precipice`, of which this is the compiled part; src/python/precipice holds the rest, with the stubs. A
// function takes arrays or numbers, a format and a rounding by name or as a value, and lets other threads of Python run
// while it computes.
PYBIND11_MODULE(_core, module) {
  using namespace precipice::python;
  module.attr("__version__") = PRECIPICE_VERSION;
  bind_errors(module);
  bind_formats(module);
  bind_codes(module);
  bind_operations(module);
  bind_functions(module);
  bind_sums(module);
  bind_products(module);
  bind_loss(module);
  bind_thresholds(module);
  bind_training(module);
  bind_sweeps(module);
}
