#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "precipice/chart/phase.hpp"
#include "precipice/chart/results.hpp"

namespace precipice::chart {

/// A place of the diagram: indices into the values of x and y.
struct Spot {
  std::size_t x = 0, y = 0;
};

/// Results as a request looks at them: two axes drawn, a third in panels, the others held at one value, seeds together.
class View {
 public:
  /// Throws ConfigError for axes and values that these results do not have. Of panels it is the first.
  View(const Results& results, const PhaseRequest& request);

  /// One for each panel: of each value of the third axis, or this one alone without such an axis.
  [[nodiscard]] std::vector<View> panels() const;

  [[nodiscard]] const Results& results() const { return results_; }
  [[nodiscard]] const Axis& x() const { return results_.axes[x_]; }
  /// Without a second axis: no key and one value "".
  [[nodiscard]] const Axis& y() const { return y_ ? results_.axes[*y_] : nothing_; }
  /// The third axis, nullptr without one.
  [[nodiscard]] const Axis* by() const { return by_ ? &results_.axes[*by_] : nullptr; }
  /// Held axes by key, those with a single value among them, and the third axis at the panel's value.
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& held() const { return held_; }
  [[nodiscard]] bool is_drawn(std::string_view key) const { return key == x().key || (y_ && key == y().key); }

  /// Whether a setting is drawn, differs between panels, or is set by bundles that do.
  [[nodiscard]] bool varies_with_drawn(std::string_view key) const;

  /// Whether a run has the held values and is of the grid; it may stand between the values of a drawn axis.
  [[nodiscard]] bool is_in(const FinishedRun& run) const;

  /// The place of a run; nothing for runs outside of the view and those apart from the grid.
  [[nodiscard]] std::optional<Spot> spot_of(const FinishedRun& run) const;

  /// Whether a run is a binary64 control for a place: where it stands on an axis at all, it stands there.
  [[nodiscard]] bool is_control(const FinishedRun& run) const;
  [[nodiscard]] bool is_control_at(const FinishedRun& run, Spot spot) const;

  /// A setting at a place; empty if unknown.
  [[nodiscard]] std::string setting(std::string_view key, Spot spot) const;
  [[nodiscard]] int classes(Spot spot) const;         ///< K
  [[nodiscard]] std::int64_t batch(Spot spot) const;  ///< B: run.batch, or all samples
  /// Seeds that a place may have: those of the results, or the one that is held; none where they are an axis.
  [[nodiscard]] std::vector<std::string> seeds() const;

 private:
  void choose_axes(const PhaseRequest& request);
  void hold(const PhaseRequest& request);
  [[nodiscard]] bool is_by(std::string_view key) const { return by_ && results_.axes[*by_].key == key; }
  [[nodiscard]] bool agrees(const FinishedRun& run, std::size_t axis, std::string_view value) const;

  const Results& results_;
  std::size_t x_ = 0;
  std::optional<std::size_t> y_, by_;
  Axis nothing_{"", {""}};
  std::map<std::string, std::string, std::less<>> held_;
};

}  // namespace precipice::chart
