// Losses and updates in vectors against the same formulas on numbers, on every vector width of this machine.
#include <doctest/doctest.h>

#include <cstring>

#include "precipice/training/loss.hpp"
#include "precipice/training/optimizer.hpp"
#include "support/engines.hpp"
#include "support/operands.hpp"
#include "support/orders.hpp"
#include "support/targets.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261123;

bool same(double x, double y) { return (std::isnan(x) && std::isnan(y)) || std::memcmp(&x, &y, sizeof x) == 0; }

/// Logits with margins around and beyond every threshold; some rows hold anything.
Matrix<double> logits_of(testing::Operands& operands, std::size_t samples, std::size_t classes) {
  testing::Sample& sample = operands.sample();
  Matrix<double> z(samples, classes);
  for (std::size_t i = 0; i < samples; ++i) {
    const bool anything = sample.below(10) == 0;
    const double scale = std::ldexp(1.0, static_cast<int>(sample.between(-4, 7)));
    for (std::size_t k = 0; k < classes; ++k) {
      z(i, k) = anything ? operands.any() : static_cast<double>(sample.between(-1000, 1000)) * 1e-3 * scale;
    }
  }
  return z;
}

void check_softmax(const Carried<double>& engine, const Loss& loss, testing::Operands& operands, const char* target,
                   Mismatches& mismatches) {
  testing::Sample& sample = operands.sample();
  const auto samples = static_cast<std::size_t>(sample.between(0, 19));
  const auto classes = static_cast<std::size_t>(sample.between(1, 12));
  const Matrix<double> z = logits_of(operands, samples, classes);
  std::vector<std::uint32_t> labels(samples);
  for (std::uint32_t& label : labels) label = static_cast<std::uint32_t>(sample.below(classes));
  const LossScalars<double> scalars{0, 1, engine.div(1, 50)};
  Matrix<double> fast(samples, classes), slow(samples, classes);
  SoftmaxRoom<double> room;
  softmax_gradient(engine, loss, scalars, {z.view(), labels, fast.view()}, room);
  softmax_gradient<Carried<double>, double>(engine, loss, scalars, {z.view(), labels, slow.view()}, room);
  for (std::size_t i = 0; i < fast.values().size(); ++i) {
    mismatches.expect(same(fast.values()[i], slow.values()[i]), [&] {
      return fmt::format("{} softmax {} {} {} {}: row {} of {}, {:a}, expected {:a}", target, to_text(engine.format()),
                         to_text(engine.rounding()), to_text(loss.order), to_text(loss.mean), i / classes, samples,
                         fast.values()[i], slow.values()[i]);
    });
  }
}

/// Four arrays of a training that is under way, with some data that make trouble.
struct State {
  std::vector<double> g, mean, square, parameters;

  State(testing::Operands& operands, std::size_t count) {
    testing::Sample& sample = operands.sample();
    const auto any = [&] { return sample.below(20) == 0 ? operands.any() : operands.member(); };
    for (std::size_t i = 0; i < count; ++i) {
      g.push_back(sample.below(8) == 0 ? 0.0 : any());
      mean.push_back(any());
      square.push_back(std::fabs(any()));
      parameters.push_back(any());
    }
  }
  [[nodiscard]] AdamArrays<double> arrays() { return {g, mean, square, parameters}; }
};

template <class A>
void check_adam(const A& engine, std::size_t count, testing::Operands& operands, const char* target,
                Mismatches& mismatches) {
  State fast(operands, count);
  State slow = fast;
  const AdamScalars<double> scalars{.keep1 = 1 - (1 - 0.9),
                                    .add1 = 1 - 0.9,
                                    .keep2 = 0.999,
                                    .add2 = 1 - 0.999,
                                    .epsilon = 1e-8,
                                    .minus_size = -3e-3 / 0.19,
                                    .root_correction = 0.0447,
                                    .begins_at_mean = operands.sample().coin()};
  adam_update(engine, scalars, fast.arrays());
  adam_update<A>(engine, scalars, slow.arrays());
  for (std::size_t i = 0; i < count; ++i) {
    const bool agrees = same(fast.mean[i], slow.mean[i]) && same(fast.square[i], slow.square[i]) &&
                        same(fast.parameters[i], slow.parameters[i]);
    mismatches.expect(agrees, [&] {
      return fmt::format("{} Adam {} {} {}: {} of {} is {:a}, expected {:a}", target, A::name(),
                         to_text(engine.format()), to_text(engine.rounding()), i, count, fast.parameters[i],
                         slow.parameters[i]);
    });
  }
}

}  // namespace

TEST_CASE("a vector of rows has the bits of one row at a time: formats, directions, orders, places of the mean") {
  testing::on_every_target([](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const Format& f : testing::carried_formats<Carried<double>>()) {
      for (const Rounding rounding : deterministic_roundings()) {
        testing::Operands operands(f, stream++);
        const Carried<double> engine(f, rounding);
        for (const SumOrder& order : testing::all_orders) {
          const MeanPlace mean =
              operands.sample().one_of(std::array{MeanPlace::before, MeanPlace::after, MeanPlace::outside});
          check_softmax(engine, {.order = order, .mean = mean}, operands, target, mismatches);
        }
      }
    }
  });
}

TEST_CASE("a vector of parameters has the bits of one at a time, whatever their number") {
  testing::on_every_target([](const char* target) {
    Mismatches mismatches;
    std::uint64_t stream = seed;
    for (const Format& f : testing::carried_formats<Carried<double>>()) {
      for (const Rounding rounding : deterministic_roundings()) {
        testing::Operands operands(f, stream++);
        for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{35}}) {
          check_adam(Carried<double>(f, rounding), count, operands, target, mismatches);
        }
      }
    }
    testing::Operands operands(ieee_like(24, 8), stream);
    for (std::size_t count = 0; count <= 35; ++count) {
      check_adam(Native<double>{}, count, operands, target, mismatches);
    }
  });
}
