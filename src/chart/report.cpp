#include "precipice/chart/report.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "chart/report_parts.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::chart {
namespace {

namespace fs = std::filesystem;

constexpr std::array styles{"uplot/uPlot.min.css", "page.css", "figures.css", "print.css"};
/// In this order; all of ours share one function.
constexpr std::array scripts{"elements.js",  "data.js",    "state.js",   "votes.js",        "scale.js",    "about.js",
                             "filters.js",   "tooltip.js", "diagram.js", "overlay.js",      "measured.js", "legend.js",
                             "grid.js",      "panels.js",  "anatomy.js", "onset_figure.js", "onsets.js",   "table.js",
                             "reproduce.js", "print.js",   "start.js"};

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '&': html += "&amp;"; break;
      case '"': html += "&quot;"; break;
      default: html += c;
    }
  }
  return html;
}

/// Texts by the name of their place.
using Filling = std::map<std::string, std::string, std::less<>>;

/// The page with a text in every place that it marks {{name}}; what is put in is not looked at again.
std::string filled(std::string_view page, const Filling& filling) {
  std::string text;
  while (true) {
    const std::size_t mark = page.find("{{");
    text += page.substr(0, mark);
    if (mark == std::string_view::npos) return text;
    const std::size_t end = page.find("}}", mark);
    text += filling.at(std::string(page.substr(mark + 2, end - mark - 2)));
    page.remove_prefix(end + 2);
  }
}

std::string style() {
  std::string all;
  for (const char* const name : styles) all += report_source(name);
  return all;
}

std::string script() {
  std::string all = "(() => {\n\"use strict\";\n";
  for (const char* const name : scripts) all += report_source(name);
  return all + "})();\n";
}

/// Everything but the data.
Filling frame(const std::string& name) {
  return {{"title", escaped(name.empty() ? "precipice" : name)},
          {"style", style()},
          {"uplot-licence", std::string(report_source("uplot/LICENSE"))},
          {"uplot", std::string(report_source("uplot/uPlot.iife.min.js"))},
          {"script", script()},
          {"data", ""},
          {"traces", ""}};
}

std::string text_of(const ReportJson& json) {
  return inlined(json.dump(-1, ' ', false, ReportJson::error_handler_t::replace));
}

/// The experiment file of a directory; null if there is none.
ReportJson experiment_file(const fs::path& directory) {
  std::error_code ignored;
  const fs::path file = directory / "experiment.toml";
  return fs::exists(file, ignored) ? ReportJson(read_whole_file(file)) : ReportJson();
}

}  // namespace

std::string inlined(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    // U+2028 and U+2029 are E2 80 A8 and E2 80 A9; both can stand only inside of a string, as < can.
    const bool ends_line =
        json.compare(i, 2, "\xE2\x80") == 0 && i + 2 < json.size() && (json[i + 2] == '\xA8' || json[i + 2] == '\xA9');
    if (ends_line) {
      safe += json[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      safe += json[i] == '<' ? std::string("\\u003c") : std::string(1, json[i]);
    }
  }
  return safe;
}

std::string report_page(const fs::path& directory) {
  const Results results = read_results(directory);
  const precipice::Results disk(directory);
  ReportJson data{{"name", results.name},    {"about", about_json(results, disk)}, {"marks", marks_json()},
                  {"series", series_json()}, {"toml", experiment_file(directory)}, {"diagram", diagram_json(results)}};
  data.update(table_json(results));
  Filling filling = frame(results.name);
  const std::string_view page = report_source("page.html");
  constexpr std::size_t spare = 1000;  // commas, and the few characters that are written longer
  const std::size_t taken = filled(page, filling).size() + text_of(data).size() + spare;
  const std::size_t most = most_bytes(results.runs.size());
  RunsJson runs = runs_json(results, disk, most > taken ? most - taken : 0);
  data["details"] = std::move(runs.details);
  filling["data"] = text_of(data);
  filling["traces"] = text_of(runs.traces);
  return filled(page, filling);
}

fs::path write_report(const ReportRequest& request) {
  fs::path file = request.output.empty() ? request.directory / "report.html" : request.output;
  std::error_code ignored;
  for (const char* const own : {"manifest.json", "cells.csv", "experiment.toml"}) {
    if (fs::weakly_canonical(file, ignored) != fs::weakly_canonical(request.directory / own, ignored)) continue;
    throw ConfigError(fmt::format("'{}' is a file of the results; choose another name", file.string()));
  }
  write_whole_file(file, report_page(request.directory));
  return file;
}

}  // namespace precipice::chart
