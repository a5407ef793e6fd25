#include "python/plans.hpp"

#include <pybind11/stl.h>

#include "precipice/sweep/choice.hpp"

namespace precipice::python {
namespace {

Plan plan_as_written(const Configuration& c) {
  return c.is_text ? parse_plan(c.text_or_file, "config", "python") : plan_called(c.text_or_file);
}

}  // namespace

Plan plan_of_one(const Configuration& c) {
  constexpr auto reason = "train makes one run";
  if (!c.is_text) return single_plan(c.text_or_file, c.assignments, reason);
  Plan plan = plan_of_grid(c);
  settle(plan, reason);
  return plan;
}

Plan plan_of_grid(const Configuration& c) {
  Plan plan = plan_as_written(c);
  for (const std::string& assignment : c.assignments) override_setting(plan, assignment);
  return plan;
}

pybind11::object as_python(const Value& value) {
  return std::visit([](const auto& x) -> pybind11::object { return pybind11::cast(x); }, value);
}

}  // namespace precipice::python
