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

/// Sums are followed term by term, which takes seconds there.
constexpr int most_classes = 1 << 18;

predicted::EqualRivals rivals_of(const SumOrder& order, const IntegerArgument& classes, const IntegerArgument& label) {
  predicted::EqualRivals rivals{order, integer<int>(classes, "classes", 2, most_classes), 0};
  rivals.label = integer<int>(label, "label", 0, rivals.classes - 1);
  return rivals;
}

void check_rules(const predicted::GradientRules& rules) {
  check_float64(rules.format);
  check(has_sign(rules.format) && has_zero(rules.format) && !flushes_operands(rules.format),
        fmt::format("fmt: nothing is predicted of {}; must have a sign and a zero, and flush no operands",
                    describe(rules.format)));
  check(rules.rounding != Rounding::stochastic, "rounding: nothing is predicted of stochastic ones");
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

py::dict thresholds(const FormatArgument& format, const IntegerArgument& classes, const IntegerArgument& label,
                    const OrderArgument& order, const RoundingArgument& rounding, const std::string& formulation,
                    const std::string& mean, const IntegerArgument& batch) {
  const predicted::GradientRules rules{
      format.value, rounding.value.direction, formulation_of(formulation),
      read_argument("mean", [&] { return parse_mean_place(mean); }),
      integer<std::int64_t>(batch, "batch", 1, std::numeric_limits<std::int64_t>::max())};
  const predicted::EqualRivals rivals = rivals_of(order.value, classes, label);
  check_rules(rules);
  const Format& f = rules.format;
  py::dict all;
  all["absorption_margin"] = predicted::absorption_margin(f, rules.rounding);
  all["collapse_margin"] = predicted::collapse_margin(f, rules.rounding, rivals.order, rivals.classes, rivals.label);
  all["underflow_margin"] = predicted::underflow_margin(f, rules.rounding, rules.mean, rules.batch);
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
  module.def("thresholds", &thresholds, py::arg("fmt"), py::arg("classes"),
             py::arg_v("label", IntegerArgument{py::int_(0)}, "0"), py::arg_v("order", OrderArgument{}, "'sequential'"),
             py::arg_v("rounding", RoundingArgument{}, "'nearest-even'"), py::arg("formulation") = "shift",
             py::arg("mean") = "before", py::arg_v("batch", IntegerArgument{py::int_(1)}, "1"));
}

}  // namespace precipice::python
