#include <deque>

#include "precipice/format/catalogue.hpp"
#include "sweep/setting_values.hpp"

namespace precipice {
namespace {

constexpr Words<PrecisionPlan, 3> plans{{"loss-only", "everything", "weights-only"}};

/// What a role has if nothing is said of it.
constexpr std::string_view as_planned = "plan";

Rounding replayed_rounding(std::string_view word) {
  const Rounding rounding = parse_rounding(word);
  if (rounding != Rounding::stochastic) return rounding;
  throw ConfigError("is stochastic, but no engine rounds so in a replay yet: must be a direction without random bits");
}

/// "e8m7", to nearest-even, or "e8m7 toward-zero".
std::optional<RoleFormat> parse_role(const std::string& words) {
  if (words == as_planned) return std::nullopt;
  const std::size_t space = words.find(' ');
  RoleFormat result{parse_format(words.substr(0, space))};
  if (space != std::string::npos) result.rounding = replayed_rounding(std::string_view(words).substr(space + 1));
  return result;
}

Setting role_setting(Role role) {
  // Settings have views of their texts.
  static std::deque<std::string> texts;
  const std::string& name = texts.emplace_back(fmt::format("precision.{}", to_text(role)));
  const std::string& help = texts.emplace_back(
      fmt::format("format of {}, and its rounding if that is another: \"e8m7 toward-zero\"; plan: as the plan says",
                  to_text(role)));
  return {name, help,
          [=](Experiment& e, const Value& v) {
            e.precision.of(role) = parse_role(text(v, "a format such as \"e8m7\" or \"e8m7 toward-zero\""));
          },
          [=](const Experiment& e) {
            const std::optional<RoleFormat>& own = e.precision.of(role);
            return own ? to_text(*own) : std::string(as_planned);
          },
          [=](const Experiment& e) { return e.precision.of(role).has_value(); }};
}

}  // namespace

std::vector<Setting> precision_settings() {
  std::vector<Setting> settings{
      {"precision.plan", "loss-only (everything else binary64), everything or weights-only",
       [](Experiment& e, const Value& v) { e.precision.plan = plans.parse(v); },
       [](const Experiment& e) { return plans.write(e.precision.plan); }},
      {"precision.format", "a format's name: e8m7, bfloat16, ...",
       [](Experiment& e, const Value& v) { e.precision.format = parse_format(text(v, "a format such as \"e8m7\"")); },
       [](const Experiment& e) { return to_text(e.precision.format); }},
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
      {"precision.rounding", "nearest-even, toward-zero, ...",
       [](Experiment& e, const Value& v) { e.precision.rounding = replayed_rounding(text(v, "a rounding direction")); },
       [](const Experiment& e) { return std::string(to_text(e.precision.rounding)); }},
  };
  for (std::size_t i = 0; i < role_count; ++i) settings.push_back(role_setting(static_cast<Role>(i)));
  return settings;
}

}  // namespace precipice
