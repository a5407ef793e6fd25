#include "precipice/training/cross_entropy.hpp"

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "precipice/sweep/settings.hpp"
#include "python/arguments.hpp"
#include "python/arrays.hpp"
#include "python/module.hpp"

namespace precipice::python {
namespace {

/// Throws ConfigError for other types.
Value number_or_word(const py::handle& value) {
  if (py::isinstance<py::str>(value)) return utf8_of(value);
  const bool is_truth = py::isinstance<py::bool_>(value) || py::isinstance(value, py::dtype::of<bool>().attr("type"));
  if (is_truth) return std::string(value.cast<bool>() ? "true" : "false");
  int is_beyond = 0;
  const std::int64_t whole =
      py::isinstance<py::int_>(value) ? PyLong_AsLongLongAndOverflow(value.ptr(), &is_beyond) : 0;
  if (py::isinstance<py::int_>(value) && is_beyond == 0) return whole;
  const double x = PyFloat_AsDouble(value.ptr());
  if (PyErr_Occurred() == nullptr) return x;
  PyErr_Clear();
  throw ConfigError("must be a number, a word, True or False");
}

/// The loss alone in the format, as the plan loss-only has it.
Experiment experiment_of(const FormatArgument& format, const RoundingArgument& rounding, const SeedArgument& seed,
                         const py::kwargs& settings) {
  Experiment e;
  e.precision = {.plan = PrecisionPlan::loss_only, .format = format.value, .rounding = rounding.value};
  e.run.seed = seed.value;
  for (const auto& [key, value] : settings) {
    const auto name = key.cast<std::string>();
    read_argument(name, [&, given = value] { find_setting("loss." + name).apply(e, number_or_word(given)); });
  }
  return e;
}

/// Labels in [0, classes), one for each sample.
std::vector<std::uint32_t> labels_of(const py::handle& source, std::size_t samples, std::size_t classes) {
  const py::array array = py::array::ensure(source);
  const char kind = array ? array.dtype().kind() : 'O';
  if ((kind != 'i' && kind != 'u') || array.ndim() != 1 || static_cast<std::size_t>(array.size()) != samples) {
    throw ConfigError(fmt::format("labels: must be {} integers, one for each row of logits", samples));
  }
  std::vector<std::uint32_t> labels;
  const auto take = [&]<class T>(const py::array_t<T, py::array::c_style | py::array::forcecast>& integers) {
    for (py::ssize_t i = 0; i < integers.size(); ++i) {
      const T label = integers.data()[i];
      if (std::cmp_less(label, 0) || std::cmp_greater_equal(label, classes)) {
        throw ConfigError(fmt::format("labels: {} at {} is no class, which are 0 to {}", label, i, classes - 1));
      }
      labels.push_back(static_cast<std::uint32_t>(label));
    }
  };
  if (kind == 'i') take(py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>(array));
  if (kind == 'u') take(py::array_t<std::uint64_t, py::array::c_style | py::array::forcecast>(array));
  return labels;
}

py::tuple softmax_cross_entropy(const py::handle& logits, const py::handle& labels, const FormatArgument& format,
                                const RoundingArgument& rounding, const SeedArgument& seed,
                                const py::kwargs& settings) {
  const Values z(logits, "logits");
  const Shape shape = z.shape();
  if (shape.size() != 2 || shape[0] < 1 || shape[1] < 2) {
    throw ConfigError(fmt::format("logits: has the shape {}, but must be samples x classes, of two classes at least",
                                  to_text(shape)));
  }
  const auto samples = static_cast<std::size_t>(shape[0]), classes = static_cast<std::size_t>(shape[1]);
  const std::vector<std::uint32_t> known = labels_of(labels, samples, classes);
  const Experiment e = experiment_of(format, rounding, seed, settings);
  auto losses = new_array({shape[0]}), gradients = new_array(shape);
  py::array_t<bool> collapsed(shape[0]);
  const CrossEntropyResults out{
      span_of(losses), {gradients.mutable_data(), samples, classes}, {collapsed.mutable_data(), samples}};
  {
    const py::gil_scoped_release others_run;
    precipice::softmax_cross_entropy({z.span().data(), samples, classes}, known, e.precision, e.loss, seed.value, out);
  }
  return py::make_tuple(losses, gradients, collapsed);
}

}  // namespace

void bind_loss(py::module_& module) {
  module.def("softmax_cross_entropy", &softmax_cross_entropy, py::arg("logits"), py::arg("labels"), py::arg("fmt"),
             py::arg_v("rounding", RoundingArgument{}, "'nearest-even'"), py::arg_v("seed", SeedArgument{}, "0"));
}

}  // namespace precipice::python
