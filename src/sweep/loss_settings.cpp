#include "precipice/sweep/bundles.hpp"
#include "precipice/training/formulation_text.hpp"
#include "sweep/setting_values.hpp"

namespace precipice {
namespace {

constexpr Words<Formulation, 8> formulations{formulation_words};
constexpr Words<Projection, 2> projections{{"none", "zero-sum"}};

bool scales_dynamically(const Experiment& e) { return has_dynamic_scale(e.loss, e.precision.plan); }

/// A real number of the loss that counts only if it is not `neutral`.
Setting real_of_loss(std::string_view name, std::string_view help, double Loss::*member, double neutral,
                     bool (*allowed)(double), std::string_view wanted) {
  return {name, help, [=](Experiment& e, const Value& v) { e.loss.*member = real(v, allowed, std::string(wanted)); },
          [=](const Experiment& e) { return e.loss.*member; },
          [=](const Experiment& e) { return e.loss.*member != neutral; }};
}

/// A real number of a dynamic scale.
Setting real_of_scale(std::string_view name, std::string_view help, double DynamicScale::*member,
                      bool (*allowed)(double), std::string_view wanted) {
  return {name, help,
          [=](Experiment& e, const Value& v) { e.loss.dynamic.*member = real(v, allowed, std::string(wanted)); },
          [=](const Experiment& e) { return e.loss.dynamic.*member; }, scales_dynamically};
}

bool is_not_negative(double x) { return x >= 0; }

constexpr double largest_binary32 = 0x1.fffffep+127;

/// A number, "dynamic" or "plan".
void read_scale(Experiment& e, const Value& v) {
  constexpr auto wanted = "a positive number, dynamic or plan";
  const auto* const word = std::get_if<std::string>(&v);
  if (word == nullptr) {
    e.loss.scale = real(
        v, [](double x) { return x > 0; }, wanted);
    e.loss.scaling = LossScaling::constant;
    return;
  }
  if (*word != "dynamic" && *word != "plan") refuse(v, wanted);
  e.loss.scale = 1;
  e.loss.scaling = *word == "plan" ? LossScaling::as_planned : LossScaling::dynamic;
}

Value written_scale(const Experiment& e) {
  switch (e.loss.scaling) {
    case LossScaling::as_planned: return std::string("plan");
    case LossScaling::dynamic: return std::string("dynamic");
    case LossScaling::constant: break;
  }
  return e.loss.scale;
}

void apply_bundle(Experiment& experiment, const Value& name) {
  for (const auto& [key, value] : parse_bundle(name).settings) find_setting(key).apply(experiment, std::string(value));
}

}  // namespace

std::vector<Setting> loss_settings() {
  return {
      {bundle_key,
       "a framework's order of roundings: a word for several keys, see the table of bundles",
       apply_bundle,
       {}},
      {"loss.formulation", "shift, lse-added, division, naive, accurate, stablemax, reciprocal or composed",
       [](Experiment& e, const Value& v) { e.loss.formulation = formulations.parse(v); },
       [](const Experiment& e) { return formulations.write(e.loss.formulation); }},
      {"loss.order",
       "order of the softmax sum: sequential, reverse, correct-first, pairwise, lanes:<n>, butterfly, kahan, exact, "
       "vector:<n>, strided:<n>, packets:<n>, windows:<n> or cascade:<n>",
       [](Experiment& e, const Value& v) { e.loss.order = parse_sum_order(text(v, "an order of summation")); },
       [](const Experiment& e) { return to_text(e.loss.order); }},
      {"loss.mean", "where 1/B is applied: before, after or outside",
       [](Experiment& e, const Value& v) { e.loss.mean = parse_mean_place(text(v, "before, after or outside")); },
       [](const Experiment& e) { return std::string(to_text(e.loss.mean)); }},
      {"loss.projection", "zero-sum: from each gradient of a sample the mean over its classes is taken; none",
       [](Experiment& e, const Value& v) { e.loss.projection = projections.parse(v); },
       [](const Experiment& e) { return projections.write(e.loss.projection); },
       [](const Experiment& e) { return e.loss.projection != Projection::none; }},
      real_of_loss(
          "loss.smoothing", "label smoothing: the share of the target that all classes have alike", &Loss::smoothing, 0,
          [](double x) { return x >= 0 && x < 1; }, "a number in [0, 1)"),
      real_of_loss("loss.z_loss", "c of the additional loss c log(Z)^2", &Loss::z_loss, 0, is_not_negative,
                   "a number of at least 0"),
      real_of_loss("loss.margin_clamp", "logits further below the maximum count as that far; 0: no clamp",
                   &Loss::margin_clamp, 0, is_not_negative, "a number of at least 0"),
      {"loss.scale",
       "factor on the loss, taken out of the parameter gradients; dynamic: as long as these are finite; plan: "
       "dynamic in mixed-fp16, else 1",
       read_scale, written_scale,
       [](const Experiment& e) {
         return e.loss.scale != 1 || scales_dynamically(e) != plans_dynamic_scale(e.precision.plan);
       }},
      real_of_scale(
          "loss.initial_scale", "dynamic scale at the start", &DynamicScale::initial,
          [](double x) { return x > 0 && x <= largest_binary32; }, "a positive number of binary32's range"),
      real_of_scale(
          "loss.scale_growth", "factor on a dynamic scale after loss.scale_interval updates in a row",
          &DynamicScale::growth, [](double x) { return x >= 1; }, "a number of at least 1"),
      real_of_scale(
          "loss.scale_backoff", "factor on a dynamic scale after gradients that are not finite, which are thrown away",
          &DynamicScale::backoff, [](double x) { return x > 0 && x < 1; }, "a number in (0, 1)"),
      {"loss.scale_interval", "updates in a row after which a dynamic scale grows",
       [](Experiment& e, const Value& v) { e.loss.dynamic.interval = integer(v, 1, any_size); },
       [](const Experiment& e) { return e.loss.dynamic.interval; }, scales_dynamically},
      {"loss.fused", "whether p b - y b (reciprocal: u t - y b) is rounded once: true or false",
       [](Experiment& e, const Value& v) { e.loss.is_fused = truth(v); },
       [](const Experiment& e) { return std::string(e.loss.is_fused ? "true" : "false"); },
       [](const Experiment& e) { return e.loss.is_fused; }},
  };
}

}  // namespace precipice
