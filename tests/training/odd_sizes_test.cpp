// Losses and updates of every small number of samples and parameters, in arrays that begin where no vector does and end
// with their allocation: nothing around the results is written, and a sanitizer sees what is read. On every vector
// width of this machine.
#include <doctest/doctest.h>

#include "precipice/training/loss.hpp"
#include "precipice/training/optimizer.hpp"
#include "support/arrays.hpp"
#include "support/framed.hpp"
#include "support/orders.hpp"
#include "support/targets.hpp"
#include "training/one_by_one.hpp"

using namespace precipice;
using testing::Frame;
using testing::Framed;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261202;
constexpr std::size_t longest = 35;

template <class V>
void check_softmax(const Carried<V>& engine, const SumOrder& order, std::size_t classes, const char* target,
                   Mismatches& mismatches) {
  testing::Operands operands(engine.format(), seed);
  testing::Sample& sample = operands.sample();
  std::vector<V> logits(longest * classes), wanted(longest * classes);
  for (V& z : logits) z = static_cast<V>(static_cast<double>(sample.between(-1000, 1000)) * 0x1p-7);
  std::vector<std::uint32_t> labels(longest);
  for (std::uint32_t& label : labels) label = static_cast<std::uint32_t>(sample.below(classes));
  const Loss loss{.order = order};
  const LossScalars<V> scalars = loss_scalars(engine, loss, 50, classes);
  SoftmaxRoom<V> room;
  const MatrixView<const V> all(logits.data(), longest, classes);
  softmax_gradient_by_rows(OneLossEngine<Carried<V>>(engine), loss, scalars,
                           SoftmaxBatch<V>{all, labels, MatrixView<V>(wanted.data(), longest, classes)}, room);
  std::vector<V> wanted_losses(longest);
  softmax_losses_by_rows(OneLossEngine<Carried<V>>(engine), loss, scalars,
                         SoftmaxBatch<V>{all, labels, MatrixView<V>(nullptr, 0, 0), wanted_losses}, room);
  for (std::size_t samples = 0; samples <= longest; ++samples) {
    for (const Frame& frame : testing::all_frames) {
      Framed<V> z(samples, classes, classes + samples % 3, {frame.before, 0});
      z.fill(logits, classes);
      Framed<V> gradients(samples, classes, classes + samples % 2, frame);
      Framed<std::uint32_t> some(std::span<const std::uint32_t>(labels).first(samples), frame);
      softmax_gradient(engine, loss, scalars, {std::as_const(z).view(), some.span(), gradients.view()}, room);
      const auto what = [&] {
        return fmt::format("{} softmax {} {}: {} x {}", target, to_text(order), testing::text_of(engine), samples,
                           classes);
      };
      for (std::size_t i = 0; i < samples; ++i) {
        testing::expect_same<V>(gradients.view().row(i), std::span(wanted).subspan(i * classes, classes), what,
                                mismatches);
      }
      mismatches.expect(gradients.is_untouched(), [&] { return what() + " writes beyond its gradients"; });
      Framed<V> losses(samples, frame);
      softmax_losses(engine, loss, scalars,
                     {std::as_const(z).view(), some.span(), MatrixView<V>(nullptr, 0, 0), losses.span()}, room);
      testing::expect_same<V>(losses.span(), std::span(wanted_losses).first(samples), what, mismatches);
      mismatches.expect(losses.is_untouched(), [&] { return what() + " writes beyond its losses"; });
    }
  }
}

template <class V>
void check_every_softmax(const Carried<V>& engine) {
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    for (const SumOrder& order :
         {SumOrder::sequential, SumOrder::correct_first, SumOrder::butterfly, SumOrder::exact}) {
      for (const std::size_t classes : {1, 3, 10}) check_softmax(engine, order, classes, target, mismatches);
    }
  });
}

template <class A>
void check_updates(const A& engine) {
  using V = typename A::Value;
  testing::on_every_target([&](const char* target) {
    Mismatches mismatches;
    testing::Operands operands(ieee_like(8, 5), seed);
    const testing::State<V> start(operands, longest);
    const AdamScalars<double> scalars = testing::adam_scalars(true);
    const MomentumScalars<double> nesterov{0.9, -0.3, false, true};
    constexpr double factor = -0.3;
    testing::State<V> adam = start, momentum = start, multiple = start;
    testing::adam_one_by_one(engine, scalars, adam.arrays());
    testing::momentum_one_by_one(engine, nesterov, momentum.momentum_arrays());
    testing::add_multiple_one_by_one(engine, factor, multiple.g, multiple.parameters);
    for (std::size_t count = 0; count <= longest; ++count) {
      for (const Frame& frame : testing::all_frames) {
        const auto what = [&] { return fmt::format("{} {} of {}", target, testing::text_of(engine), count); };
        const auto copy = [&](const std::vector<V>& of, const Frame& around) {
          Framed<V> result(count, around);
          result.fill(of);
          return result;
        };
        const auto expect = [&](Framed<V>& got, const std::vector<V>& wanted) {
          testing::expect_same<V>(got.span(), std::span(wanted).first(count), what, mismatches);
          mismatches.expect(got.is_untouched(), [&] { return what() + " writes beyond its arrays"; });
        };
        Framed<V> g = copy(start.g, {frame.before, 0}), mean = copy(start.mean, frame),
                  square = copy(start.square, frame), parameters = copy(start.parameters, frame);
        adam_update(engine, scalars, AdamArrays<V>{g.span(), mean.span(), square.span(), parameters.span()});
        expect(mean, adam.mean);
        expect(square, adam.square);
        expect(parameters, adam.parameters);
        Framed<V> moved = copy(start.parameters, frame);
        add_multiple(engine, factor, g.span(), moved.span());
        expect(moved, multiple.parameters);
        Framed<V> velocity = copy(start.mean, frame), pushed = copy(start.parameters, frame);
        momentum_update(engine, nesterov, MomentumArrays<V>{g.span(), velocity.span(), pushed.span()});
        expect(velocity, momentum.mean);
        expect(pushed, momentum.parameters);
      }
    }
  });
}

}  // namespace

TEST_CASE("losses of odd numbers of samples keep to their arrays") {
  check_every_softmax(Carried<double>(bfloat16));
  check_every_softmax(Carried<double>(parse_format("e4m3fn:sat:ftz"), Rounding::toward_negative));
  check_every_softmax(Carried<float>(binary16));
  check_every_softmax(Carried<float>(parse_format("e5m2:daz"), Rounding::to_odd));
}

TEST_CASE("updates of odd numbers of parameters keep to their arrays") {
  check_updates(Native<double>{});
  check_updates(Carried<double>(bfloat16));
  check_updates(Carried<double>(parse_format("e4m3fn:sat:ftz"), Rounding::toward_negative));
  check_updates(Carried<float>(binary16));
  check_updates(Carried<float>(parse_format("e5m2:daz"), Rounding::to_odd));
}
