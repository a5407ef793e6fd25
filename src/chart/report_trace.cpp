#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "chart/report_parts.hpp"
#include "chart/report_series.hpp"
#include "precipice/chart/report.hpp"

namespace precipice::chart {
namespace {

/// The values of a series one behind the other; one alone if they are all the same.
std::string packed_series(const std::vector<Record>& records, const std::vector<std::size_t>& kept,
                          double Record::*value) {
  std::string text;
  bool is_constant = true;
  for (const std::size_t i : kept) {
    const std::string number = packed(records[i].*value);
    is_constant = is_constant && (text.empty() || text.ends_with(number));
    text += number;
  }
  return is_constant ? text.substr(0, 3) : text;
}

}  // namespace

std::string packed(double value) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::uint32_t cut = 14;  // bits of binary32 that are rounded away, to nearest, ties to even
  if (std::isnan(value)) return "f8A";
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
  const std::uint32_t code = (bits + (1U << (cut - 1)) - 1 + ((bits >> cut) & 1U)) >> cut;
  return {digits[code >> 12], digits[(code >> 6) & 63U], digits[code & 63U]};
}

ReportJson marks_json() {
  ReportJson json;
  for (const ReportMark& mark : report_marks) json.push_back({{"name", mark.name}, {"colour", mark.colour}});
  return json;
}

ReportJson series_json() {
  ReportJson json;
  for (const ReportSeries& one : report_series) json.push_back(one.name);
  return json;
}

ReportJson step_json(const std::optional<std::int64_t>& step) { return step ? ReportJson(*step) : ReportJson(); }

ReportJson onsets_json(const Onsets& onsets) {
  ReportJson json;
  for (const ReportMark& mark : report_marks) json.push_back(step_json(onsets.*mark.step));
  return json;
}

ReportJson trace_json(const std::vector<Record>& records, const Onsets& onsets, std::size_t bytes) {
  constexpr std::size_t around = 110;                                   // brackets, quotes, names
  constexpr std::size_t bytes_a_record = 8 + 3 * report_series.size();  // a step of up to seven digits; numbers
  constexpr std::size_t least = 24, most = 1500;  // records: enough for all onsets; for any screen
  const std::size_t room = (std::max(bytes, around) - around) / bytes_a_record;
  const std::vector<std::size_t> kept = kept_records(records, onsets, std::clamp(room, least, most));
  ReportJson steps = ReportJson::array(), values = ReportJson::array();
  std::int64_t before = 0;
  for (const std::size_t i : kept) {
    steps.push_back(records[i].step - before);
    before = records[i].step;
  }
  for (const ReportSeries& one : report_series) values.push_back(packed_series(records, kept, one.value));
  return {{"steps", std::move(steps)}, {"values", std::move(values)}};
}

}  // namespace precipice::chart
