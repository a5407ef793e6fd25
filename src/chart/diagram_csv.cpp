#include <fmt/format.h>

#include "precipice/chart/diagram.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::chart {
namespace {

std::string_view word(const Votes& votes) { return votes.runs() > 0 ? to_text(*votes.majority()) : ""; }

std::string shown(const std::optional<double>& number) { return number ? fmt::format("{}", *number) : ""; }

std::string_view kind_of(PredictedLine::Name name) {
  return name == PredictedLine::Name::collapse_precision ? "predicted-collapse-precision" : "predicted-window-closes";
}

/// The rows of one panel.
class Rows {
 public:
  Rows(const Diagram& diagram, const Panel& panel) : d_(diagram), panel_(panel) {}

  std::string text() {
    for (const DiagramCell& cell : panel_.cells) add(cell);
    if (d_.seeds == Seeds::spread) {
      for (const DiagramCell& cell : panel_.cells) add_runs(cell);
    }
    add_control();
    for (const PredictedLine& line : panel_.lines) {
      for (const LinePoint& point : line.points) row(kind_of(line.name), point.x_text, point.y_text);
    }
    for (const DiagramCell& cell : panel_.cells) {
      if (cell.mean_factor_vanishes) row("predicted-mean-factor-zero", x_of(cell), y_of(cell));
    }
    for (const MeasuredBoundary& boundary : panel_.boundaries) add(boundary);
    return text_;
  }

 private:
  /// What a row says beside its place.
  struct Fields {
    std::string value = {};
    std::optional<int> seeds = {}, agreeing = {};
    std::optional<double> low = {}, high = {};
  };

  void row(std::string_view kind, const std::string& x, const std::string& y, const Fields& fields) {
    const auto count = [](const std::optional<int>& number) { return number ? fmt::format("{}", *number) : ""; };
    text_ += fmt::format("{},{},{},{},{},{},{},{}{}\n", kind, csv_field(x), csv_field(y), fields.value,
                         count(fields.seeds), count(fields.agreeing), shown(fields.low), shown(fields.high),
                         d_.by.empty() ? "" : "," + csv_field(panel_.at));
  }
  void row(std::string_view kind, const std::string& x, const std::string& y) { row(kind, x, y, {}); }

  [[nodiscard]] const std::string& x_of(const DiagramCell& cell) const { return d_.x.values[cell.x]; }
  [[nodiscard]] const std::string& y_of(const DiagramCell& cell) const { return d_.y.values[cell.y]; }

  void add(const DiagramCell& cell) {
    const int runs = cell.votes.runs();
    if (d_.shows_outcome()) {
      row("cell", x_of(cell), y_of(cell), {std::string(word(cell.votes)), runs, cell.votes.of_majority(), {}, {}});
      return;
    }
    const int with_value = cell.with_value();
    Fields fields{shown(cell.value), runs, with_value, {}, {}};
    if (with_value > 0) {
      fields.low = cell.numbers.front();
      fields.high = cell.numbers[static_cast<std::size_t>(with_value) - 1];
    }
    row("cell", x_of(cell), y_of(cell), fields);
  }

  void add_runs(const DiagramCell& cell) {
    for (const auto& number : cell.numbers) row("run", x_of(cell), y_of(cell), {shown(number), {}, {}, {}, {}});
    if (!d_.shows_outcome()) return;
    for (std::size_t i = 0; i < cell.votes.of.size(); ++i) {
      const std::string outcome(to_text(static_cast<Outcome>(i)));
      for (int k = 0; k < cell.votes.of[i]; ++k) row("run", x_of(cell), y_of(cell), {outcome, {}, {}, {}, {}});
    }
  }

  void add_control() {
    if (!d_.shows_outcome()) return;
    for (const DiagramCell& cell : panel_.cells) {
      if (cell.froze_later()) row("froze-later", x_of(cell), y_of(cell), {"", cell.votes.runs(), cell.froze, {}, {}});
    }
    const Votes& control = panel_.control.votes;
    if (control.runs() == 0) return;
    row("control", "", "", {std::string(word(control)), control.runs(), control.of_majority(), {}, {}});
  }

  void add(const MeasuredBoundary& boundary) {
    const std::string kind = fmt::format("measured-{}", to_text(boundary.boundary));
    for (const BoundaryPoint& p : boundary.points) {
      row(kind, p.middle.x_text, p.middle.y_text, {"", p.seeds, p.with_boundary, p.low, p.high});
    }
  }

  const Diagram& d_;
  const Panel& panel_;
  std::string text_;
};

}  // namespace

std::string to_csv(const Diagram& diagram) {
  std::string text = fmt::format("kind,{},{},{},seeds,agreeing,low,high{}\n", csv_field(diagram.x.key),
                                 diagram.y.key.empty() ? "y" : csv_field(diagram.y.key), csv_field(diagram.value),
                                 diagram.by.empty() ? "" : "," + csv_field(diagram.by));
  for (const Panel& panel : diagram.panels) text += Rows(diagram, panel).text();
  return text;
}

}  // namespace precipice::chart
