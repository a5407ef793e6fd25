#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/chart/results.hpp"
#include "precipice/sweep/results.hpp"

// The parts of a report, as JSON. src/chart/report/data.js says what it is to the page.

namespace precipice::chart {

using ReportJson = nlohmann::ordered_json;

/// A file of src/chart/report by its name there, as it was when the program was built.
std::string_view report_source(std::string_view name);

/// What was run, in lines of a name and a text, and what is missing, in sentences.
ReportJson about_json(const Results& results, const precipice::Results& disk);

/// Axes, columns, outcomes and every row of cells.csv but for `seconds`. A value on an axis and an outcome are indices,
/// numbers have six digits, anything else is text (a value between those of the axis, too); null is empty.
ReportJson table_json(const Results& results);

/// The axes of the phase diagram, and for each combination of the values of others (`slices_drawn` at most) what is
/// predicted in it. Null without an axis.
ReportJson diagram_json(const Results& results);

/// Combinations of values that predicted lines are computed for.
inline constexpr std::size_t slices_drawn = 200;

/// The run in binary64 that differs from this one in its format alone (p, exponent bits, and variants that change
/// nothing but the precision); nothing for one in binary64.
std::optional<std::size_t> control_of(const Results& results, std::size_t run);

/// What the page says of a run beside its row, and its trace; both in the order of the runs.
struct RunsJson {
  ReportJson details = ReportJson::array(), traces = ReportJson::array();
};

/// `bytes`: what details and traces may take together.
RunsJson runs_json(const Results& results, const precipice::Results& disk, std::size_t bytes);

/// What `train` must be told to make this run: KEY=VALUE for each --set. Nothing for one that began from a checkpoint.
std::optional<std::vector<std::string>> train_settings(const Experiment& experiment);

/// Marks of the onsets and series of traces, as the page shows them.
ReportJson marks_json();
ReportJson series_json();

/// A trace with at most so many bytes; see kept_records.
ReportJson trace_json(const std::vector<Record>& records, const Onsets& onsets, std::size_t bytes);

/// The steps of the onsets in the order of marks_json.
ReportJson onsets_json(const Onsets& onsets);

/// A step, or null.
ReportJson step_json(const std::optional<std::int64_t>& step);

}  // namespace precipice::chart
