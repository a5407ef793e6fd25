#include "chart/predicted_lines.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "precipice/diagnosis/prediction.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"

namespace precipice::chart {
namespace {

/// What the predictions ask of a loss.
struct LossSettings {
  Rounding rounding{};
  SumOrder order{};
  MeanPlace mean{};
  std::int64_t batch = 1;
  std::optional<double> terms;  ///< nothing for an order that no prediction is known for
  Format family{};
};

/// What must not be asked for where the predictions are to hold, and what stands there if it is not.
constexpr std::pair<std::string_view, std::string_view> unasked[] = {{"loss.projection", "none"},
                                                                     {"loss.smoothing", "0"},
                                                                     {"loss.z_loss", "0"},
                                                                     {"loss.margin_clamp", "0"},
                                                                     {"loss.scale", "1"},
                                                                     {"precision.loss", "plan"},
                                                                     {"precision.loss.exp", "plan"},
                                                                     {"precision.loss.sum", "plan"},
                                                                     {"precision.loss.log", "plan"},
                                                                     {"precision.loss.gradient", "plan"}};

/// Whether the predictions are about this loss: a shifted sum or a division by it, in one format, and nothing else.
bool is_predicted(const View& view, Spot spot) {
  const std::string formulation = view.setting("loss.formulation", spot);
  if (formulation != "shift" && formulation != "division" && formulation != "reciprocal") return false;
  const std::string plan = view.setting("precision.plan", spot);
  if (plan != to_text(PrecisionPlan::loss_only) && plan != to_text(PrecisionPlan::everything)) return false;
  return std::ranges::all_of(unasked, [&](const auto& neutral) {
    const std::string value = view.setting(neutral.first, spot);
    // Older results do not know the key; and these plans scale no loss.
    return value.empty() || value == neutral.second || value == "plan";
  });
}

/// Nothing for a loss that the predictions are not about. A setting that cannot be read makes the results foreign.
std::optional<LossSettings> loss_at(const View& view, Spot spot) {
  if (!is_predicted(view, spot)) return {};
  try {
    LossSettings loss;
    loss.family = parse_format(view.setting("precision.format", spot));
    loss.rounding = parse_mode(view.setting("precision.rounding", spot)).direction;
    loss.order = parse_sum_order(view.setting("loss.order", spot));
    loss.mean = parse_mean_place(view.setting("loss.mean", spot));
    loss.batch = view.batch(spot);
    loss.terms = predicted::median_terms_in_one_piece(loss.order, view.classes(spot));
    return loss;
  } catch (const ConfigError& error) {
    throw FileError(fmt::format("{}: {}", (view.results().directory / "manifest.json").string(), error.what()));
  }
}

std::optional<double> mean_final_margin(const View& view, Spot spot) {
  const std::size_t column = *view.results().column("final_median_margin");
  double sum = 0;
  int count = 0;
  for (const FinishedRun& run : view.results().runs) {
    const auto margin = view.is_control_at(run, spot) ? number_of(run.fields[column]) : std::nullopt;
    if (!margin) continue;
    sum += *margin;
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(sum / count);
}

LinePoint point_of(bool p_is_y, double p_place, double other_place, std::string p_text, std::string other_text) {
  if (p_is_y) return {other_place, p_place, std::move(other_text), std::move(p_text)};
  return {p_place, other_place, std::move(p_text), std::move(other_text)};
}

}  // namespace

bool mean_factor_vanishes(const View& view, const FinishedRun& run, Spot spot) {
  const auto loss = loss_at(view, spot);
  if (!loss) return false;
  try {
    return predicted::mean_factor_vanishes(parse_format(run.format), loss->rounding, loss->mean, loss->batch);
  } catch (const ConfigError& error) {
    throw FileError(
        fmt::format("{}:{}: {}", (view.results().directory / "cells.csv").string(), run.line, error.what()));
  }
}

std::optional<PredictedLine> collapse_line(const View& view, Control& control) {
  const bool p_is_y = view.y().key == p_key;
  const Axis& p_axis = p_is_y ? view.y() : view.x();
  const Axis& other = p_is_y ? view.x() : view.y();
  if (p_axis.key != p_key || !p_axis.is_numeric) return {};
  PredictedLine line{PredictedLine::Name::collapse_precision,
                     p_is_y ? PredictedLine::Shape::along_x : PredictedLine::Shape::along_y,
                     {}};
  for (std::size_t i = 0; i < other.values.size(); ++i) {
    const Spot spot = p_is_y ? Spot{i, 0} : Spot{0, i};
    const auto loss = loss_at(view, spot);
    const auto margin = mean_final_margin(view, spot);
    if (!loss || !loss->terms || !margin) continue;
    const auto p = predicted::collapse_precision(*margin, loss->rounding, loss->order, *loss->terms);
    if (!p) continue;
    control.margin = margin;
    if (std::ranges::find(control.collapse_precision, *p) == control.collapse_precision.end()) {
      control.collapse_precision.push_back(*p);
    }
    line.points.push_back(
        point_of(p_is_y, *p_axis.position(*p), static_cast<double>(i), fmt::format("{}", *p), other.values[i]));
  }
  return line.points.empty() ? std::nullopt : std::optional(std::move(line));
}

std::optional<PredictedLine> closing_line(const View& view, const Diagram& diagram) {
  const bool p_is_y = view.y().key == p_key && view.x().key == exponent_key;
  const bool p_is_x = view.x().key == p_key && view.y().key == exponent_key;
  if ((!p_is_y && !p_is_x) || !diagram.x.is_numeric || !diagram.y.is_numeric) return {};
  const auto loss = loss_at(view, {});
  if (!loss) return {};
  constexpr double one_rival = 1;  // their window is the widest: where it is closed, no logits have one
  const Axis& p_axis = p_is_y ? diagram.y : diagram.x;
  const Axis& e_axis = p_is_y ? diagram.x : diagram.y;
  const Range range = p_is_y ? diagram.y_range : diagram.x_range;
  PredictedLine line{PredictedLine::Name::window_closes, PredictedLine::Shape::curve, {}};
  const auto add = [&](double place) {
    const double p = *p_axis.value_at(place);
    const auto e = p < 1 ? std::nullopt
                         : predicted::closing_exponent_bits(p, loss->rounding, loss->order, one_rival, loss->mean,
                                                            loss->batch, loss->family);
    if (!e) return;
    line.points.push_back(point_of(p_is_y, place, *e_axis.position(*e), fmt::format("{}", p), fmt::format("{}", *e)));
  };
  // Twice per value: straight pieces in between are then exact wherever the axis has all precisions.
  for (double place = range.low; place < range.high; place += 0.5) add(place);
  add(range.high);
  return line.points.empty() ? std::nullopt : std::optional(std::move(line));
}

}  // namespace precipice::chart
