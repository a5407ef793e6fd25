#include "chart/caption.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "chart/names.hpp"

namespace precipice::chart {
namespace {

/// A sentence about settings in groups: "a, b; c." What varies in the diagram, or is unknown, is left out.
class Sentence {
 public:
  explicit Sentence(const View& view) : view_(view) {}

  /// `pattern` holds {} for the setting's value.
  Sentence& add(std::string_view key, std::string_view pattern) {
    const std::string value = view_.varies_with_drawn(key) ? "" : view_.setting(key, {});
    return add(value.empty() ? "" : fmt::format(fmt::runtime(pattern), value));
  }
  Sentence& add(const std::string& piece) {
    if (piece.empty()) return *this;
    if (!text_.empty()) text_ += begins_group_ ? "; " : ", ";
    text_ += piece;
    begins_group_ = false;
    return *this;
  }
  Sentence& group() {
    begins_group_ = true;
    return *this;
  }
  [[nodiscard]] std::string text() const { return text_ + "."; }

 private:
  const View& view_;
  std::string text_;
  bool begins_group_ = false;
};

std::string batch_of(const View& view) {
  if (view.varies_with_drawn("run.batch")) return "";
  const std::string batch = view.setting("run.batch", {});
  return batch.empty() ? "" : batch == "0" ? "full batch" : fmt::format("batches of {}", batch);
}

std::string seeds_of(const View& view) {
  const auto seeds = view.seeds();
  if (seeds.empty()) return "";
  if (seeds.size() > 6) return fmt::format("{} seeds", seeds.size());
  return fmt::format("seed{}\u00a0{}", seeds.size() > 1 ? "s" : "", fmt::join(seeds, ",\u00a0"));
}

std::string what_was_trained(const View& view) {
  const std::string samples = view.results().axis("task.samples") ? view.setting("task.samples", {})
                                                                  : fmt::format("{}", view.results().samples);
  return Sentence(view)
      .add("task.name", "{}")
      .add(view.varies_with_drawn("task.samples") ? "" : fmt::format("{} samples", samples))
      .add(view.varies_with_drawn("task.classes") ? "" : fmt::format("{} classes", view.classes({})))
      .group()
      .add("model.name", "{}")
      .add("model.hidden", "hidden {}")
      .group()
      .add("optimizer.name", "{}")
      .add("optimizer.learning_rate", "learning rate {}")
      .group()
      .add("run.steps", "{} steps")
      .add(batch_of(view))
      .group()
      .add(seeds_of(view))
      .text();
}

std::string how_it_was_rounded(const View& view) {
  return Sentence(view)
      .add("precision.plan", "Precision plan: {}")
      .add("precision.rounding", "rounding {}")
      .group()
      .add("loss.bundle", "bundle {}")
      .add("loss.formulation", "loss {}")
      .add("loss.order", "sum {}")
      .add("loss.mean", "1/B {}")
      .text();
}

/// Of all panels together; where they share a control, it is counted once.
std::string control_of(const View& view, const Diagram& diagram) {
  Votes votes = diagram.panels.front().control.votes;
  const bool is_one =
      std::ranges::all_of(diagram.panels, [&](const Panel& p) { return p.control.votes.of == votes.of; });
  for (std::size_t i = 1; !is_one && i < diagram.panels.size(); ++i) {
    for (std::size_t k = 0; k < votes.of.size(); ++k) votes.of[k] += diagram.panels[i].control.votes.of[k];
  }
  if (votes.runs() == 0) return "No binary64 control.";
  const bool are_seeds = votes.runs() == static_cast<int>(view.seeds().size());
  return fmt::format("binary64 control: {} ({} of {} {}{}).", to_text(*votes.majority()), votes.of_majority(),
                     votes.runs(), are_seeds ? "seed" : "run", votes.runs() > 1 ? "s" : "");
}

std::string what_is_shown(const Diagram& diagram) {
  if (diagram.seeds == Seeds::spread) return "Each place shows its seeds side by side, in ascending order.";
  const std::string name = value_name(diagram.value).title;
  return diagram.shows_outcome() ? "" : fmt::format("{}: lower median over the seeds.", name);
}

/// The lines of this name, one of each panel that has one.
std::vector<const PredictedLine*> lines_of(const Diagram& diagram, PredictedLine::Name name) {
  std::vector<const PredictedLine*> lines;
  for (const Panel& panel : diagram.panels) {
    for (const PredictedLine& line : panel.lines) {
      if (line.name == name) lines.push_back(&line);
    }
  }
  return lines;
}

bool is_any_inside(const std::vector<const PredictedLine*>& lines) {
  return std::ranges::any_of(lines, &PredictedLine::is_inside);
}

void add_collapse(std::vector<std::string>& caption, const View& view, const Diagram& diagram) {
  const auto lines = lines_of(diagram, PredictedLine::Name::collapse_precision);
  if (lines.empty()) return;
  std::vector<double> precisions;
  std::optional<double> margin;
  for (const Panel& panel : diagram.panels) {
    const std::vector<double>& more = panel.control.collapse_precision;
    precisions.insert(precisions.end(), more.begin(), more.end());
    if (panel.control.margin) margin = panel.control.margin;
  }
  const auto [low, high] = std::ranges::minmax(precisions);
  const std::string number = low < 1       ? fmt::format("up to {:.1f}", high)
                             : low == high ? fmt::format("{:.1f}", low)
                                           : fmt::format("{:.1f} to {:.1f}", low, high);
  const std::string at =
      precisions.size() == 1 ? fmt::format(", {:.1f} nats (K\u00a0=\u00a0{})", *margin, view.classes({})) : "";
  caption.push_back(
      fmt::format("Predicted p* {}{}{}: at it or below, half of the samples should collapse in these steps, by the "
                  "control's final median margin{}.",
                  low < 1 ? "" : "= ", number, is_any_inside(lines) ? "" : ", outside of the diagram", at));
}

void add_closing(std::vector<std::string>& caption, const View& view, const Diagram& diagram) {
  const auto lines = lines_of(diagram, PredictedLine::Name::window_closes);
  if (lines.empty()) return;
  const bool is_across = diagram.y.key == p_key;
  const std::string batch = view.varies_with_drawn("run.batch") || view.varies_with_drawn("task.samples")
                                ? ""
                                : fmt::format("B\u00a0=\u00a0{}", view.batch({}));
  if (is_any_inside(lines)) {
    caption.push_back(
        fmt::format("{} the dash-dotted line no NFI is predicted: there wrong-class gradients underflow before any "
                    "sample collapses{}.",
                    is_across ? "Left of" : "Below", batch.empty() ? "" : fmt::format(" ({})", batch)));
    return;
  }
  const LinePoint& last = lines.front()->points.back();
  caption.push_back(
      fmt::format("The NFI window is predicted to close outside of the diagram, at E\u00a0=\u00a0{:.1f}{}.",
                  *number_of(is_across ? last.x_text : last.y_text), batch.empty() ? "" : fmt::format(" ({})", batch)));
}

void add_measured(std::vector<std::string>& caption, const View& view, const Diagram& diagram) {
  const Panel& panel = diagram.panels.front();
  if (panel.boundaries.empty()) return;
  const std::string& along = panel.boundaries.front().is_along_x ? diagram.x.key : diagram.y.key;
  const auto& refine = view.results().refine;
  const std::string resolution = !refine || refine->axis != along ? ""
                                 : refine->is_logarithmic
                                     ? fmt::format(", bisected to a factor of {}", refine->resolution)
                                     : fmt::format(", bisected to {}", refine->resolution);
  caption.push_back(
      fmt::format("Measured boundaries along {}{}: the median over the seeds; bars reach to the outermost runs between "
                  "which a seed's boundary lies.",
                  along, resolution));
}

void add_slice(std::vector<std::string>& caption, const View& view, const Diagram& diagram) {
  for (const auto& [key, value] : view.held()) {
    const Axis& axis = view.results().axes[*view.results().axis(key)];
    if (axis.values.size() < 2 || key == seed_key || key == diagram.by) continue;
    caption.push_back(fmt::format("Slice at {} = {} ({} other value{} not shown).", key, value, axis.values.size() - 1,
                                  axis.values.size() > 2 ? "s" : ""));
  }
}

void add_gaps(std::vector<std::string>& caption, const Diagram& diagram) {
  std::ptrdiff_t empty = 0;
  std::size_t places = 0;
  for (const Panel& panel : diagram.panels) {
    empty += std::ranges::count_if(panel.cells, [](const DiagramCell& c) { return c.votes.runs() == 0; });
    places += panel.cells.size();
  }
  if (empty > 0) caption.push_back(fmt::format("No run yet in {} of {} places.", empty, places));
}

std::string shortened(const std::string& text, std::size_t characters) {
  return text.size() <= characters ? text : text.substr(0, characters - 3) + "...";
}

}  // namespace

std::vector<std::string> caption_of(const std::vector<View>& views, const Diagram& diagram) {
  const View& view = views.front();
  std::vector<std::string> caption{what_was_trained(view), how_it_was_rounded(view), control_of(view, diagram)};
  if (const std::string shown = what_is_shown(diagram); !shown.empty()) caption.push_back(shown);
  add_collapse(caption, view, diagram);
  add_closing(caption, view, diagram);
  add_measured(caption, view, diagram);
  add_slice(caption, view, diagram);
  add_gaps(caption, diagram);
  return caption;
}

std::string title_of(const Diagram& diagram) {
  constexpr std::size_t most = 40;
  const std::string what = labelled(value_name(diagram.value));
  return diagram.name.empty() ? what : fmt::format("{}: {}", shortened(diagram.name, most), what);
}

}  // namespace precipice::chart
