#include "precipice/sweep/attribution.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "precipice/format/catalogue.hpp"

namespace precipice {
namespace {

void add_value(Axis& axis, const Value& value) {
  Written& written = axis.values.emplace_back();
  written.value = value;
  written.where = "attribution";
}

Axis setting(const std::string& key, const std::string& value) {
  Axis axis{key, {}};
  add_value(axis, value);
  return axis;
}
Axis format_of(Role role, const std::string& format) {
  return setting(fmt::format("precision.{}", to_text(role)), format);
}

constexpr Role parts_of_loss[] = {Role::loss_exp, Role::loss_sum, Role::loss_log, Role::loss_gradient};

/// Every role in binary64, whatever the experiment says, but for those that are named.
std::vector<Axis> all_in_binary64(const std::vector<Axis>& but) {
  std::vector<Axis> settings{setting("precision.format", "binary64"), setting("precision.rounding", "nearest-even")};
  for (std::size_t i = 0; i < role_count; ++i) {
    const Axis planned = format_of(static_cast<Role>(i), "plan");
    const auto named = std::ranges::find(but, planned.key, &Axis::key);
    settings.push_back(named == but.end() ? planned : *named);
  }
  return settings;
}

std::vector<Axis> lowered(const Experiment& e, const RoleFormats& formats, Role role) {
  const RoleFormat own = formats[role];
  const RoleFormat low = own == RoleFormat{} ? RoleFormat{e.precision.format, e.precision.rounding} : own;
  std::vector<Axis> but{format_of(role, to_text(low))};
  // What has no format of its own would take that of the loss, or of the weights.
  if (role == Role::loss) {
    for (const Role part : parts_of_loss) but.push_back(format_of(part, "binary64"));
  }
  if (role == Role::weights && formats.keeps_master_weights()) {
    but.push_back(format_of(Role::master_weights, "binary64"));
  }
  return all_in_binary64(but);
}

std::vector<Axis> raised(const RoleFormats& formats, Role role) {
  std::vector<Axis> settings{format_of(role, "binary64")};
  if (role == Role::loss) {
    for (const Role part : parts_of_loss) settings.push_back(format_of(part, to_text(formats[part])));
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
                                   {RoleChange::Change::control, {}, all_in_binary64({})}};
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    if (role == Role::master_weights && !formats.keeps_master_weights()) continue;
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
