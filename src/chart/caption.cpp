#include "chart/caption.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

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
  if (view.is_drawn("run.batch")) return "";
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
      .add(view.is_drawn("task.samples") ? "" : fmt::format("{} samples", samples))
      .add(view.is_drawn("task.classes") ? "" : fmt::format("{} classes", view.classes({})))
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

std::string control_of(const Votes& votes) {
  if (votes.runs() == 0) return "No binary64 control.";
  return fmt::format("binary64 control: {} ({} of {} seed{}).", to_text(*votes.majority()), votes.of_majority(),
                     votes.runs(), votes.runs() > 1 ? "s" : "");
}

const PredictedLine* line_of(const Diagram& diagram, PredictedLine::Name name) {
  const auto found = std::ranges::find(diagram.lines, name, &PredictedLine::name);
  return found == diagram.lines.end() ? nullptr : &*found;
}

void add_collapse(std::vector<std::string>& caption, const View& view, const Diagram& diagram) {
  const PredictedLine* const line = line_of(diagram, PredictedLine::Name::collapse_precision);
  if (line == nullptr) return;
  const auto [low, high] = std::ranges::minmax(diagram.control.collapse_precision);
  const bool is_one = diagram.control.collapse_precision.size() == 1;
  const std::string number = is_one ? fmt::format("{:.1f}", low) : fmt::format("{:.1f} to {:.1f}", low, high);
  const std::string margin =
      is_one ? fmt::format(", {:.1f} nats (K\u00a0=\u00a0{})", *diagram.control.margin, view.classes({})) : "";
  caption.push_back(
      fmt::format("Predicted p* = {}{}: the precision whose softmax collapses at the control's final median "
                  "margin{}; a higher one should not collapse in these steps.",
                  number, line->is_inside ? "" : ", outside of the diagram", margin));
}

void add_closing(std::vector<std::string>& caption, const View& view, const Diagram& diagram) {
  const PredictedLine* const line = line_of(diagram, PredictedLine::Name::window_closes);
  if (line == nullptr) return;
  const bool is_across = diagram.y.key == p_key;
  if (line->is_inside) {
    caption.push_back(
        fmt::format("{} the dash-dotted line no NFI is predicted: there wrong-class gradients underflow before the "
                    "softmax collapses (B\u00a0=\u00a0{}).",
                    is_across ? "Left of" : "Below", view.batch({})));
    return;
  }
  const LinePoint& last = line->points.back();
  caption.push_back(fmt::format(
      "The NFI window is predicted to close outside of the diagram, at E\u00a0=\u00a0{:.1f} (B\u00a0=\u00a0{}).",
      *number_of(is_across ? last.x_text : last.y_text), view.batch({})));
}

void add_slice(std::vector<std::string>& caption, const View& view) {
  for (const auto& [key, value] : view.held()) {
    const Axis& axis = view.results().axes[*view.results().axis(key)];
    if (axis.values.size() < 2 || key == seed_key) continue;
    caption.push_back(fmt::format("Slice at {} = {} ({} other value{} not shown).", key, value, axis.values.size() - 1,
                                  axis.values.size() > 2 ? "s" : ""));
  }
}

void add_gaps(std::vector<std::string>& caption, const Diagram& diagram) {
  const auto empty = std::ranges::count_if(diagram.cells, [](const DiagramCell& c) { return c.votes.runs() == 0; });
  if (empty > 0) caption.push_back(fmt::format("No run yet in {} of {} places.", empty, diagram.cells.size()));
}

}  // namespace

std::vector<std::string> caption_of(const View& view, const Diagram& diagram) {
  std::vector<std::string> caption{what_was_trained(view), how_it_was_rounded(view), control_of(diagram.control.votes)};
  if (!diagram.shows_outcome()) caption.push_back(fmt::format("{}: lower median over the seeds.", diagram.value));
  add_collapse(caption, view, diagram);
  add_closing(caption, view, diagram);
  add_slice(caption, view);
  add_gaps(caption, diagram);
  return caption;
}

}  // namespace precipice::chart
