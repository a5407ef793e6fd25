#include "precipice/sweep/attribution.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "precipice/format/catalogue.hpp"

namespace precipice {
namespace {

void add_value(Axis& axis, const Value& value) {
  Written& written = axis.values.emplace_back();
  written.value = value;
  written.where = "attribution";
}

Axis setting(const std::string& key, const Value& value) {
  Axis axis{key, {}};
  add_value(axis, value);
  return axis;
}
Axis format_of(Role role, const std::string& format) {
  return setting(fmt::format("precision.{}", to_text(role)), format);
}

const std::string operand_scale = "precision.operand_scale", promote_every = "precision.promote_every";

constexpr Role parts_of_loss[] = {Role::loss_exp, Role::loss_sum, Role::loss_log, Role::loss_gradient};

/// Whether a plan has nothing but binary64 if that is its format.
bool is_about_one_format(PrecisionPlan plan) {
  const RoleFormats own(Precision{.plan = plan, .format = binary64}),
      one(Precision{.plan = PrecisionPlan::everything, .format = binary64});
  for (std::size_t i = 0; i < role_count; ++i) {
    if (own[static_cast<Role>(i)] != one[static_cast<Role>(i)]) return false;
  }
  return true;
}

/// Whether a role without a format of its own has that of another.
bool follows(Precision precision, Role role, Role leader) {
  constexpr RoleFormat other{ieee_like(3, 3)};  // that nobody has
  precision.of(leader) = other;
  return RoleFormats(precision)[role] == other;
}
bool has_own_master_gradients(const Experiment& e) {
  return !follows(e.precision, Role::master_gradients, Role::gradients);
}

/// Every role in binary64, whatever the experiment says, but for those that are named. The loss keeps its scale.
std::vector<Axis> all_in_binary64(const Experiment& e, const std::vector<Axis>& but) {
  std::vector<Axis> settings{setting("precision.format", "binary64"), setting("precision.rounding", "nearest-even")};
  if (!is_about_one_format(e.precision.plan)) {
    settings.push_back(setting("precision.plan", std::string(to_text(PrecisionPlan::everything))));
  }
  if (plans_dynamic_scale(e.precision.plan) && has_dynamic_scale(e.loss, e.precision.plan)) {
    settings.push_back(setting("loss.scale", "dynamic"));
  }
  settings.push_back(setting(operand_scale, "plan"));
  settings.push_back(setting(promote_every, std::int64_t{0}));
  for (std::size_t i = 0; i < role_count; ++i) settings.push_back(format_of(static_cast<Role>(i), "plan"));
  for (const Axis& named : but) *std::ranges::find(settings, named.key, &Axis::key) = named;
  return settings;
}

std::vector<Axis> lowered(const Experiment& e, const RoleFormats& formats, Role role) {
  const RoleFormat own = formats[role];
  const RoleFormat low = own == RoleFormat{} ? RoleFormat{e.precision.emulated(), e.precision.rounding} : own;
  std::vector<Axis> but{format_of(role, to_text(role, low))};
  // What has no format of its own would take that of the loss, of the weights or of the gradients.
  if (role == Role::loss) {
    for (const Role part : parts_of_loss) but.push_back(format_of(part, "binary64"));
  }
  if (role == Role::weights && formats.keeps_master_weights()) {
    but.push_back(format_of(Role::master_weights, "binary64"));
  }
  if (role == Role::gradients && has_own_master_gradients(e)) {
    but.push_back(format_of(Role::master_gradients, "binary64"));
  }
  const bool is_scaled = role == Role::operands || role == Role::gradient_operands;
  if (is_scaled && formats.operand_scale() == OperandScale::amax) but.push_back(setting(operand_scale, "amax"));
  if (role == Role::promoted_sums) but.push_back(setting(promote_every, formats.promote_every()));
  return all_in_binary64(e, but);
}

std::vector<Axis> raised(const RoleFormats& formats, Role role) {
  const bool is_conversion = role == Role::logit_gradients || role == Role::operands || role == Role::gradient_operands;
  std::vector<Axis> settings{format_of(role, is_conversion ? "none" : "binary64")};
  const bool is_last_operand = (role == Role::operands && !formats.has(Role::gradient_operands)) ||
                               (role == Role::gradient_operands && !formats.has(Role::operands));
  if (is_last_operand) settings.push_back(setting(operand_scale, "plan"));
  if (role == Role::loss) {
    for (const Role part : parts_of_loss) settings.push_back(format_of(part, to_text(part, formats[part])));
  }
  return settings;
}

Axis axis_of(const std::vector<std::int64_t>& seeds) {
  Axis axis{"run.seed", {}};
  for (const std::int64_t seed : seeds) add_value(axis, seed);
  return axis;
}

std::vector<Axis> with_seeds(std::vector<Axis> settings, const std::vector<std::int64_t>& seeds) {
  settings.push_back(axis_of(seeds));
  return settings;
}

}  // namespace

std::vector<RoleChange> attribution_variants(const Experiment& e) {
  const RoleFormats formats(e.precision);
  std::vector<RoleChange> variants{{RoleChange::Change::none, {}, {}},
                                   {RoleChange::Change::control, {}, all_in_binary64(e, {})}};
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    if (!formats.has(role)) continue;
    if (role == Role::master_gradients && !has_own_master_gradients(e)) continue;
    variants.push_back({RoleChange::Change::lowered, role, lowered(e, formats, role)});
    if (formats[role] != RoleFormat{}) variants.push_back({RoleChange::Change::raised, role, raised(formats, role)});
  }
  return variants;
}

Plan attribution_plan(const Plan& base, const std::vector<RoleChange>& variants,
                      const std::vector<std::int64_t>& seeds) {
  Plan plan = base;
  plan.axes = {axis_of(seeds)};
  plan.also.clear();
  for (const RoleChange& variant : variants) {
    if (!variant.settings.empty()) plan.also.push_back(with_seeds(variant.settings, seeds));
  }
  return plan;
}

Occurrences occurrences(const Plan& base, const RoleChange& variant, const std::vector<std::int64_t>& seeds,
                        const Results& results) {
  Plan alone = base;
  alone.axes = with_seeds(variant.settings, seeds);
  alone.also.clear();
  Occurrences found;
  for (const Cell& cell : expand(alone)) {
    if (!results.has(cell.key)) continue;
    const Onsets onsets = diagnose(results.read_trace(cell.key)).onsets;
    ++found.runs;
    if (onsets.first_absorption) ++found.absorbs;
    if (onsets.nfi) ++found.inflates;
    if (onsets.first_spike) ++found.spikes;
  }
  return found;
}

}  // namespace precipice
