#include <deque>

#include "precipice/format/catalogue.hpp"
#include "sweep/setting_values.hpp"

namespace precipice {
namespace {

const Words<PrecisionPlan, plan_count>& plans() {
  static const auto words = [] {
    Words<PrecisionPlan, plan_count> all{};
    for (std::size_t i = 0; i < plan_count; ++i) all.names[i] = to_text(static_cast<PrecisionPlan>(i));
    return all;
  }();
  return words;
}
constexpr Words<OperandScale, 2> operand_scales{{"none", "amax"}};

/// What a role has if nothing is said of it.
constexpr std::string_view as_planned = "plan";

/// "e8m7", to nearest-even, or "e8m7 toward-zero"; "none" or "exact" where the role may be left out.
std::optional<RoleFormat> parse_role(Role role, const std::string& words) {
  if (words == as_planned) return std::nullopt;
  const std::string_view without = word_for_left_out(role);
  if (!without.empty() && words == without) return left_out;
  if (words == "none" || words == "exact") {
    throw ConfigError(fmt::format("is {}, but must be {}a format such as \"e8m7\"", words,
                                  without.empty() ? "" : fmt::format("{} or ", without)));
  }
  const std::size_t space = words.find(' ');
  RoleFormat result{parse_format(words.substr(0, space))};
  if (space != std::string::npos) result.rounding = parse_mode(std::string_view(words).substr(space + 1));
  return result;
}

/// What the word does not say.
std::string_view explained(Role role) {
  switch (role) {
    case Role::master_gradients: return " (gradients of parameters as the optimiser gets them)";
    case Role::logit_gradients: return " (dL/dz as the network gets it)";
    case Role::operands: return " (inputs, features and weights as factors of matrix products)";
    case Role::gradient_operands: return " (gradients as factors of matrix products)";
    case Role::promoted_sums: return " (what sums of precision.promote_every terms are added to)";
    default: return "";
  }
}

Setting role_setting(Role role) {
  // Settings have views of their texts.
  static std::deque<std::string> texts;
  const std::string& name = texts.emplace_back(fmt::format("precision.{}", to_text(role)));
  const std::string_view without = word_for_left_out(role);
  const std::string& help = texts.emplace_back(fmt::format(
      "format of {}{}, and its rounding if that is another: \"e8m7 toward-zero\"; {}plan: as the plan says",
      to_text(role), explained(role), without.empty() ? "" : fmt::format("{}: nothing is rounded; ", without)));
  return {name, help,
          [=](Experiment& e, const Value& v) {
            e.precision.of(role) = parse_role(role, text(v, "a format such as \"e8m7\" or \"e8m7 toward-zero\""));
          },
          [=](const Experiment& e) {
            const std::optional<RoleFormat>& own = e.precision.of(role);
            return own ? to_text(role, *own) : std::string(as_planned);
          },
          [=](const Experiment& e) { return e.precision.of(role).has_value(); }};
}

}  // namespace

std::vector<Setting> precision_settings() {
  std::vector<Setting> settings{
      {"precision.plan",
       "loss-only (everything else binary64), everything, weights-only, mixed, mixed-bf16, mixed-fp16, fp8-hybrid or "
       "accumulators",
       [](Experiment& e, const Value& v) { e.precision.plan = plans().parse(v); },
       [](const Experiment& e) { return plans().write(e.precision.plan); }},
      {"precision.format", "a format's name: e8m7, bfloat16, ...; mixed-bf16, mixed-fp16, fp8-hybrid have their own",
       [](Experiment& e, const Value& v) { e.precision.format = parse_format(text(v, "a format such as \"e8m7\"")); },
       [](const Experiment& e) { return to_text(e.precision.emulated()); }},
      {"precision.p",
       "significand bits, the hidden one included; overrides the format's",
       [](Experiment& e, const Value& v) {
         e.precision.format =
             with_widths(e.precision.format, integer(v, 1, largest_precision), e.precision.format.exponent_bits);
       },
       {}},
      {"precision.exponent_bits",
       "width of the exponent field; overrides the format's",
       [](Experiment& e, const Value& v) {
         e.precision.format =
             with_widths(e.precision.format, e.precision.format.precision, integer(v, 2, largest_exponent_bits));
       },
       {}},
      {"precision.rounding", "nearest-even, toward-zero, ..., stochastic, stochastic:8 (random bits)",
       [](Experiment& e, const Value& v) { e.precision.rounding = parse_mode(text(v, "a rounding direction")); },
       [](const Experiment& e) { return to_text(e.precision.rounding); }},
  };
  for (std::size_t i = 0; i < role_count; ++i) settings.push_back(role_setting(static_cast<Role>(i)));
  settings.push_back(
      {"precision.operand_scale",
       "amax: each factor of a product is converted times the largest power of two that its numbers allow; none; plan",
       [](Experiment& e, const Value& v) {
         const bool is_planned = text(v, "plan, none or amax") == as_planned;
         e.precision.operand_scale = is_planned ? std::nullopt : std::optional(operand_scales.parse(v));
       },
       [](const Experiment& e) {
         const auto& own = e.precision.operand_scale;
         return own ? operand_scales.write(*own) : std::string(as_planned);
       },
       [](const Experiment& e) {
         const auto& own = e.precision.operand_scale;
         return own && *own != planned_scale(e.precision.plan);
       }});
  settings.push_back({"precision.promote_every",
                      "terms of a matrix product after which their sum is added to one in promoted_sums; 0: never",
                      [](Experiment& e, const Value& v) { e.precision.promote_every = integer(v, 0, any_size); },
                      [](const Experiment& e) { return e.precision.promote_every; },
                      [](const Experiment& e) { return e.precision.promote_every != 0; }});
  return settings;
}

}  // namespace precipice
