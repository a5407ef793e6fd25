// The keys of [loss] and [precision] beyond a plan and a format.
#include <doctest/doctest.h>

#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/results.hpp"
#include "sweep/one_experiment.hpp"

using namespace precipice;
using testing::complaint;
using testing::experiment;
using testing::has_key;

TEST_CASE("a loss is a formulation and what is added to it") {
  const Loss loss = experiment(R"(
[loss]
formulation = "lse-added"
order = "lanes:8"
mean = "after"
projection = "zero-sum"
smoothing = 0.1
z_loss = 1e-4
margin_clamp = 100
scale = 1024
fused = true
)")
                        .loss;
  CHECK(loss.formulation == Formulation::lse_added);
  CHECK(loss.order == SumOrder::in_lanes(8));
  CHECK(loss.mean == MeanPlace::after);
  CHECK(loss.projection == Projection::zero_sum);
  CHECK(loss.smoothing == 0.1);
  CHECK(loss.z_loss == 1e-4);
  CHECK(loss.margin_clamp == 100);
  CHECK(loss.scale == 1024);
  CHECK(loss.is_fused);
}

TEST_CASE("roles have formats, and roundings if they are not to nearest-even") {
  const Experiment e = experiment(R"(
[precision]
plan = "weights-only"
format = "bf16"
sums = "fp32 toward-zero"
loss = "binary16"
"loss.sum" = "binary32"
master_weights = "binary32"
)");
  CHECK(e.precision.plan == PrecisionPlan::weights_only);
  CHECK(e.precision.of(Role::sums) == RoleFormat{binary32, Rounding::toward_zero});
  const RoleFormats roles(e.precision);
  CHECK(roles[Role::weights] == RoleFormat{bfloat16});
  CHECK(roles[Role::loss_exp] == RoleFormat{binary16});
  CHECK(roles[Role::loss_sum] == RoleFormat{binary32});
  CHECK(roles.keeps_master_weights());
  // Without the loss itself its parts may be written as TOML would.
  CHECK(experiment("[precision]\nloss.sum = \"binary32\"\n").precision.of(Role::loss_sum) == RoleFormat{binary32});
}

TEST_CASE("what is not asked for is no part of an experiment's identity") {
  const Experiment plain = experiment("");
  const Experiment same = experiment(
      "[loss]\nsmoothing = 0\nscale = 1\nfused = false\nprojection = \"none\"\n"
      "[precision]\nsums = \"plan\"\n");
  CHECK(key_of(plain) == key_of(same));
  CHECK_FALSE(has_key(plain, "loss.smoothing"));
  CHECK_FALSE(has_key(plain, "precision.sums"));
  const Experiment other = experiment("[loss]\nsmoothing = 0.1\n[precision]\nsums = \"e8m7\"\n");
  CHECK(has_key(other, "loss.smoothing"));
  CHECK(has_key(other, "precision.sums"));
  CHECK(key_of(other) != key_of(plain));
}

TEST_CASE("a resolved configuration with roles and options reads back as the same experiment") {
  const std::string_view text = R"(
[loss]
formulation = "stablemax"
smoothing = 0.05
fused = true
[precision]
loss = "binary16"
"loss.sum" = "e8m7 to-odd"
optimizer = "binary32"
)";
  const Plan first = parse_plan(text, "test.toml", "test");
  const Plan again = parse_plan(to_toml(first), "again.toml", "test");
  CHECK(key_of(expand(first).front().experiment) == key_of(expand(again).front().experiment));
}

TEST_CASE("a role or an option that is none is named, with what would be right") {
  const auto says = [](std::string_view text, std::initializer_list<std::string_view> parts) {
    const std::string message = complaint(text);
    CAPTURE(message);
    for (const std::string_view part : parts) CHECK(message.find(part) != std::string::npos);
  };
  says("[precision]\nweight = \"bf16\"\n", {"test.toml:2", "did you mean 'precision.weights'"});
  says("[precision]\n\"loss.exponential\" = \"bf16\"\n", {"test.toml:2", "unknown key"});
  says("[precision]\nsums = \"e8x7\"\n", {"test.toml:2", "unknown format 'e8x7'"});
  says("[precision]\nsums = \"e8m7 sideways\"\n", {"test.toml:2", "sideways"});
  says("[precision]\nsums = \"e8m7 stochastic\"\n", {"test.toml:2", "without random bits"});
  says("[precision]\nsums = 8\n", {"test.toml:2", "must be a format such as"});
  says("[loss]\nformulation = \"shifty\"\n", {"test.toml:2", "did you mean 'shift'"});
  says("[loss]\nsmoothing = 1\n", {"test.toml:2", "must be a number in [0, 1)"});
  says("[loss]\nscale = 0\n", {"test.toml:2", "must be a positive number"});
  says("[loss]\nz_loss = -1\n", {"test.toml:2", "must be a number of at least 0"});
  says("[loss]\nfused = \"yes\"\n", {"test.toml:2", "must be true or false"});
  says("[loss]\nprojection = \"sum\"\n", {"test.toml:2", "none, zero-sum"});
}
