// Batches and arrays so large that they are shared out to threads, against one thread, and against small parts one by
// one.
#include <doctest/doctest.h>

#include "precipice/training/loss.hpp"
#include "precipice/training/optimizer.hpp"
#include "support/arrays.hpp"
#include "support/one_thread.hpp"
#include "training/one_by_one.hpp"

using namespace precipice;
using testing::Mismatches;

namespace {

constexpr std::uint64_t seed = 20261203;
constexpr std::size_t count = 300'007, part = 5'003;
constexpr std::size_t samples = 5'000, classes = 11, samples_of_part = 100;
constexpr double factor = -0.01;

/// update(arrays) of all, on one thread as well, and of their parts.
template <class V, class Update>
void check_in_parts(const testing::State<V>& start, const Update& update, const std::string& what) {
  Mismatches mismatches;
  testing::State<V> all = start, alone = start, parts = start;
  update(all.arrays());
  testing::on_one_thread([&] { update(alone.arrays()); });
  const AdamArrays<V> of = parts.arrays();
  for (std::size_t first = 0; first < count; first += part) {
    const auto some = [&](auto array) { return array.subspan(first, std::min(part, count - first)); };
    update(AdamArrays<V>{some(of.gradients), some(of.mean), some(of.square), some(of.parameters)});
  }
  const auto expect = [&](const std::vector<V>& got, const std::vector<V>& one, const std::vector<V>& wanted) {
    testing::expect_same<V>(
        got, wanted, [&] { return what; }, mismatches);
    testing::expect_same<V>(
        one, wanted, [&] { return what + " alone"; }, mismatches);
  };
  expect(all.mean, alone.mean, parts.mean);
  expect(all.square, alone.square, parts.square);
  expect(all.parameters, alone.parameters, parts.parameters);
}

template <class A>
void check_updates(const A& engine) {
  using V = typename A::Value;
  testing::Operands operands(ieee_like(8, 5), seed);
  const testing::State<V> start(operands, count);
  const AdamScalars<double> scalars = testing::adam_scalars(true);
  check_in_parts(
      start, [&](const AdamArrays<V>& of) { adam_update(engine, scalars, of); }, "Adam " + testing::text_of(engine));
  check_in_parts(
      start, [&](const AdamArrays<V>& of) { add_multiple(engine, factor, of.gradients, of.parameters); },
      "multiple " + testing::text_of(engine));
  const MomentumScalars<double> nesterov{0.9, -0.01, false, true};
  check_in_parts(
      start,
      [&](const AdamArrays<V>& of) {
        momentum_update(engine, nesterov, {of.gradients, of.mean, of.parameters});
      },
      "momentum " + testing::text_of(engine));
}

template <class V>
void check_softmax(const Carried<V>& engine, const SumOrder& order) {
  Mismatches mismatches;
  testing::Sample sample(seed);
  Matrix<V> z(samples, classes), all(samples, classes), alone(samples, classes), parts(samples, classes);
  for (V& x : z.values()) x = static_cast<V>(static_cast<double>(sample.between(-1000, 1000)) * 0x1p-7);
  std::vector<std::uint32_t> labels(samples);
  for (std::uint32_t& label : labels) label = static_cast<std::uint32_t>(sample.below(classes));
  const LossScalars<V> scalars = loss_scalars(engine, Loss{.order = order}, 50, classes);
  const auto compute = [&](std::size_t first, std::size_t some, Matrix<V>& out) {
    SoftmaxRoom<V> room;
    softmax_gradient(engine, {.order = order}, scalars,
                     {MatrixView<const V>(z.row(first), some, classes), std::span(labels).subspan(first, some),
                      MatrixView<V>(out.row(first), some, classes)},
                     room);
  };
  compute(0, samples, all);
  testing::on_one_thread([&] { compute(0, samples, alone); });
  for (std::size_t first = 0; first < samples; first += samples_of_part) compute(first, samples_of_part, parts);
  const auto what = [&] { return fmt::format("softmax {} {}", to_text(order), testing::text_of(engine)); };
  testing::expect_same<V>(all.values(), parts.values(), what, mismatches);
  testing::expect_same<V>(alone.values(), parts.values(), what, mismatches);
}

}  // namespace

TEST_CASE("updates of many parameters have the bits of their parts, however many threads there are") {
  check_updates(Native<double>{});
  check_updates(Carried<double>(bfloat16));
  check_updates(Carried<float>(binary16));
}

TEST_CASE("losses of many samples have the bits of their parts, however many threads there are") {
  for (const SumOrder& order :
       {SumOrder::sequential, SumOrder::correct_first, SumOrder::in_lanes(8), SumOrder::exact}) {
    check_softmax(Carried<double>(bfloat16), order);
    check_softmax(Carried<float>(binary16), order);
  }
}
