#include "chart/view.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/format/nearest_name.hpp"
#include "precipice/sweep/bundles.hpp"

namespace precipice::chart {
namespace {

bool varies(const Axis& axis) { return axis.values.size() > 1; }

/// The axes in the order in which they are drawn unless asked otherwise: exponent bits and p if both vary; else those
/// that vary as the sweep has them; those that do not; seeds.
std::vector<std::size_t> by_default(const Results& results) {
  const auto rank = [&](std::size_t i) {
    const Axis& axis = results.axes[i];
    const auto at = [&](std::string_view key) { return results.axis(key); };
    const bool is_plane =
        at(p_key) && at(exponent_key) && varies(results.axes[*at(p_key)]) && varies(results.axes[*at(exponent_key)]);
    if (is_plane && axis.key == exponent_key) return 0;
    if (is_plane && axis.key == p_key) return 1;
    if (axis.key == seed_key) return 4;
    return varies(axis) ? 2 : 3;
  };
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < results.axes.size(); ++i) order.push_back(i);
  std::ranges::stable_sort(order, {}, rank);
  return order;
}

/// Whether an axis may be the second one without being asked for.
bool is_worth_drawing(const Axis& axis) { return varies(axis) && axis.key != seed_key; }

}  // namespace

View::View(const Results& results, const PhaseRequest& request) : results_(results) {
  choose_axes(request);
  hold(request);
}

void View::choose_axes(const PhaseRequest& request) {
  if (results_.axes.empty()) {
    throw ConfigError(fmt::format("{}: the sweep has no axis to draw over", results_.directory.string()));
  }
  std::vector<std::size_t> left = by_default(results_);
  std::erase_if(left, [&](std::size_t i) {
    return std::ranges::any_of(request.held, [&](const auto& held) { return held.first == results_.axes[i].key; });
  });
  const auto take = [&](std::string_view key) -> std::optional<std::size_t> {
    if (key.empty()) return {};
    const std::size_t index = axis_called(results_, key);
    if (std::erase(left, index) == 0) throw ConfigError(fmt::format("axis '{}' can be drawn or held once only", key));
    return index;
  };
  const auto x = take(request.x);
  y_ = take(request.y);
  by_ = take(request.by);
  if (!x && left.empty()) throw ConfigError("every axis is held; one must be left to draw over");
  x_ = x ? *x : left.front();
  if (!x) left.erase(left.begin());
  if (!y_ && !left.empty() && is_worth_drawing(results_.axes[left.front()])) y_ = left.front();
}

std::vector<View> View::panels() const {
  if (!by_) return {*this};
  std::vector<View> views;
  for (const std::string& value : by()->values) {
    views.push_back(*this);
    views.back().held_[by()->key] = value;
  }
  return views;
}

void View::hold(const PhaseRequest& request) {
  for (const Axis& axis : results_.axes) {
    if (!is_drawn(axis.key) && axis.key != seed_key) held_[axis.key] = axis.values.front();
  }
  if (by_) held_[by()->key] = by()->values.front();
  for (const auto& [key, typed] : request.held) {
    held_[key] = value_on(results_.axes[axis_called(results_, key)], typed);
  }
}

bool View::is_in(const FinishedRun& run) const {
  return std::ranges::all_of(held_,
                             [&](const auto& held) { return run.point[*results_.axis(held.first)] == held.second; });
}

std::optional<Spot> View::spot_of(const FinishedRun& run) const {
  if (!is_in(run)) return {};
  const auto x_index = x().index_of(run.point[x_]);
  const auto y_index = y_ ? y().index_of(run.point[*y_]) : std::size_t{0};
  if (!x_index || !y_index) return {};
  return Spot{*x_index, *y_index};
}

bool View::agrees(const FinishedRun& run, std::size_t axis, std::string_view value) const {
  const std::string& key = results_.axes[axis].key;
  if (key == p_key || key == exponent_key || key == "precision.format") return true;
  return run.point[axis].empty() || run.point[axis] == value;
}

bool View::is_control(const FinishedRun& run) const {
  static const std::string control = to_text(binary64);
  return run.format == control && std::ranges::all_of(held_, [&](const auto& held) {
           return agrees(run, *results_.axis(held.first), held.second);
         });
}

bool View::is_control_at(const FinishedRun& run, Spot spot) const {
  return is_control(run) && agrees(run, x_, x().values[spot.x]) && (!y_ || agrees(run, *y_, y().values[spot.y]));
}

std::string View::setting(std::string_view key, Spot spot) const {
  if (key == x().key) return x().values[spot.x];
  if (y_ && key == y().key) return y().values[spot.y];
  if (const auto held = held_.find(key); held != held_.end()) return held->second;
  if (const auto common = results_.settings.find(key); common != results_.settings.end()) return common->second;
  return is_bundled(key) ? std::string(value_under(setting(bundle_key, spot), key)) : "";
}

bool View::varies_with_drawn(std::string_view key) const {
  if (is_drawn(key) || is_by(key)) return true;
  return is_bundled(key) && (is_drawn(bundle_key) || is_by(bundle_key)) && !results_.settings.contains(key) &&
         !held_.contains(key);
}

namespace {

std::optional<std::int64_t> whole(const std::string& text) {
  const auto number = number_of(text);
  if (!number || !(*number >= 0 && *number < 1e15)) return {};
  return static_cast<std::int64_t>(*number);
}

}  // namespace

int View::classes(Spot spot) const {
  const auto varied = results_.axis("task.classes") ? whole(setting("task.classes", spot)) : std::nullopt;
  return varied ? static_cast<int>(*varied) : results_.classes;
}

std::int64_t View::batch(Spot spot) const {
  const auto batch = whole(setting("run.batch", spot));
  if (batch && *batch > 0) return *batch;
  const auto varied = results_.axis("task.samples") ? whole(setting("task.samples", spot)) : std::nullopt;
  return varied ? *varied : results_.samples;
}

std::vector<std::string> View::seeds() const {
  if (is_drawn(seed_key) || is_by(seed_key)) return {};
  if (const auto held = held_.find(seed_key); held != held_.end()) return {held->second};
  if (const auto axis = results_.axis(seed_key)) return results_.axes[*axis].values;
  const auto common = results_.settings.find(seed_key);
  return common == results_.settings.end() ? std::vector<std::string>() : std::vector<std::string>{common->second};
}

}  // namespace precipice::chart
