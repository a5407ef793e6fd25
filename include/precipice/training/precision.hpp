#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "precipice/format/catalogue.hpp"
#include "precipice/format/format.hpp"
#include "precipice/rounding/rounding.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// The role of a result in a step of training. An operation takes its operands exactly as they are and rounds once,
/// into the format of the role of its result. A role may be left out where that says something: nothing is rounded
/// then.
enum class Role : std::uint8_t {
  weights,           ///< parameters as the network reads them, and whatever makes parameters of parameters
  features,          ///< what a hidden layer puts out
  products,          ///< factors multiplied in a matrix product; left out: exact, and added by a fused multiply-add
  sums,              ///< every partial sum of a matrix product
  logits,            ///< what the last layer puts out
  loss,              ///< differences in the loss: z - m, log-probabilities
  loss_exp,          ///< the exponentials that are summed
  loss_sum,          ///< their partial sums
  loss_log,          ///< the logarithm of the sum
  loss_gradient,     ///< everything from the log-probabilities to dL/dz
  gradients,         ///< what backward puts out, of features and of parameters
  optimizer,         ///< the state of the optimiser, and an update up to what is added to a parameter
  master_weights,    ///< parameters as the optimiser updates them; left out: they are those that the network reads
  master_gradients,  ///< gradients of parameters without 1/B and the loss's scale, clipped, with weight decay
  logit_gradients,   ///< dL/dz as backward takes it from the loss; left out: as the loss has it
  operands,  ///< inputs, features and weights, converted to be factors of matrix products; left out: as they are
  gradient_operands,  ///< gradients, likewise
  promoted_sums,      ///< what partial sums of some terms of a matrix product are added to; left out without promotion
};
inline constexpr std::size_t role_count = 18;

/// weights, ..., loss, loss.exp, ..., master_weights.
std::string_view to_text(Role role);
/// Throws ConfigError for a word that is no role's.
Role parse_role(std::string_view word);

enum class Presence : std::uint8_t { rounds, left_out };

struct RoleFormat {
  Format format = binary64;
  Mode rounding = Rounding::nearest_even;  ///< without a draw: replays number their operations
  Presence presence = Presence::rounds;

  [[nodiscard]] constexpr bool rounds() const { return presence == Presence::rounds; }
  friend constexpr bool operator==(const RoleFormat&, const RoleFormat&) = default;
};
inline constexpr RoleFormat left_out{binary64, Rounding::nearest_even, Presence::left_out};

/// Whether something is rounded, and not as the machine rounds binary64.
constexpr bool is_emulated(const RoleFormat& format) { return format.rounds() && format != RoleFormat{}; }

/// The word for a role that is left out: "exact" products, others "none"; empty for one that always rounds.
std::string_view word_for_left_out(Role role);

/// "e8m7", to nearest-even, or "e8m7 toward-zero" or "e8m7 stochastic:8", or the word for a role that is left out.
std::string to_text(Role role, const RoleFormat& format);

/// Whether factors of matrix products are scaled before they are converted, and back afterwards, exactly.
enum class OperandScale : std::uint8_t {
  none,
  amax  ///< each tensor in each pass by the largest power of two that keeps its largest magnitude in the range
};

/// What the roles have, as tables in precision.cpp. Those of the first three plans that are not in the format, and
/// those of accumulators but sums, are binary64; what the others leave to be more precise is binary32.
enum class PrecisionPlan : std::uint8_t {
  loss_only,     ///< the loss in the format
  everything,    ///< all in the format
  weights_only,  ///< weights in the format
  mixed,         ///< what the network reads and puts out in the format; sums, loss, optimiser, master weights not
  mixed_bf16,    ///< mixed in bfloat16
  mixed_fp16,    ///< mixed in binary16 with a dynamic scale of the loss
  fp8_hybrid,    ///< factors of matrix products in E4M3, gradients among them in E5M2, scaled by their amax
  accumulators   ///< sums of exact products in the format
};
inline constexpr std::size_t plan_count = 8;

std::string_view to_text(PrecisionPlan plan);
/// The format of a plan that leaves no choice; of fp8_hybrid that of the factors forward.
std::optional<Format> own_format(PrecisionPlan plan);
/// Whether the loss has a dynamic scale unless it is given another.
bool plans_dynamic_scale(PrecisionPlan plan);

/// A plan, a format for it, and single roles that differ from the plan. A format of `loss` holds for the parts of the
/// loss that have none of their own; one of `gradients` for the master gradients where the plan has none for these.
struct Precision {
  PrecisionPlan plan = PrecisionPlan::loss_only;
  Format format = bfloat16;  ///< of plans that have none of their own
  Mode rounding = Rounding::nearest_even;
  std::array<std::optional<RoleFormat>, role_count> roles{};
  std::optional<OperandScale> operand_scale = {};  ///< none: as the plan says
  std::int64_t promote_every = 0;                  ///< terms of a partial sum of a matrix product; 0: no promotion

  /// The format that the plan is about.
  [[nodiscard]] Format emulated() const { return own_format(plan).value_or(format); }

  [[nodiscard]] const std::optional<RoleFormat>& of(Role role) const { return roles[static_cast<std::size_t>(role)]; }
  [[nodiscard]] std::optional<RoleFormat>& of(Role role) { return roles[static_cast<std::size_t>(role)]; }
};

/// What a plan says of a setting that is not given.
OperandScale planned_scale(PrecisionPlan plan);

constexpr bool is_of_loss(Role role) { return role >= Role::loss && role <= Role::loss_gradient; }

/// Every role's format, and what else there is to matrix products.
class RoleFormats {
 public:
  explicit RoleFormats(const Precision& precision);

  const RoleFormat& operator[](Role role) const { return formats_[static_cast<std::size_t>(role)]; }
  [[nodiscard]] bool has(Role role) const { return (*this)[role].rounds(); }
  /// Whether some role takes random numbers.
  [[nodiscard]] bool draw() const;
  /// Whether the optimiser updates parameters of its own, of which the network reads rounded copies.
  [[nodiscard]] bool keeps_master_weights() const { return has(Role::master_weights); }
  [[nodiscard]] OperandScale operand_scale() const { return operand_scale_; }
  [[nodiscard]] std::int64_t promote_every() const { return promote_every_; }

 private:
  std::array<RoleFormat, role_count> formats_;
  OperandScale operand_scale_;
  std::int64_t promote_every_;
};

/// Why there is no such precision: the key that is wrong, without its section, and what would be right. Nothing if
/// there is.
struct PrecisionProblem {
  std::string key, problem;
};
std::optional<PrecisionProblem> problem_of(const Precision& precision);

}  // namespace precipice
#pragma GCC visibility pop
