#include "verification/dynamics_json.hpp"

#include <cmath>

namespace precipice::verification {
namespace {

Json number(double x) { return std::isfinite(x) ? Json(x) : Json(); }

Json entry(const FreeFeaturesFinding& f) {
  return {{"classes", f.setting.classes},
          {"samples_per_class", f.setting.per_class},
          {"precision", f.setting.precision},
          {"above_threshold", number(f.setting.above)},
          {"convention", to_text(f.setting.convention)},
          {"learning_rate", number(f.learning_rate)},
          {"steps", f.steps},
          {"steps_as_one", f.steps_as_one},
          {"first_margin", number(f.first_margin)},
          {"last_margin", number(f.last_margin)},
          {"growth", number(f.growth)},
          {"predicted_growth", number(f.predicted_growth)},
          {"growth_error", number(f.growth_error())},
          {"growth_tolerance", number(growth_tolerance)},
          {"continuous_growth", number(f.continuous_growth)},
          {"growth_limit", number(f.growth_limit)},
          {"decaying_share", number(f.decaying_share)},
          {"direction_ratio", number(f.direction)},
          {"predicted_direction_ratio", number(f.predicted_direction)},
          {"direction_error", number(f.direction_error())},
          {"direction_bound", number(f.direction_bound())},
          {"cosine", number(f.cosine)},
          {"cosine_error", number(f.cosine_error())},
          {"cosine_bound", number(f.cosine_bound())},
          {"drive_share_of_bound", number(f.drive_share)},
          {"mean_share_of_bound", number(f.mean_share)},
          {"missed", f.missed()}};
}

Json entry(const TrainedFinding& f) {
  return {{"learning_rate", number(f.setting.learning_rate)},
          {"seed", f.setting.seed},
          {"steps", f.steps},
          {"first_absorption", f.first_absorption ? Json(*f.first_absorption) : Json()},
          {"drive_share_of_bound", number(f.drive_share)},
          {"inflation_begins", f.fit.points == 0 ? Json() : Json(f.begins)},
          {"inflation_ends", f.fit.points == 0 ? Json() : Json(f.ends)},
          {"points", f.fit.points},
          {"fitted_rate", number(f.fit.rate)},
          {"fitted_rate_half_width", number(f.fit.half_width)},
          {"residual_deviation", number(f.fit.deviation)},
          {"residual_correlation", number(f.fit.correlation)},
          {"predicted_rate_paper", number(f.paper_rate)},
          {"predicted_rate_mean", number(f.mean_rate)},
          {"feature_speed", number(f.feature_speed())},
          {"least_residual_probability", number(f.least_residual)},
          {"largest_residual_probability", number(f.largest_residual)},
          {"missed", f.missed()}};
}

Json entry(const ReemergenceFinding& f) {
  return {{"precision", f.setting.precision},
          {"batch", f.setting.batch},
          {"learning_rate", number(f.of.learning_rate)},
          {"beta1", number(f.of.beta1)},
          {"beta2", number(f.of.beta2)},
          {"epsilon", number(f.of.epsilon)},
          {"gradient_before", number(f.of.before)},
          {"gradient_after", number(f.of.after)},
          {"step_before", number(f.step_before)},
          {"predicted_step_before", number(f.predicted.step_before)},
          {"step_before_share_of_bound", number(f.step_before_share)},
          {"step", number(f.step)},
          {"predicted_step", number(f.predicted.step)},
          {"step_share_of_bound", number(f.step_share)},
          {"jump", number(f.jump)},
          {"missed", f.missed()}};
}

template <class Finding>
Json entries(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& f : findings) list.push_back(entry(f));
  return list;
}

}  // namespace

Json to_json(const DynamicsFindings& findings) {
  return {{"unconstrained_features", entries(findings.free_features)},
          {"trained_network", entries(findings.trained)},
          {"reemergence", entries(findings.reemergences)}};
}

}  // namespace precipice::verification
