#include <pybind11/stl.h>

#include <cstring>

#include "precipice/sweep/checkpoint.hpp"
#include "precipice/sweep/runner.hpp"
#include "python/arguments.hpp"
#include "python/ending.hpp"
#include "python/module.hpp"
#include "python/plans.hpp"
#include "python/traces.hpp"

namespace precipice::python {
namespace {

py::dict onsets_of(const Onsets& onsets) {
  py::dict all;
  for (const OnsetStep& onset : onset_steps) all[py::str(onset.name)] = onsets.*onset.step;
  return all;
}

py::dict settings_of(const Experiment& experiment) {
  py::dict all;
  for (const auto& [name, value] : resolved(experiment)) all[py::str(name)] = as_python(value);
  return all;
}

py::tuple parts_of_run(const Cell& cell, const CellResult& result, const Trace& trace) {
  return py::make_tuple(trace_array(trace.records), std::string(to_text(result.diagnosis.outcome)),
                        onsets_of(result.diagnosis.onsets), result.diagnosis.onsets.spikes,
                        result.diagnosis.inflation_rate, result.steps, result.state_digest, result.cost.engine,
                        cell.key, settings_of(cell.experiment));
}

/// Trains and listens to Python meanwhile.
CellResult watched(const Cell& cell, const py::object& progress, Ending& ending, Trace& trace) {
  const std::int64_t steps = cell.experiment.run.steps;
  const bool tells = !progress.is_none();
  Watch watch;
  watch.stop = ending.stop();
  watch.on_record = [&](const Record& record) {
    if (tells) ending.call([&] { progress(record.step, steps); });
  };
  watch.wants_state = [&](std::int64_t) {
    ending.listen();
    return false;
  };
  const py::gil_scoped_release others_run;
  return compute_cell(cell, watch, trace);
}

py::tuple train(const std::string& config, bool is_text, const std::vector<std::string>& assignments,
                const py::object& progress) {
  const Cell cell = expand(plan_of_one({config, is_text, assignments})).front();
  check_has_beginning(cell.experiment);
  static_cast<void>(validated_data({cell}));
  Ending ending;
  Trace trace;
  CellResult result;
  try {
    result = watched(cell, progress, ending, trace);
  } catch (const Interrupted&) {
    ending.rethrow();
    throw;
  }
  ending.rethrow();
  if (!result.error.empty()) throw Error(ExitCode::check_failed, "the run failed: " + result.error);
  return parts_of_run(cell, result, trace);
}

}  // namespace

py::array trace_array(std::span<const Record> records) {
  py::list fields;
  fields.append(py::make_tuple("step", "<i8"));
  for (const RecordColumn& column : record_columns) fields.append(py::make_tuple(py::str(column.name), "<f8"));
  py::array array(py::dtype::from_args(fields), records.size());
  auto* out = static_cast<char*>(array.mutable_data());
  const auto write = [&out](const auto& number) {
    std::memcpy(out, &number, sizeof number);
    out += sizeof number;
  };
  for (const Record& record : records) {
    write(record.step);
    for (const RecordColumn& column : record_columns) write(record.*column.value);
  }
  return array;
}

void bind_training(py::module_& module) {
  module.def("train", &train, py::arg("config"), py::arg("is_text"), py::arg("assignments"), py::arg("progress"));
}

}  // namespace precipice::python
