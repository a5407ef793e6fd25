// What each variant of an attribution changes, and that it changes nothing else.
#include "precipice/sweep/attribution.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/plan.hpp"

using namespace precipice;

namespace {

/// The experiment of a variant.
Experiment varied(const Plan& base, const RoleChange& variant) {
  Plan plan = base;
  plan.axes = variant.settings;
  return expand(plan).front().experiment;
}

void check(std::string_view text) {
  const Plan base = parse_plan(text, "test.toml", "test");
  const Experiment experiment = expand(base).front().experiment;
  const RoleFormats as_it_is(experiment.precision);
  const RoleFormat low{experiment.precision.emulated(), experiment.precision.rounding}, high{};
  const bool has_master_gradients = as_it_is[Role::master_gradients] != as_it_is[Role::gradients];
  const auto is_conversion = [](Role role) {
    return role == Role::logit_gradients || role == Role::operands || role == Role::gradient_operands;
  };
  // What stands in a role that has nothing to round: nothing, or binary64.
  const auto neutral = [&](const RoleFormat& f) { return f == high || !f.rounds(); };
  std::size_t lowered = 0, possible = 0;
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    possible += as_it_is.has(role) && (role != Role::master_gradients || has_master_gradients) ? 1 : 0;
  }
  for (const RoleChange& variant : attribution_variants(experiment)) {
    const Experiment changed = varied(base, variant);
    const RoleFormats formats(changed.precision);
    CHECK(changed.run.steps == experiment.run.steps);
    CHECK(has_dynamic_scale(changed.loss, changed.precision.plan) ==
          has_dynamic_scale(experiment.loss, experiment.precision.plan));
    CHECK(changed.loss.scale == experiment.loss.scale);
    for (std::size_t i = 0; i < role_count; ++i) {
      const auto role = static_cast<Role>(i);
      CAPTURE(to_text(role));
      // Master gradients that have no format of their own go with gradients.
      const bool is_it = variant.role == role ||
                         (role == Role::master_gradients && !has_master_gradients && variant.role == Role::gradients);
      const RoleFormat own = as_it_is[role] == high ? low : as_it_is[role];
      switch (variant.change) {
        case RoleChange::Change::none: CHECK(formats[role] == as_it_is[role]); break;
        case RoleChange::Change::control: CHECK(neutral(formats[role])); break;
        case RoleChange::Change::lowered: CHECK((is_it ? formats[role] == own : neutral(formats[role]))); break;
        case RoleChange::Change::raised:
          CHECK((is_it ? formats[role] == (is_conversion(role) ? left_out : high) : formats[role] == as_it_is[role]));
          break;
      }
    }
    if (variant.change == RoleChange::Change::lowered && is_conversion(*variant.role)) {
      CHECK(formats.operand_scale() ==
            (variant.role == Role::logit_gradients ? OperandScale::none : as_it_is.operand_scale()));
    }
    if (variant.change == RoleChange::Change::raised) {
      CHECK(formats.promote_every() == as_it_is.promote_every());
    } else if (variant.role == Role::promoted_sums) {
      CHECK(formats.promote_every() == as_it_is.promote_every());
    }
    if (variant.change == RoleChange::Change::lowered) ++lowered;
    if (variant.change == RoleChange::Change::raised) CHECK(as_it_is[*variant.role] != high);
  }
  CHECK(lowered == possible);
}

}  // namespace

TEST_CASE("a variant lowers one role alone or raises one alone, whatever plan and roles the experiment has") {
  check("");
  check("[precision]\np = 5\nexponent_bits = 6\nrounding = \"toward-zero\"\n");
  check("[precision]\nplan = \"everything\"\nformat = \"e5m10\"\nsums = \"binary32 to-odd\"\n");
  check("[precision]\nplan = \"weights-only\"\nmaster_weights = \"binary32\"\nloss = \"binary16\"\n");
  check("[precision]\nloss = \"binary64\"\n\"loss.sum\" = \"e8m7\"\n");
  for (const std::string_view plan : {"mixed-bf16", "mixed-fp16", "fp8-hybrid", "accumulators"}) {
    check(fmt::format("[precision]\nplan = \"{}\"\n", plan));
    check(fmt::format("[precision]\nplan = \"{}\"\npromote_every = 4\ngradients = \"e5m2\"\n", plan));
  }
  check("[loss]\nscale = 64\n[precision]\nplan = \"mixed-fp16\"\nmaster_weights = \"none\"\n");
  check("[precision]\noperands = \"e4m3fn\"\noperand_scale = \"amax\"\nproducts = \"exact\"\n");
}

TEST_CASE("the plan of an attribution has every variant with every seed, each experiment once") {
  const Plan base = parse_plan("[run]\nsteps = 3\n", "test.toml", "test");
  const std::vector<RoleChange> variants = attribution_variants(expand(base).front().experiment);
  // The experiment, its control, twelve roles alone, and the five of the loss the other way round.
  CHECK(variants.size() == 19);
  CHECK(expand(attribution_plan(base, variants, {0, 1})).size() == 38);
}
