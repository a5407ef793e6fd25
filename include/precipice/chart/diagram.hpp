#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/chart/phase.hpp"
#include "precipice/chart/results.hpp"

namespace precipice::chart {

/// Runs by their outcome.
struct Votes {
  std::array<int, 9> of{};  ///< by Outcome

  void add(Outcome outcome) { ++of[static_cast<std::size_t>(outcome)]; }
  [[nodiscard]] int runs() const;
  /// What most runs did; of equals, the one that stands first in the enumeration. Nothing without runs.
  [[nodiscard]] std::optional<Outcome> majority() const;
  [[nodiscard]] int of_majority() const;
};

/// What an empty field of a column says: a step at which something began has not come yet; anything else is unknown.
enum class NoNumber : std::uint8_t { is_late, is_unknown };
NoNumber meaning_of_none(std::string_view column);

/// The lower median, so a number that some run had. Runs without one count as later than all or are left out. Nothing
/// if there is no number, or the median run has none.
std::optional<double> lower_median(std::vector<std::optional<double>> numbers, NoNumber missing);

/// What one place of the diagram shows.
struct DiagramCell {
  std::size_t x = 0, y = 0;  ///< indices of the axes' values
  Votes votes;
  std::optional<double> value;                 ///< if a number is drawn: its median over the seeds
  std::vector<std::optional<double>> numbers;  ///< and that of each seed, ascending, those without one last
  bool mean_factor_vanishes = false;           ///< predicted: 1/B is zero in the format of the cell
  int froze = 0;  ///< runs whose gradients were all zero in the end, whatever their outcome

  [[nodiscard]] int with_value() const;  ///< seeds that have the number
  /// Most runs froze, but the outcome tells of something that came before.
  [[nodiscard]] bool froze_later() const { return 2 * froze > votes.runs() && votes.majority() != Outcome::frozen; }
};

/// A place of a predicted line: where it is drawn (value i of an axis stands at i), and the values in text.
struct LinePoint {
  double x = 0, y = 0;
  std::string x_text, y_text;
};

struct PredictedLine {
  enum class Name : std::uint8_t { collapse_precision, window_closes };
  /// curve: through the points; along_x: at each point a step as wide as the cell; along_y: one as high as the cell.
  enum class Shape : std::uint8_t { curve, along_x, along_y };
  Name name{};
  Shape shape{};
  std::vector<LinePoint> points;
  bool is_inside = false;  ///< some of it lies in the drawn range
};

/// Where along an axis of numbers runs begin, or cease, to do something; measured, not predicted. For each value of the
/// other axis and each seed it lies between two neighbouring runs of which one does it and one does not.
struct BoundaryPoint {
  LinePoint middle;                      ///< the lower median over the seeds of the middle between the two
  double low_place = 0, high_place = 0;  ///< of the outermost runs that any seed's boundary lies between
  double low = 0, high = 0;              ///< their values
  int seeds = 0, with_boundary = 0;      ///< seeds that have runs here, and those whose runs differ
};

struct MeasuredBoundary {
  Boundary boundary{};
  bool is_along_x = false;  ///< the axis that it was looked for along
  std::vector<BoundaryPoint> points;
};

/// The runs in binary64, which cannot absorb for long.
struct Control {
  Votes votes;
  std::optional<double> margin;            ///< mean over the seeds of the final median margin, nats
  std::vector<double> collapse_precision;  ///< each p* (precision whose collapse begins at the margin) once
};

struct Range {
  double low = 0, high = 0;
};

/// One plane of a phase diagram.
struct Panel {
  std::string at;                  ///< the value of the third axis, if there is one
  std::vector<DiagramCell> cells;  ///< row by row from the first value of y
  std::vector<PredictedLine> lines;
  std::vector<MeasuredBoundary> boundaries;
  Control control;
};

/// A phase diagram as numbers: what is drawn, before anything is drawn.
struct Diagram {
  std::string name;
  Axis x, y;          ///< without a second axis y has no key and the one value ""
  std::string by;     ///< key of the third axis, of which each value has a panel; empty without one
  std::string value;  ///< "outcome" or a column
  Seeds seeds{};
  Scale scale{};  ///< of the colours of numbers; never automatic
  FigureSize size{};
  std::vector<Panel> panels;         ///< at least one
  Range x_range, y_range;            ///< what is drawn, in positions; the same in all panels
  std::vector<std::string> caption;  ///< sentences

  [[nodiscard]] bool shows_outcome() const { return value == "outcome"; }
  /// Whether a number has a colour: a logarithm has none for zero and less.
  [[nodiscard]] bool has_colour(const std::optional<double>& number) const {
    return number && (scale != Scale::logarithmic || *number > 0);
  }
};

/// Throws ConfigError for an axis or column that these results do not have.
Diagram phase_diagram(const Results& results, const PhaseRequest& request);

/// The drawn numbers as CSV with the columns kind, the axes' keys, the value's name, seeds, agreeing, low, high, and
/// the third axis' key if there is one:
///   cell                          each place; majority or median, runs, how many of them agree (or have a number), and
///                                 of a number the least and the largest
///   run                           what each seed of a place has, where they are drawn side by side
///   control                       the outcome of binary64, its runs, and how many agree
///   froze-later                   places where most runs froze after what the outcome says; runs, and how many froze
///   predicted-collapse-precision  p*, at each value of the other axis
///   predicted-window-closes       points of the line on which the NFI window of a lone rival has width zero
///   predicted-mean-factor-zero    places whose format has no 1/B
///   measured-BOUNDARY             where runs begin to do it: median, seeds, how many have it, and between which values
std::string to_csv(const Diagram& diagram);

}  // namespace precipice::chart
