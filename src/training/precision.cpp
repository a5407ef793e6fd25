#include "precipice/training/precision.hpp"

#include <fmt/core.h>

#include <initializer_list>

#include "precipice/format/word.hpp"
#include "precipice/training/terms.hpp"

namespace precipice {
namespace {

constexpr std::array<Term, role_count> role_words{{
    {"weights", "parameters as the network reads them"},
    {"features", "what a hidden layer puts out"},
    {"products", "factors multiplied in a matrix product; none: exact, and added by a fused multiply-add"},
    {"sums", "every partial sum of a matrix product"},
    {"logits", "what the last layer puts out"},
    {"loss", "all of the loss; by itself the differences z - m and the log-probabilities"},
    {"loss.exp", "the exponentials that are summed"},
    {"loss.sum", "their partial sums"},
    {"loss.log", "the logarithm of the sum"},
    {"loss.gradient", "everything from the log-probabilities to dL/dz"},
    {"gradients", "what backward puts out, of features and of parameters"},
    {"optimizer", "the state of the optimiser, and an update up to what is added to a parameter"},
    {"master_weights", "parameters as the optimiser updates them; none: those that the network reads"},
    {"master_gradients", "gradients of parameters as the optimiser gets them"},
    {"logit_gradients", "dL/dz as backward takes it from the loss; none: as the loss has it"},
    {"operands", "inputs, features and weights as factors of matrix products; none: as they are"},
    {"gradient_operands", "gradients, likewise"},
    {"promoted_sums", "what partial sums of precision.promote_every terms are added to"},
}};
constexpr auto names = words_of(role_words);

// --- plans ----------------------------------------------------------------------------------------------------------

/// What a plan has for a role.
struct Planned {
  enum class What : std::uint8_t {
    given,    ///< the format and rounding of the precision
    fixed,    ///< a format, to nearest-even
    follows,  ///< what another role has
    left_out
  };

