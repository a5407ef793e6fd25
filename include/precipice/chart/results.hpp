#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/diagnosis/outcome.hpp"
#include "precipice/sweep/plan.hpp"

namespace precipice::chart {

/// What a sweep varied. Values are text; numbers ascend, anything else stands in the order of the sweep.
struct Axis {
  std::string key;
  std::vector<std::string> values;
  bool is_numeric = false;
  bool is_logarithmic = false;  ///< numbers between two values are placed by their logarithms

  /// Where a number stands if values[i] stands at i: interpolated between values, extrapolated beyond them (by a slope
  /// of 1 if there is only one). Nothing if the axis is not numeric.
  [[nodiscard]] std::optional<double> position(double value) const;
  /// Its inverse.
  [[nodiscard]] std::optional<double> value_at(double position) const;
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view value) const;
};

/// One run: a row of cells.csv.
struct FinishedRun {
  int line = 0;                    ///< of cells.csv, for messages
  std::vector<std::string> point;  ///< its value on each axis, empty where it is set apart from the grid
  Outcome outcome = Outcome::failed;
  std::string format;               ///< canonical text
  std::vector<std::string> fields;  ///< the whole row
};

/// Keys of axes that diagrams know.
inline constexpr std::string_view variant_axis = "variant";
inline constexpr std::string_view seed_key = "run.seed";
inline constexpr std::string_view p_key = "precision.p";
inline constexpr std::string_view exponent_key = "precision.exponent_bits";

/// A results directory, as far as diagrams need it.
struct Results {
  std::filesystem::path directory;
  std::string name;
  std::map<std::string, std::string, std::less<>> settings;  ///< resolved settings that are no axes
  std::vector<Variant> variants;
  /// Variants first, then in the order of the sweep; the union of its grids. Values that a refinement has put between
  /// those of a grid belong to runs, not to the axis.
  std::vector<Axis> axes;
  std::optional<Refinement> refine;
  int classes = 0;
  std::int64_t samples = 0;
  std::vector<std::string> columns;  ///< of cells.csv
  std::vector<FinishedRun> runs;

  [[nodiscard]] std::optional<std::size_t> axis(std::string_view key) const;
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
  /// A setting as it was in a run: the run's place on the axis, else the common setting; empty if there is neither.
  [[nodiscard]] std::string_view setting(std::string_view key, const FinishedRun& run) const;
};

/// Whether every run has a number or nothing in this column.
bool holds_numbers(const Results& results, std::size_t column);

/// Index of the axis of this key; throws ConfigError that names the nearest.
std::size_t axis_called(const Results& results, std::string_view key);

/// The value of an axis that is typed so, in its canonical form; throws ConfigError for one that the axis does not
/// have.
std::string value_on(const Axis& axis, const std::string& typed);

/// The variant of this name, nullptr if there is none.
const Variant* find_variant(const Results& results, std::string_view name);

/// Whether `run` has `value` on an axis and stands where `other` does on all others, those apart that a variant fixes.
bool differs_on_one_axis(const Results& results, const FinishedRun& run, const FinishedRun& other, std::size_t axis,
                         std::string_view value, const Variant* variant);

/// Reads DIR/manifest.json and DIR/cells.csv. Throws FileError for what is missing, damaged or from another program.
Results read_results(const std::filesystem::path& directory);

/// The number that the whole text is, nothing for any other text; "inf" and "nan" are numbers.
std::optional<double> number_of(std::string_view text);

/// One way to write each value: 0.001 for 1e-3, [32, 32] for [32,32].
std::string canonical_value(std::string_view text);

}  // namespace precipice::chart
