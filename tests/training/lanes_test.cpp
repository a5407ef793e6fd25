// Losses and updates in vectors against the same formulas on numbers, on every vector width of this machine.
#include <doctest/doctest.h>

#include "precipice/training/loss.hpp"
#include "precipice/training/optimizer.hpp"
#include "support/arrays.hpp"
#include "support/engines.hpp"
#include "support/orders.hpp"
#include "support/targets.hpp"
#include "training/formulations.hpp"
#include "training/one_by_one.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261123;
constexpr std::array all_places{MeanPlace::before, MeanPlace::after, MeanPlace::outside};

/// Logits with margins around and beyond every threshold; some rows hold anything.
template <class V>
Matrix<V> logits_of(testing::Operands& operands, std::size_t samples, std::size_t classes) {
  testing::Sample& sample = operands.sample();
  testing::Values<V> value(operands);
  Matrix<V> z(samples, classes);
  for (std::size_t i = 0; i < samples; ++i) {
    const bool anything = sample.below(10) == 0;
    const double scale = std::ldexp(1.0, static_cast<int>(sample.between(-4, 7)));
    for (std::size_t k = 0; k < classes; ++k) {
      z(i, k) = value(anything ? operands.any() : static_cast<double>(sample.between(-1000, 1000)) * 1e-3 * scale);
    }
  }
  return z;
}

template <class V>
void check_softmax(const Carried<V>& engine, const Loss& loss, std::size_t samples, std::size_t classes,
                   testing::Operands& operands, const char* target, Mismatches& mismatches) {
  const Matrix<V> z = logits_of<V>(operands, samples, classes);
  std::vector<std::uint32_t> labels(samples);
  for (std::uint32_t& label : labels) label = static_cast<std::uint32_t>(operands.sample().below(classes));
  const LossScalars<V> scalars = loss_scalars(engine, loss, 50, classes);
  Matrix<V> fast(samples, classes), slow(samples, classes);
  SoftmaxRoom<V> room;
  softmax_gradient(engine, loss, scalars, {z.view(), labels, fast.view()}, room);
  softmax_gradient_by_rows(OneLossEngine<Carried<V>>(engine), loss, scalars,
                           SoftmaxBatch<V>{z.view(), labels, slow.view()}, room);
  const auto what = [&] {
    return fmt::format("{} softmax {} formulation {} {} {}, {} samples of {} classes", target, testing::text_of(engine),
                       static_cast<int>(loss.formulation), to_text(loss.order), to_text(loss.mean), samples, classes);
  };
  testing::expect_same<V>(fast.values(), slow.values(), what, mismatches);
  std::vector<V> fast_losses(samples), slow_losses(samples);
  const MatrixView<V> none(nullptr, 0, 0);
  softmax_losses(engine, loss, scalars, {z.view(), labels, none, fast_losses}, room);
  softmax_losses_by_rows(OneLossEngine<Carried<V>>(engine), loss, scalars,
                         SoftmaxBatch<V>{z.view(), labels, none, slow_losses}, room);
  const auto of_loss = [&] { return what() + ": losses"; };
  testing::expect_same<V>(fast_losses, slow_losses, of_loss, mismatches);
}

/// An order, and everything else by chance; half of the losses have no more than a formulation.
template <class V>
Loss any_loss(const SumOrder& order, testing::Sample& sample) {
  Loss loss{.formulation = sample.one_of(testing::all_formulations), .order = order, .mean = sample.one_of(all_places)};
  if (sample.coin()) return loss;
  if (sample.coin()) loss.projection = Projection::zero_sum;
  if (std::is_same_v<V, double> && sample.coin()) loss.smoothing = 0.1;  // floats hold no such shares
  if (sample.coin()) loss.z_loss = 0x1p-5;
  if (sample.coin()) loss.margin_clamp = 3;
  if (sample.coin()) loss.scale = 1024;
  loss.is_fused = sample.coin();
  return loss;
}

/// Formats, directions and orders, with a shape and a place of the mean of their own.
template <class V>
void check_every_softmax(std::size_t most_samples, std::size_t most_classes) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const Format& f : testing::carried_formats<Carried<V>>()) {
      for (const Rounding rounding : deterministic_roundings()) {
        testing::Operands operands(f, stream++);
        testing::Sample& sample = operands.sample();
        const Carried<V> engine(f, rounding);
        for (const SumOrder& order : testing::all_orders) {
          const std::size_t samples = sample.below(most_samples + 1), classes = 1 + sample.below(most_classes);
          check_softmax(engine, any_loss<V>(order, sample), samples, classes, operands, target, mismatches);
        }
      }
    }
  });
}

/// More samples than a pack of vectors takes, and more classes than a warp has lanes.
template <class V>
void check_large_softmax(const Carried<V>& engine) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    testing::Operands operands(engine.format(), seed);
    for (const SumOrder& order : testing::all_orders) {
      for (const std::size_t samples : {31, 32, 33, 48, 65, 70}) {
        for (const std::size_t classes : {1, 2, 31, 33, 40}) {
          const Loss loss = any_loss<V>(order, operands.sample());
          check_softmax(engine, loss, samples, classes, operands, target, mismatches);
        }
      }
    }
  });
}

