#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice {

/// The role of a result in a step of training. An operation takes its operands exactly as they are and rounds once,
/// into the format of the role of its result.
enum class Role : std::uint8_t {
  weights,         ///< parameters as the network reads them, and whatever makes parameters of parameters
  features,        ///< what a hidden layer puts out
  products,        ///< factors multiplied in a matrix product
  sums,            ///< every partial sum of a matrix product
  logits,          ///< what the last layer puts out
  loss,            ///< differences in the loss: z - m, log-probabilities
  loss_exp,        ///< the exponentials that are summed
  loss_sum,        ///< their partial sums
  loss_log,        ///< the logarithm of the sum
  loss_gradient,   ///< everything from the log-probabilities to dL/dz
  gradients,       ///< what backward puts out, of features and of parameters; clipping and weight decay of the latter
  optimizer,       ///< the state of the optimiser, and an update up to what is added to a parameter
  master_weights,  ///< parameters as the optimiser updates them, where they are kept apart
};
inline constexpr std::size_t role_count = 13;

/// weights, ..., loss, loss.exp, ..., master_weights.
std::string_view to_text(Role role);

struct RoleFormat {
  Format format = binary64;
  Rounding rounding = Rounding::nearest_even;

  friend constexpr bool operator==(const RoleFormat&, const RoleFormat&) = default;
};

/// Whether it is not binary64 as the machine has it.
constexpr bool is_emulated(const RoleFormat& format) { return !(format == RoleFormat{}); }

/// "e8m7", to nearest-even, or "e8m7 toward-zero".
std::string to_text(const RoleFormat& role);

/// loss_only: the roles of the loss in the format; weights_only: weights; everything: all. What else there is, is
/// binary64.
enum class PrecisionPlan : std::uint8_t { loss_only, everything, weights_only };

/// A plan, a format for it, and single roles that differ from the plan. A format of `loss` holds for the parts of the
/// loss that have none of their own.
struct Precision {
  PrecisionPlan plan = PrecisionPlan::loss_only;
  Format format = bfloat16;
  Rounding rounding = Rounding::nearest_even;
  std::array<std::optional<RoleFormat>, role_count> roles{};

  [[nodiscard]] const std::optional<RoleFormat>& of(Role role) const { return roles[static_cast<std::size_t>(role)]; }
  [[nodiscard]] std::optional<RoleFormat>& of(Role role) { return roles[static_cast<std::size_t>(role)]; }
};

constexpr bool is_of_loss(Role role) { return role >= Role::loss && role <= Role::loss_gradient; }

/// Every role's format.
class RoleFormats {
 public:
  explicit RoleFormats(const Precision& precision);

  const RoleFormat& operator[](Role role) const { return formats_[static_cast<std::size_t>(role)]; }
  /// Whether the optimiser updates parameters of its own, of which the network reads rounded copies.
  [[nodiscard]] bool keeps_master_weights() const { return keeps_master_weights_; }

 private:
  std::array<RoleFormat, role_count> formats_;
  bool keeps_master_weights_;
};

}  // namespace precipice
