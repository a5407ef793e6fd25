#include "chart/measured_boundaries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "precipice/format/error.hpp"

namespace precipice::chart {
namespace {

/// The column that is empty in a run that did not do it.
std::string_view column_of(Boundary boundary) {
  switch (boundary) {
    case Boundary::absorption: return "first_absorption";
    case Boundary::nfi: return "nfi_onset";
    case Boundary::freezing: return "frozen_at";
    case Boundary::spike: break;
  }
  return "first_spike";
}

std::vector<Boundary> boundaries_of(const View& view, const PhaseRequest& request) {
  if (request.boundaries) return *request.boundaries;
  const auto& refine = view.results().refine;
  const bool is_drawn = refine && view.is_drawn(refine->axis);
  return is_drawn ? refine->boundaries : std::vector<Boundary>();
}

/// The axis that boundaries are looked for along.
const Axis& axis_along(const View& view) {
  const auto& refine = view.results().refine;
  const Axis* const drawn[] = {&view.x(), &view.y()};
  const auto rank = [&](const Axis* axis) {
    if (!axis->is_numeric) return 3;
    if (refine && axis->key == refine->axis) return 0;
    return axis->key == p_key ? 1 : 2;
  };
  const Axis& axis = **std::ranges::min_element(drawn, {}, rank);
  if (axis.is_numeric) return axis;
  throw ConfigError(
      fmt::format("boundaries lie along an axis of numbers, and {} has none; choose another with -x or -y",
                  view.y().key.empty() ? view.x().key : view.x().key + " or " + view.y().key));
}

/// A run of one seed: where it stands on the axis, and whether it did it.
struct Place {
  double value;
  bool happens;
};

/// Where neighbours differ: between these two values.
struct Crossing {
  double low, high, middle;
};

/// Of one seed at one value of the other axis.
class Line {
 public:
  void add(Place place) { places_.push_back(place); }

  /// The lower median of the crossings, nothing if all runs do the same.
  [[nodiscard]] std::optional<Crossing> crossing(const Axis& axis) {
    std::ranges::stable_sort(places_, {}, &Place::value);
    std::vector<Crossing> found;
    for (std::size_t i = 1; i < places_.size(); ++i) {
      const double low = places_[i - 1].value, high = places_[i].value;
      if (places_[i - 1].happens == places_[i].happens) continue;
      found.push_back({low, high, axis.is_logarithmic ? std::sqrt(low * high) : low + (high - low) / 2});
    }
    if (found.empty()) return {};
    return found[(found.size() - 1) / 2];
  }

 private:
  std::vector<Place> places_;
};

using Lines = std::map<std::string, Line>;  ///< by seed

/// The lines of each value of the other axis. A run that failed says nothing.
std::vector<Lines> lines_of(const View& view, const Axis& along, const Axis& across, Boundary boundary) {
  const Results& results = view.results();
  const auto column = results.column(column_of(boundary));
  std::vector<Lines> lines(across.values.size());
  if (!column) return lines;
  const std::size_t along_index = *results.axis(along.key);
  const auto seed = results.axis(seed_key);
  for (const FinishedRun& run : results.runs) {
    const auto place = view.is_in(run) ? number_of(run.point[along_index]) : std::nullopt;
    const auto i = across.key.empty() ? std::size_t{0} : across.index_of(run.point[*results.axis(across.key)]);
    if (!place || !i || run.outcome == Outcome::failed) continue;
    lines[*i][seed ? run.point[*seed] : ""].add({*place, !run.fields[*column].empty()});
  }
  return lines;
}

/// Nothing if no seed has the boundary here.
std::optional<BoundaryPoint> point_of(Lines& lines, const Axis& along, const Axis& across, std::size_t i,
                                      bool is_along_x) {
  BoundaryPoint point;
  std::vector<std::optional<double>> middles;
  for (auto& [seed, line] : lines) {
    ++point.seeds;
    const auto crossing = line.crossing(along);
    if (!crossing) continue;
    point.low = middles.empty() ? crossing->low : std::min(point.low, crossing->low);
    point.high = middles.empty() ? crossing->high : std::max(point.high, crossing->high);
    middles.emplace_back(crossing->middle);
  }
  if (middles.empty()) return {};
  point.with_boundary = static_cast<int>(middles.size());
  const double middle = *lower_median(middles, NoNumber::is_unknown);
  point.low_place = *along.position(point.low);
  point.high_place = *along.position(point.high);
  const double place = *along.position(middle);
  const std::string text = fmt::format("{}", middle);
  const auto other = static_cast<double>(i);
  point.middle =
      is_along_x ? LinePoint{place, other, text, across.values[i]} : LinePoint{other, place, across.values[i], text};
  return point;
}

}  // namespace

std::vector<MeasuredBoundary> measured_boundaries(const View& view, const PhaseRequest& request) {
  std::vector<MeasuredBoundary> measured;
  for (const Boundary boundary : boundaries_of(view, request)) {
    const Axis& along = axis_along(view);
    const bool is_along_x = &along == &view.x();
    const Axis& across = is_along_x ? view.y() : view.x();
    MeasuredBoundary result{boundary, is_along_x, {}};
    std::vector<Lines> lines = lines_of(view, along, across, boundary);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (auto point = point_of(lines[i], along, across, i, is_along_x)) result.points.push_back(std::move(*point));
    }
    measured.push_back(std::move(result));
  }
  return measured;
}

}  // namespace precipice::chart
