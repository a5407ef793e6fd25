// Everything between gradients and the next parameters, with every operation written out in the format of its role.
#include "precipice/training/update.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "training/updates.hpp"

using namespace precipice;
using testing::Gradients;
using testing::numbers;
using testing::role_formats;
using testing::Rounds;
using testing::updated;
using testing::with;

namespace {

constexpr std::uint64_t seed = 20261129;
constexpr int random_updates = 150;

/// A classifier of 1 feature and n classes: n weights, then n biases.
Shape linear(std::size_t classes) { return testing::shape_of(1, {}, classes); }

}  // namespace

TEST_CASE("every operation of an update is rounded into the format of its role, before and after a switch") {
  testing::Sample sample(seed);
  for (int i = 0; i < random_updates; ++i) {
    CAPTURE(i);
    Experiment e = with(testing::any_optimizer(sample));
    e.precision.plan = PrecisionPlan::everything;
    e.precision.format = sample.one_of(std::array{bfloat16, binary16, binary32});
    for (const Role role : {Role::weights, Role::gradients, Role::optimizer, Role::master_weights}) {
      if (sample.below(3) == 0) e.precision.of(role) = sample.one_of(role_formats);
    }
    if (sample.coin()) e.optimizer_switch = testing::switch_to(testing::any_optimizer(sample), sample.between(1, 6));
    const Shape shape = testing::shape_of(2, {static_cast<std::int64_t>(1 + sample.below(3))}, 3);
    const RoleFormats roles(e.precision);
    const Role weights = roles.keeps_master_weights() ? Role::master_weights : Role::weights;
    const std::vector<double> start = numbers(sample, shape.parameters, roles[weights]);
    Gradients gradients;
    for (int t = 0; t < 8; ++t) gradients.push_back(numbers(sample, shape.parameters, roles[Role::gradients]));
    const std::vector<double> expected = testing::transcribed(e, shape, start, gradients);
    CHECK(updated(e, shape, start, gradients) == expected);
    CHECK(updated(e, shape, start, gradients, EngineName::reference) == expected);
  }
}

TEST_CASE("the sum of squares has the order lanes:16, on every engine and of every length") {
  testing::Sample sample(seed);
  for (const RoleFormat& f : role_formats) {
    const AnyEngine engine(choose_engines({.format = f.format, .rounding = f.rounding}, EngineName::automatic).kinds[5],
                           f.format, f.rounding);
    for (std::size_t count = 1; count <= 70; ++count) {
      const std::vector<double> g = numbers(sample, count, f);
      std::vector<double> room(count);
      std::vector<Exact> squares;
      for (const double x : g) squares.push_back(Rounds{f}.mul(Exact::from(x), Exact::from(x)));
      const double expected = to_double(testing::sum_written_out({f}, SumOrder::in_lanes(16), squares, 0));
      CHECK(sum_of_squares(engine, std::span<const double>(g), std::span(room)) == expected);
    }
  }
}

TEST_CASE("gradients are clipped by norm to at most the limit, and by value element by element") {
  const auto moved = [](const Optimizer& clipping, const std::vector<double>& g) {
    Optimizer o = clipping;
    o.name = OptimizerName::gradient_descent;
    o.learning_rate = 1;
    return updated(with(o), linear(1), {0, 0}, {g});
  };
  const double factor = 2 / (5 + 1e-6);
  CHECK(moved({.clip_norm = 2}, {3, -4}) == std::vector{-3 * factor, 4 * factor});
  CHECK(moved({.clip_norm = 6}, {3, -4}) == std::vector{-3.0, 4.0});
  CHECK(moved({.clip_value = 3.5}, {3, -4}) == std::vector{-3.0, 3.5});
  CHECK(moved({.clip_value = 2.5}, {-3, 4}) == std::vector{2.5, -2.5});
  // By value first: the norm that is limited is that of clipped gradients.
  CHECK(moved({.clip_value = 3, .clip_norm = 6}, {3, -4}) == std::vector{-3.0, 3.0});
  constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(moved({.clip_value = 1}, {infinity, -infinity}) == std::vector{-1.0, 1.0});
  CHECK(std::isnan(moved({.clip_value = 1}, {nan, 0})[0]));
  CHECK(std::isnan(moved({.clip_norm = 1}, {nan, 0})[1]));
}

TEST_CASE("weight decay goes through the optimiser as part of the gradient, but that of AdamW does not") {
  const Optimizer coupled{.name = OptimizerName::adam, .learning_rate = 0.5, .epsilon = 0, .weight_decay = 0.25};
  // Adam's first step is the rate whatever the gradient's size: decay only gives it a sign.
  CHECK(updated(with(coupled), linear(1), {8, -2}, {{0, 0}}) == std::vector{7.5, -1.5});
  Optimizer decoupled = coupled;
  decoupled.name = OptimizerName::adamw;
  CHECK(updated(with(decoupled), linear(1), {8, -2}, {{1, -1}}) == std::vector{8 * 0.875 - 0.5, -2 * 0.875 + 0.5});
  const Optimizer descent{.name = OptimizerName::gradient_descent, .learning_rate = 0.5, .weight_decay = 0.25};
  CHECK(updated(with(descent), linear(1), {8, -2}, {{1, 1}}) == std::vector{8 - 0.5 * 3, -2 - 0.5 * 0.5});
}

TEST_CASE("centring takes from the last layer's weights their mean over the classes, and nothing else") {
  Optimizer o{.name = OptimizerName::gradient_descent, .learning_rate = 1};
  o.centre_classifier = ClassifierCentring::weights;
  const Shape shape =
      testing::shape_of(1, {2}, 2);  // hidden: weights 2, biases 2; classifier: rows (1, 3), (-2, 4), biases 2
  const std::vector<double> start{5, 6, 7, 8, 1, 3, -2, 4, 9, 10}, none(10);
  CHECK(updated(with(o), shape, start, {none}) == std::vector<double>{5, 6, 7, 8, -1, 1, -3, 3, 9, 10});
  std::vector<double> g(10);
  g[4] = -2;  // 1 becomes 3: the mean is taken after the update
  CHECK(updated(with(o), shape, start, {g}) == std::vector<double>{5, 6, 7, 8, 0, 0, -3, 3, 9, 10});
}
