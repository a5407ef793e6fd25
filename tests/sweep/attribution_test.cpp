// What each variant of an attribution changes, and that it changes nothing else.
#include "precipice/sweep/attribution.hpp"

#include <doctest/doctest.h>

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
  const RoleFormat low{experiment.precision.format, experiment.precision.rounding}, high{};
  std::size_t lowered = 0;
  for (const RoleChange& variant : attribution_variants(experiment)) {
    const Experiment changed = varied(base, variant);
    const RoleFormats formats(changed.precision);
    CHECK(changed.run.steps == experiment.run.steps);
    for (std::size_t i = 0; i < role_count; ++i) {
      const auto role = static_cast<Role>(i);
      if (role == Role::master_weights && !as_it_is.keeps_master_weights()) continue;
      CAPTURE(to_text(role));
      const bool is_it = variant.role == role;
      const RoleFormat own = as_it_is[role] == high ? low : as_it_is[role];
      switch (variant.change) {
        case RoleChange::Change::none: CHECK(formats[role] == as_it_is[role]); break;
        case RoleChange::Change::control: CHECK(formats[role] == high); break;
        case RoleChange::Change::lowered: CHECK(formats[role] == (is_it ? own : high)); break;
        case RoleChange::Change::raised: CHECK(formats[role] == (is_it ? high : as_it_is[role])); break;
      }
    }
    if (variant.change == RoleChange::Change::lowered) ++lowered;
    if (variant.change == RoleChange::Change::raised) CHECK(as_it_is[*variant.role] != high);
  }
  CHECK(lowered == role_count - (as_it_is.keeps_master_weights() ? 0 : 1));
}

}  // namespace

TEST_CASE("a variant lowers one role alone or raises one alone, whatever plan and roles the experiment has") {
  check("");
  check("[precision]\np = 5\nexponent_bits = 6\nrounding = \"toward-zero\"\n");
  check("[precision]\nplan = \"everything\"\nformat = \"e5m10\"\nsums = \"binary32 to-odd\"\n");
  check("[precision]\nplan = \"weights-only\"\nmaster_weights = \"binary32\"\nloss = \"binary16\"\n");
  check("[precision]\nloss = \"binary64\"\n\"loss.sum\" = \"e8m7\"\n");
}

TEST_CASE("the plan of an attribution has every variant with every seed, each experiment once") {
  const Plan base = parse_plan("[run]\nsteps = 3\n", "test.toml", "test");
  const std::vector<RoleChange> variants = attribution_variants(expand(base).front().experiment);
  // The experiment, its control, twelve roles alone, and the five of the loss the other way round.
  CHECK(variants.size() == 19);
  CHECK(expand(attribution_plan(base, variants, {0, 1})).size() == 38);
}