  What what = What::fixed;
  Format format = binary64;
  Role leader = Role::loss;  ///< precedes the role
};

constexpr Planned given{.what = Planned::What::given};
constexpr Planned without{.what = Planned::What::left_out};
constexpr Planned in(const Format& format) { return {.format = format}; }
constexpr Planned as(Role leader) { return {.what = Planned::What::follows, .leader = leader}; }

using Roles = std::array<Planned, role_count>;

struct Change {
  Role role;
  Planned to;
};
constexpr Roles changed(Roles roles, std::initializer_list<Change> changes) {
  for (const auto& [role, to] : changes) roles[static_cast<std::size_t>(role)] = to;
  return roles;
}

/// All in one format and nothing extra.
constexpr Roles all(const Planned& planned) {
  Roles roles{};
  roles.fill(planned);
  return changed(roles, {{Role::loss_exp, as(Role::loss)},
                         {Role::loss_sum, as(Role::loss)},
                         {Role::loss_log, as(Role::loss)},
                         {Role::loss_gradient, as(Role::loss)},
                         {Role::master_weights, without},
                         {Role::master_gradients, as(Role::gradients)},
                         {Role::logit_gradients, without},
                         {Role::operands, without},
                         {Role::gradient_operands, without},
                         {Role::promoted_sums, in(binary32)}});
}

/// Inputs are operands; everything else that is multiplied has the format already.
constexpr Roles mixed = changed(all(in(binary32)), {{Role::weights, given},
                                                    {Role::features, given},
                                                    {Role::products, without},
                                                    {Role::logits, given},
                                                    {Role::gradients, given},
                                                    {Role::master_weights, in(binary32)},
                                                    {Role::master_gradients, in(binary32)},
                                                    {Role::logit_gradients, given},
                                                    {Role::operands, given}});

constexpr Format with_saturation(Format format) {
  format.overflow = Overflow::saturating;
  return format;
}
constexpr Format forward_fp8 = with_saturation(laid_out(4, 4, Specials::no_infinity)),
                 backward_fp8 = with_saturation(ieee_like(3, 5));

constexpr Roles hybrid =
    changed(all(in(binary32)),
            {{Role::products, without}, {Role::operands, given}, {Role::gradient_operands, in(backward_fp8)}});

constexpr Roles in_accumulators = changed(all(in(binary64)), {{Role::products, without}, {Role::sums, given}});

/// All that makes a plan.
struct Traits {
  Term name;
  Roles roles;
  std::optional<Format> format = {};
  OperandScale operand_scale = OperandScale::none;
  bool scales_loss = false;  ///< dynamically
};
constexpr std::array<Traits, plan_count> plans{{
    {{"loss-only", "the loss in the format, everything else in binary64"},
     changed(all(in(binary64)), {{Role::loss, given}})},
    {{"everything", "all roles in the format"}, all(given)},
    {{"weights-only", "the weights in the format, everything else in binary64"},
     changed(all(in(binary64)), {{Role::weights, given}})},
    {{"mixed", "mixed precision: network in the format, loss and optimiser in binary32"}, mixed},
    {{"mixed-bf16", "the same with bfloat16, whatever the format says"}, mixed, bfloat16},
    {.name = {"mixed-fp16", "the same with binary16 and a dynamic scale of the loss"},
     .roles = mixed,
     .format = binary16,
     .scales_loss = true},
    {{"fp8-hybrid", "forward in e4m3fn, backward in e5m2, scaled tensor by tensor"},
     hybrid,
     forward_fp8,
     OperandScale::amax},
    {{"accumulators", "products exact, their sums in the format, promoted to binary32"}, in_accumulators},
}};

const Traits& traits(PrecisionPlan plan) { return plans[static_cast<std::size_t>(plan)]; }

}  // namespace

// --- texts ----------------------------------------------------------------------------------------------------------

std::span<const Term> role_terms() { return role_words; }

std::span<const Term> plan_terms() {
  static constexpr auto words = [] {
    std::array<Term, plan_count> all{};
    for (std::size_t i = 0; i < plan_count; ++i) all[i] = plans[i].name;
    return all;
  }();
  return words;
}

std::string_view to_text(Role role) { return names[static_cast<std::size_t>(role)]; }

Role parse_role(std::string_view word) { return static_cast<Role>(index_of_word("role", word, names)); }

std::string_view word_for_left_out(Role role) {
  switch (role) {
    case Role::products: return "exact";
    case Role::master_weights:
    case Role::logit_gradients:
    case Role::operands:
    case Role::gradient_operands: return "none";
    default: return {};
  }
}

std::string to_text(Role role, const RoleFormat& f) {
  if (!f.rounds()) return std::string(word_for_left_out(role));
  const std::string format = to_text(f.format);
  return f.rounding == Mode{} ? format : fmt::format("{} {}", format, to_text(f.rounding));
}

std::string_view to_text(PrecisionPlan plan) { return traits(plan).name.word; }

std::optional<Format> own_format(PrecisionPlan plan) { return traits(plan).format; }
bool plans_dynamic_scale(PrecisionPlan plan) { return traits(plan).scales_loss; }
OperandScale planned_scale(PrecisionPlan plan) { return traits(plan).operand_scale; }

// --- roles ----------------------------------------------------------------------------------------------------------

RoleFormats::RoleFormats(const Precision& precision)
    : operand_scale_(precision.operand_scale.value_or(planned_scale(precision.plan))),
      promote_every_(precision.promote_every) {
  const auto planned = [&](const Planned& p) -> RoleFormat {
    switch (p.what) {
      case Planned::What::given: return {precision.emulated(), precision.rounding};
      case Planned::What::fixed: return {p.format};
      case Planned::What::follows: return (*this)[p.leader];
      case Planned::What::left_out: break;
    }
    return left_out;
  };
  for (std::size_t i = 0; i < role_count; ++i) {
    formats_[i] = precision.roles[i] ? *precision.roles[i] : planned(traits(precision.plan).roles[i]);
  }
  if (promote_every_ == 0) formats_[static_cast<std::size_t>(Role::promoted_sums)] = left_out;
}

bool RoleFormats::draw() const {
  return std::ranges::any_of(
      formats_, [](const RoleFormat& f) { return f.rounds() && f.rounding.direction == Rounding::stochastic; });
}

std::optional<PrecisionProblem> problem_of(const Precision& precision) {
  const RoleFormats roles(precision);
  if (precision.of(Role::promoted_sums) && precision.promote_every == 0) {
    return PrecisionProblem{"promoted_sums",
                            "has nothing to hold for without precision.promote_every, which must be at least 1"};
  }
  if (roles.operand_scale() == OperandScale::none) return {};
  bool any = false;
  for (const Role role : {Role::operands, Role::gradient_operands}) {
    if (!roles.has(role)) continue;
    any = true;
    const Format& f = roles[role].format;
    // So that neither a factor times its scale nor a number of the format without it leaves the range of doubles.
    if (contains(binary32, f) && !flushes_operands(f)) continue;
    return PrecisionProblem{
        std::string(to_text(role)),
        fmt::format("is {}, but only formats within binary32 that take subnormal operands are scaled; "
                    "use precision.operand_scale = none",
                    to_text(f))};
  }
  if (any || !precision.operand_scale) return {};
  return PrecisionProblem{"operand_scale",
                          "scales nothing: no factor is converted; give precision.operands or "
                          "precision.gradient_operands a format"};
}

}  // namespace precipice