template <class A>
void check_adam(const A& engine, std::size_t count, testing::Operands& operands, const char* target,
                Mismatches& mismatches) {
  using V = typename A::Value;
  testing::State<V> fast(operands, count);
  testing::State<V> slow = fast;
  const AdamScalars<double> scalars = testing::adam_scalars(operands.sample().coin());
  adam_update(engine, scalars, fast.arrays());
  testing::adam_one_by_one(engine, scalars, slow.arrays());
  const auto what = [&](const char* array) {
    return [&, array] { return fmt::format("{} Adam's {} {}", target, array, testing::text_of(engine)); };
  };
  testing::expect_same<V>(fast.mean, slow.mean, what("mean"), mismatches);
  testing::expect_same<V>(fast.square, slow.square, what("square"), mismatches);
  testing::expect_same<V>(fast.parameters, slow.parameters, what("parameters"), mismatches);
}

template <class A>
void check_momentum(const A& engine, std::size_t count, testing::Operands& operands, const char* target,
                    Mismatches& mismatches) {
  using V = typename A::Value;
  testing::State<V> fast(operands, count);
  testing::State<V> slow = fast;
  const MomentumScalars<double> scalars = testing::momentum_scalars(operands.sample());
  momentum_update(engine, scalars, fast.momentum_arrays());
  testing::momentum_one_by_one(engine, scalars, slow.momentum_arrays());
  const auto what = [&](const char* array) {
    return [&, array] { return fmt::format("{} momentum's {} {}", target, array, testing::text_of(engine)); };
  };
  testing::expect_same<V>(fast.mean, slow.mean, what("velocity"), mismatches);
  testing::expect_same<V>(fast.parameters, slow.parameters, what("parameters"), mismatches);
}

/// What is added where it is not added at once.
template <class A>
void check_changes(const A& engine, std::size_t count, testing::Operands& operands, const char* target,
                   Mismatches& mismatches) {
  testing::State<double> fast(operands, count);
  testing::State<double> slow = fast;
  const auto what = [&](const char* of) {
    return [&, of] { return fmt::format("{} changes by {} {}", target, of, testing::text_of(engine)); };
  };
  const AdamScalars<double> adam = testing::adam_scalars(operands.sample().coin());
  adam_changes(engine, adam, fast.arrays());
  for (std::size_t i = 0; i < count; ++i) {
    slow.parameters[i] = AdamFormula::change(engine, adam, slow.g[i], slow.mean[i], slow.square[i]);
  }
  testing::expect_same<double>(fast.parameters, slow.parameters, what("Adam"), mismatches);
  const MomentumScalars<double> momentum = testing::momentum_scalars(operands.sample());
  momentum_changes(engine, momentum, fast.momentum_arrays());
  for (std::size_t i = 0; i < count; ++i) {
    slow.parameters[i] = MomentumFormula::change(engine, momentum, slow.g[i], slow.mean[i]);
  }
  testing::expect_same<double>(fast.parameters, slow.parameters, what("momentum"), mismatches);
  testing::expect_same<double>(fast.mean, slow.mean, what("momentum, the state of"), mismatches);
}

template <class A>
void check_multiple(const A& engine, std::size_t count, testing::Operands& operands, const char* target,
                    Mismatches& mismatches) {
  using V = typename A::Value;
  testing::State<V> fast(operands, count);
  testing::State<V> slow = fast;
  const double factor = -std::ldexp(static_cast<double>(operands.sample().below(1000)), -10);
  add_multiple(engine, factor, fast.g, fast.parameters);
  testing::add_multiple_one_by_one(engine, factor, slow.g, slow.parameters);
  const auto what = [&] { return fmt::format("{} multiple by {:a} {}", target, factor, testing::text_of(engine)); };
  testing::expect_same<V>(fast.parameters, slow.parameters, what, mismatches);
}

template <class V>
void check_updates() {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const Format& f : testing::carried_formats<Carried<V>>()) {
      for (const Rounding rounding : deterministic_roundings()) {
        testing::Operands operands(f, stream++);
        const Carried<V> engine(f, rounding);
        for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{35}}) {
          check_adam(engine, count, operands, target, mismatches);
          check_momentum(engine, count, operands, target, mismatches);
          check_multiple(engine, count, operands, target, mismatches);
          if constexpr (std::is_same_v<V, double>) check_changes(engine, count, operands, target, mismatches);
        }
      }
    }
  });
}

template <class A>
void check_lengths(const A& engine) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    testing::Operands operands(ieee_like(8, 6), seed);
    for (std::size_t count = 0; count <= 35; ++count) {
      check_adam(engine, count, operands, target, mismatches);
      check_momentum(engine, count, operands, target, mismatches);
      check_multiple(engine, count, operands, target, mismatches);
    }
  });
}

}  // namespace

TEST_CASE("a vector of rows has the bits of one row at a time: formats, directions, formulations, orders") {
  check_every_softmax<double>(19, 12);
  check_every_softmax<float>(35, 12);
}

TEST_CASE("packs of vectors of rows have the bits of one row at a time, whatever their number and that of classes") {
  check_large_softmax(Carried<double>(bfloat16));
  check_large_softmax(Carried<double>(parse_format("e5m10:ftz"), Rounding::toward_positive));
  check_large_softmax(Carried<float>(binary16));
  check_large_softmax(Carried<float>(parse_format("e4m3fn"), Rounding::to_odd));
}

TEST_CASE("a vector of parameters has the bits of one at a time: formats and directions") {
  check_updates<double>();
  check_updates<float>();
}

TEST_CASE("a vector of parameters has the bits of one at a time, whatever their number") {
  check_lengths(Native<double>{});
  check_lengths(Carried<double>(bfloat16));
  check_lengths(Carried<float>(binary16));
  check_lengths(Carried<float>(parse_format("e4m3:ftz"), Rounding::toward_zero));
}
