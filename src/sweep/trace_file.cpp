#include "trace_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "precipice/format/error.hpp"
#include "precipice/format/word.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice {
namespace {

std::string csv_line(const std::vector<std::string>& fields) { return fmt::format("{}\n", fmt::join(fields, ",")); }

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

double number_from(std::string_view text) {
  double value = not_known;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// How many of the record's columns a trace has: those of earlier results lack some at the end.
std::size_t columns_of(std::string_view header, const std::string& place) {
  const std::vector<std::string_view> names = split(header, ',');
  const bool are_known =
      names.size() <= record_columns.size() + 1 && names[0] == "step" &&
      std::equal(names.begin() + 1, names.end(), record_columns.begin(),
                 [](std::string_view name, const RecordColumn& column) { return name == column.name; });
  if (!are_known) throw FileError(fmt::format("{} is no trace of this program: its columns are {}", place, header));
  return names.size() - 1;
}

Record record_from(std::string_view line, std::size_t columns, const std::string& place) {
  const std::vector<std::string_view> fields = split(line, ',');
  if (fields.size() != columns + 1)
    throw FileError(fmt::format("{} is damaged: a row has {} fields", place, fields.size()));
  Record record;
  record.step = static_cast<std::int64_t>(number_from(fields[0]));
  for (std::size_t i = 0; i < record_columns.size(); ++i) {
    record.*record_columns[i].value = i < columns ? number_from(fields[i + 1]) : not_known;
  }
  return record;
}

}  // namespace

std::string trace_table(const Trace& trace) {
  std::vector<std::string> fields{"step"};
  for (const RecordColumn& column : record_columns) fields.emplace_back(column.name);
  std::string text = csv_line(fields);
  for (const Record& record : trace.records) {
    fields.assign(1, fmt::format("{}", record.step));
    for (const RecordColumn& column : record_columns) fields.push_back(csv_number(record.*column.value));
    text += csv_line(fields);
  }
  return text;
}

std::vector<Record> records_from(std::string_view table, const std::string& place) {
  const std::size_t behind_header = std::min(table.find('\n'), table.size());
  const std::size_t columns = columns_of(table.substr(0, behind_header), place);
  std::vector<Record> records;
  std::size_t start = behind_header + 1;
  while (start < table.size()) {
    const std::size_t end = std::min(table.find('\n', start), table.size());
    records.push_back(record_from(table.substr(start, end - start), columns, place));
    start = end + 1;
  }
  return records;
}

std::string histograms_table(const std::vector<UpdateHistogram>& histograms) {
  std::string text = "step,log2,parameters\n";
  for (const UpdateHistogram& h : histograms) {
    const auto row = [&](const auto& log2, std::uint64_t parameters) {
      if (parameters > 0) text += fmt::format("{},{},{}\n", h.step, log2, parameters);
    };
    row("-inf", h.unmoved);
    for (const UpdateHistogram::Binade& binade : h.binades) row(binade.exponent, binade.parameters);
    row("nan", h.not_finite);
  }
  return text;
}

std::string counts_table(const std::vector<OperationCounts>& all) {
  std::vector<std::string> fields{"step", "role"};
  for (const CountColumn& column : count_columns) fields.emplace_back(column.name);
  std::string text = csv_line(fields);
  for (const OperationCounts& of : all) {
    fields = {fmt::format("{}", of.step), std::string(to_text(of.role))};
    for (const CountColumn& column : count_columns) fields.push_back(fmt::format("{}", of.counts.*column.value));
    text += csv_line(fields);
  }
  return text;
}

}  // namespace precipice
