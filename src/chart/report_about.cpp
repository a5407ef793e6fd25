#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "chart/report_parts.hpp"
#include "chart/view.hpp"
#include "precipice/format/error.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/sweep/settings.hpp"

namespace precipice::chart {
namespace {

/// "2 to 24 (23 values)", "3, 4, 5".
std::string range_of(const Axis& axis) {
  const std::ptrdiff_t most = axis.is_numeric ? 12 : 60;
  const std::ptrdiff_t count = std::ssize(axis.values);
  if (count <= most) return fmt::format("{}", fmt::join(axis.values, ", "));
  if (axis.is_numeric) return fmt::format("{} to {} ({} values)", axis.values.front(), axis.values.back(), count);
  return fmt::format("{}, ... ({} values)", fmt::join(axis.values.begin(), axis.values.begin() + most, ", "), count);
}

/// Lines of a name and what is said under it: settings that all runs share, one after the other.
class About {
 public:
  explicit About(const Results& results) : results_(results) {}

  /// A line of settings; each pattern holds {} for the value. What varies or is unknown is left out.
  void line(std::string_view name, std::initializer_list<std::pair<std::string_view, std::string_view>> settings) {
    std::vector<std::string> parts;
    for (const auto& [key, pattern] : settings) {
      said_.insert(std::string(key));
      const auto found = results_.settings.find(key);
      if (found == results_.settings.end() || found->second.empty()) continue;
      parts.push_back(fmt::format(fmt::runtime(pattern), found->second));
    }
    if (!parts.empty()) line(name, fmt::format("{}", fmt::join(parts, ", ")));
  }

  void line(std::string_view name, const std::string& text) { lines_.push_back({name, text}); }

  /// What is not at its default and has not been said.
  void the_rest() {
    std::vector<std::string> parts;
    for (const auto& [key, value] : resolved(Experiment{})) {
      const auto found = results_.settings.find(key);
      if (found == results_.settings.end() || said_.contains(key)) continue;
      if (found->second != canonical_value(to_text(value))) parts.push_back(fmt::format("{} = {}", key, found->second));
    }
    if (!parts.empty()) line("Also set", fmt::format("{}", fmt::join(parts, ", ")));
  }

  [[nodiscard]] ReportJson lines() const { return lines_; }

 private:
  const Results& results_;
  std::set<std::string, std::less<>> said_;
  ReportJson lines_ = ReportJson::array();
};

void add_settings(About& about, const Results& results) {
  const auto value_of = [&](std::string_view key) {
    const auto found = results.settings.find(key);
    return found == results.settings.end() ? std::string() : found->second;
  };
  const std::string samples = fmt::format("{{}} samples of {} classes", results.classes);
  about.line("Task", {{"task.name", "{}"}, {"task.samples", samples}, {"task.test_samples", "{} test samples"}});
  about.line("Model", {{"model.name", "{}"}, {"model.hidden", "hidden {}"}, {"model.activation", "{}"}});
  about.line("Loss", {{"loss.bundle", "bundle {}"},
                      {"loss.formulation", "{}"},
                      {"loss.order", "sum {}"},
                      {"loss.mean", "1/B {}"},
                      {"loss.projection", "projection {}"}});
  about.line("Precision", {{"precision.plan", "plan {}"}, {"precision.rounding", "rounding {}"}});
  about.line("Optimiser", {{"optimizer.name", "{}"}, {"optimizer.learning_rate", "learning rate {}"}});
  about.line("Training", {{"run.steps", "{} steps"},
                          {"run.batch", value_of("run.batch") == "0" ? "full batch" : "batches of {}"},
                          {"run.record_every",
                           value_of("run.record_every") == "1" ? "a record every step" : "a record every {} steps"}});
  about.the_rest();
}

void add_axes(About& about, const Results& results) {
  const auto seed = results.settings.find(seed_key);
  for (const Axis& axis : results.axes) {
    about.line(axis.key == seed_key ? "Seeds" : axis.key == variant_axis ? "Variants" : axis.key, range_of(axis));
  }
  if (seed != results.settings.end()) about.line("Seed", seed->second);
}

/// Version, compiler and data, from the manifest, which read_results has found to be one.
void add_origin(About& about, const std::filesystem::path& directory) {
  const auto manifest = nlohmann::json::parse(read_whole_file(directory / "manifest.json"));
  about.line("Computed by",
             fmt::format("precipice {}, {}", manifest.value("version", "?"), manifest.value("compiler", "?")));
  for (const auto& [name, value] : manifest.at("data").items()) {
    if (value.is_string()) about.line("Data", fmt::format("{}, SHA-256 {}", name, value.get<std::string>()));
  }
}

/// What the grids ask for and cells.csv has not, and what failed.
ReportJson notes(const Results& results, const precipice::Results& disk) {
  ReportJson all = ReportJson::array();
  std::set<std::string, std::less<>> there;
  for (const FinishedRun& run : results.runs) there.insert(run.fields.front());
  const std::vector<Cell> planned = disk.all_cells();
  const auto missing = std::ranges::count_if(planned, [&](const Cell& cell) { return !there.contains(cell.key); });
  const auto failed = std::ranges::count(results.runs, Outcome::failed, &FinishedRun::outcome);
  if (missing > 0)
    all.push_back(fmt::format("Unfinished: {} of {} planned cells are missing.", missing, planned.size()));
  if (failed > 0)
    all.push_back(fmt::format("Failed: {} cell{}; the table says which.", failed, failed == 1 ? "" : "s"));
  return all;
}

}  // namespace

ReportJson about_json(const Results& results, const precipice::Results& disk) {
  About about(results);
  add_settings(about, results);
  add_axes(about, results);
  add_origin(about, results.directory);
  return {{"lines", about.lines()}, {"notes", notes(results, disk)}};
}

}  // namespace precipice::chart
