#include "precipice/training/precision.hpp"

#include <fmt/format.h>

namespace precipice {
namespace {

constexpr std::array<std::string_view, role_count> names{
    "weights",  "features", "products",      "sums",      "logits",    "loss",          "loss.exp",
    "loss.sum", "loss.log", "loss.gradient", "gradients", "optimizer", "master_weights"};

bool is_emulated(PrecisionPlan plan, Role role) {
  switch (plan) {
    case PrecisionPlan::loss_only: return is_of_loss(role);
    case PrecisionPlan::weights_only: return role == Role::weights;
    case PrecisionPlan::everything: break;
  }
  return true;
}

/// The role whose format one without its own takes.
Role heir_of(Role role) {
  if (is_of_loss(role)) return Role::loss;
  return role == Role::master_weights ? Role::weights : role;
}

}  // namespace

std::string_view to_text(Role role) { return names[static_cast<std::size_t>(role)]; }

std::string to_text(const RoleFormat& role) {
  const std::string format = to_text(role.format);
  return role.rounding == Rounding::nearest_even ? format : fmt::format("{} {}", format, to_text(role.rounding));
}

RoleFormats::RoleFormats(const Precision& precision)
    : keeps_master_weights_(precision.of(Role::master_weights).has_value()) {
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    const RoleFormat planned =
        is_emulated(precision.plan, role) ? RoleFormat{precision.format, precision.rounding} : RoleFormat{};
    formats_[i] = precision.of(role).value_or(precision.of(heir_of(role)).value_or(planned));
  }
}

}  // namespace precipice
