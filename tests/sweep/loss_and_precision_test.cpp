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

TEST_CASE("plans with a format of their own, converted factors and a dynamic scale are read and written") {
  const Experiment half = experiment("[precision]\nplan = \"mixed-fp16\"\n");
  CHECK(has_dynamic_scale(half.loss, half.precision.plan));
  CHECK(half.precision.emulated() == binary16);
  CHECK(has_key(half, "loss.initial_scale"));
  CHECK_FALSE(has_key(half, "loss.scale"));
  CHECK(key_of(half) == key_of(experiment("[loss]\nscale = \"dynamic\"\n[precision]\nplan = \"mixed-fp16\"\n")));
  CHECK(key_of(half) != key_of(experiment("[loss]\nscale = 1\n[precision]\nplan = \"mixed-fp16\"\n")));
  const Experiment scaled = experiment(
      "[loss]\nscale = \"dynamic\"\ninitial_scale = 1024\nscale_growth = 4\nscale_backoff = 0.25\n"
      "scale_interval = 10\n");
  CHECK(has_dynamic_scale(scaled.loss, scaled.precision.plan));
  CHECK(scaled.loss.dynamic.initial == 1024);
  CHECK(scaled.loss.dynamic.growth == 4);
  CHECK(scaled.loss.dynamic.backoff == 0.25);
  CHECK(scaled.loss.dynamic.interval == 10);
  CHECK(has_key(scaled, "loss.scale"));
  const Experiment plain = experiment("");
  for (const std::string_view neutral :
       {"[loss]\nscale = \"plan\"\n", "[loss]\nscale_growth = 3\n", "[precision]\npromote_every = 0\n",
        "[precision]\noperand_scale = \"none\"\n", "[precision]\noperands = \"plan\"\n"}) {
    CHECK(key_of(experiment(neutral)) == key_of(plain));
  }
  const RoleFormats fp8(experiment("[precision]\nplan = \"fp8-hybrid\"\nfeatures = \"bf16\"\n").precision);
  CHECK(to_text(Role::operands, fp8[Role::operands]) == "e4m3fn:sat");
  CHECK(to_text(Role::gradient_operands, fp8[Role::gradient_operands]) == "e5m2:sat");
  CHECK(to_text(Role::products, fp8[Role::products]) == "exact");
  CHECK(to_text(Role::master_weights, fp8[Role::master_weights]) == "none");
  CHECK(fp8[Role::features] == RoleFormat{bfloat16});
  CHECK(fp8[Role::weights] == RoleFormat{binary32});
  CHECK(fp8.operand_scale() == OperandScale::amax);
  const RoleFormats sums(
      experiment("[precision]\nplan = \"accumulators\"\nformat = \"e8m13\"\npromote_every = 128\n").precision);
  CHECK(sums[Role::sums] == RoleFormat{ieee_like(14, 8)});
  CHECK(sums[Role::promoted_sums] == RoleFormat{binary32});
  CHECK(sums[Role::features] == RoleFormat{});
  CHECK_FALSE(sums.has(Role::products));
}

TEST_CASE("a file with plans on an axis reads back as the same experiments") {
  const Plan first = parse_plan(
      "[precision]\npromote_every = 4\n[sweep]\n\"precision.plan\" = [\"mixed-fp16\", \"mixed-bf16\", "
      "\"fp8-hybrid\", \"accumulators\", \"loss-only\"]\n",
      "test.toml", "test");
  const std::vector<Cell> cells = expand(first), again = expand(parse_plan(to_toml(first), "again.toml", "test"));
  REQUIRE(cells.size() == 5);
  REQUIRE(again.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(cells[i].key == again[i].key);
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
rounding = "sr"
weights = "bfloat16 stochastic:8"
optimizer = "binary32"
products = "exact"
operands = "e4m3fn:sat"
operand_scale = "amax"
promote_every = 16
promoted_sums = "binary32"
)";
  const Plan first = parse_plan(text, "test.toml", "test");
  const Plan again = parse_plan(to_toml(first), "again.toml", "test");
  const Experiment e = expand(again).front().experiment;
  CHECK(key_of(expand(first).front().experiment) == key_of(e));
  CHECK(to_text(e.precision.rounding) == "stochastic");
  CHECK(to_text(Role::weights, *e.precision.of(Role::weights)) == "e8m7 stochastic:8");
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
  says("[precision]\nsums = \"e8m7 stochastic:0\"\n", {"test.toml:2", "random bits from 1 to 4096"});
  says("[precision]\nrounding = \"toward-zero:8\"\n", {"test.toml:2", "only stochastic:<n> does"});
  says("[precision]\nsums = \"exact\"\n", {"test.toml:2", "precision.sums is exact, but must be a format"});
  says("[precision]\nproducts = \"none\"\n", {"test.toml:2", "is none, but must be exact or a format"});
  says("[precision]\noperands = \"exact\"\n", {"test.toml:2", "is exact, but must be none or a format"});
  says("[precision]\npromoted_sums = \"none\"\n", {"test.toml:2", "is none, but must be a format"});
  says("[precision]\npromoted_sums = \"binary32\"\n",
       {"test.toml:2: precision.promoted_sums", "precision.promote_every", "at least 1"});
  says("[precision]\npromote_every = -1\n", {"test.toml:2", "an integer of at least 0"});
  says("[precision]\noperand_scale = \"amax\"\n",
       {"test.toml:2: precision.operand_scale scales nothing", "precision.gradient_operands"});
  says("[precision]\noperand_scale = \"row\"\n", {"test.toml:2", "none, amax"});
  says("[precision]\nplan = \"fp8-hybrid\"\noperands = \"binary64\"\n",
       {"test.toml:3: precision.operands", "within binary32", "precision.operand_scale = none"});
  says("[precision]\nplan = \"fp8-hybrid\"\ngradient_operands = \"e5m2:daz\"\n",
       {"test.toml:3: precision.gradient_operands", "subnormal"});
  says("[precision]\nplan = \"mixed-bf16\"\nformat = \"e5m2\"\n",
       {"test.toml:3: precision.format is e5m2, but plan mixed-bf16 has e8m7; plan mixed"});
  says("[precision]\nplan = \"mixed-fp16\"\np = 8\n", {"test.toml:3: precision.p is 8", "has e5m10"});
  says("[precision]\nplan = \"fp8-hybird\"\n", {"test.toml:2", "did you mean 'fp8-hybrid'"});
  says("[loss]\nscale = \"adaptive\"\n", {"test.toml:2", "a positive number, dynamic or plan"});
  says("[loss]\ninitial_scale = 1e39\n", {"test.toml:2", "binary32's range"});
  says("[loss]\nscale_growth = 0.5\n", {"test.toml:2", "at least 1"});
  says("[loss]\nscale_backoff = 1\n", {"test.toml:2", "a number in (0, 1)"});
  says("[loss]\nscale_interval = 0\n", {"test.toml:2", "an integer of at least 1"});
  says("[precision]\nsums = 8\n", {"test.toml:2", "must be a format such as"});
  says("[loss]\nformulation = \"shifty\"\n", {"test.toml:2", "did you mean 'shift'"});
  says("[loss]\nsmoothing = 1\n", {"test.toml:2", "must be a number in [0, 1)"});
  says("[loss]\nscale = 0\n", {"test.toml:2", "must be a positive number"});
  says("[loss]\nz_loss = -1\n", {"test.toml:2", "must be a number of at least 0"});
  says("[loss]\nfused = \"yes\"\n", {"test.toml:2", "must be true or false"});
  says("[loss]\nprojection = \"sum\"\n", {"test.toml:2", "none, zero-sum"});
}
