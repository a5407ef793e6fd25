#include "precipice/diagnosis/predicted_thresholds.hpp"

#include <fmt/core.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "precipice/diagnosis/prediction.hpp"
#include "precipice/number/code_point.hpp"
#include "precipice/number/ordinal.hpp"
#include "precipice/sweep/settings.hpp"
#include "python/arguments.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

void check(bool holds, const std::string& problem) {
  if (!holds) throw ConfigError(problem);
}

Formulation formulation_of(const std::string& word) {
  Experiment e;
  read_argument("formulation", [&] { find_setting("loss.formulation").apply(e, word); });
  using enum Formulation;
  constexpr std::array known{shift, lse_added, division, reciprocal, accurate};
  check(
      std::ranges::find(known, e.loss.formulation) != known.end(),
      fmt::format("formulation: nothing is predicted of {}; must be shift, lse-added, division, reciprocal or accurate",
                  word));
  return e.loss.formulation;
}

void check_rules(const predicted::GradientRules& rules, const predicted::EqualRivals& rivals) {
  check_float64(rules.format);
  check(has_sign(rules.format) && has_zero(rules.format) && !flushes_operands(rules.format),
        fmt::format("fmt: nothing is predicted of {}; must have a sign and a zero, and flush no operands",
                    describe(rules.format)));
  check(rules.rounding != Rounding::stochastic, "rounding: nothing is predicted of stochastic ones");
  check(rivals.classes >= 2, fmt::format("classes: is {}, but must be at least 2", rivals.classes));
  check(rivals.label >= 0 && rivals.label < rivals.classes,
        fmt::format("label: is {}, but must be a class, 0 to {}", rivals.label, rivals.classes - 1));
  check(rules.batch >= 1, fmt::format("batch: is {}, but must be at least 1", rules.batch));
}

/// The number of an ordinal; infinite beyond the largest, minus infinity below zero.
double margin_at(const Format& format, const Integer& place) {
  if (place < 0) return -never;
  const Format all = plain(format);
  if (place > ordinal(all, largest_finite(all))) return never;
  return to_double(number_at(all, place));
}

py::object range_of(const Format& format, const std::optional<predicted::Threshold>& threshold) {
  if (!threshold) return py::none();
  return py::make_tuple(margin_at(format, threshold->least), margin_at(format, threshold->most));
}

py::dict thresholds(const FormatArgument& format, int classes, int label, const OrderArgument& order,
                    const RoundingArgument& rounding, const std::string& formulation, const std::string& mean,
                    std::int64_t batch) {
  const predicted::GradientRules rules{format.value, rounding.value.direction, formulation_of(formulation),
                                       read_argument("mean", [&] { return parse_mean_place(mean); }), batch};
  const predicted::EqualRivals rivals{order.value, classes, label};
  check_rules(rules, rivals);
  const Format& f = rules.format;
  py::dict all;
  all["absorption_margin"] = predicted::absorption_margin(f, rules.rounding);
  all["collapse_margin"] = predicted::collapse_margin(f, rules.rounding, rivals.order, classes, label);
  all["underflow_margin"] = predicted::underflow_margin(f, rules.rounding, rules.mean, batch);
  std::optional<predicted::Threshold> collapse, survival;
  {
    const py::gil_scoped_release others_run;
    predicted::Thresholds exact(rules);
    collapse = exact.collapse(rivals);
    survival = exact.survival(rivals);
  }
  all["first_collapse"] = range_of(f, collapse);
  all["last_gradient"] = range_of(f, survival);
  return all;
}

}  // namespace

void bind_thresholds(py::module_& module) {
  module.def("thresholds", &thresholds, py::arg("fmt"), py::arg("classes"), py::arg("label") = 0,
             py::arg_v("order", OrderArgument{}, "'sequential'"),
             py::arg_v("rounding", RoundingArgument{}, "'nearest-even'"), py::arg("formulation") = "shift",
             py::arg("mean") = "before", py::arg("batch") = 1);
}

}  // namespace precipice::python
