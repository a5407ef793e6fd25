#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <vector>

#include "precipice/sweep/plan.hpp"

namespace precipice::python {

/// What a person calls a configuration: the text of an experiment file, or the name of one or of a built-in experiment;
/// and what is said on top, KEY=VALUE.
struct Configuration {
  std::string text_or_file;
  bool is_text = false;
  std::vector<std::string> assignments;
};

/// A plan for one run. Throws ConfigError and FileError as single_plan and parse_plan.
Plan plan_of_one(const Configuration& configuration);
/// A plan for a grid.
Plan plan_of_grid(const Configuration& configuration);

/// {"model.hidden": [32, 32], ...}: the values of settings.
pybind11::object as_python(const Value& value);

}  // namespace precipice::python
