#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "precipice/arithmetic/carried.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/sum.hpp"
#include "precipice/arithmetic/value.hpp"

namespace precipice {

/// Where the mean's factor 1/B is applied, b = fl(1/B) in the loss format:
/// before (PyTorch): g = fl(fl(p b) - [k = r] b); after: g = fl(fl(p - [k = r]) b);
/// outside: g = fl(p - [k = r]), and the parameter gradients are divided by B in their own format.
enum class MeanPlace : std::uint8_t { before, after, outside };

std::string_view to_text(MeanPlace place);
/// Throws ConfigError naming the nearest known place.
MeanPlace parse_mean_place(std::string_view text);

/// A named sequence of rounded operations. shift: s = z - m, t = exp(s), S = sum t, o = s - log S, p = exp(o).
enum class Formulation : std::uint8_t { shift };

struct Loss {
  Formulation formulation = Formulation::shift;
  SumOrder order = SumOrder::sequential;
  MeanPlace mean = MeanPlace::before;
};

/// What all rows share; V is a number or a vector of equal ones.
template <class V>
struct LossScalars {
  V zero, one, share;  ///< share: b = fl(1/B)
};

/// Logits of samples x K classes with one label per sample, and where dL/dz goes.
template <class V>
struct SoftmaxBatch {
  MatrixView<const V> logits;
  std::span<const std::uint32_t> labels;
  MatrixView<V> gradients;
};

/// The engine for operands that are its own results: of numbers the same one.
template <Arithmetic A>
const A& members_of(const A& a) {
  return a;
}

#include "precipice/training/softmax_formula.inc"

/// One sample of a batch, for an engine of numbers.
template <Arithmetic A, class V>
struct SoftmaxRow {
  using Value = typename A::Value;

  const SoftmaxBatch<V>& batch;
  std::size_t sample;
  std::span<Value> shifted, terms;
  std::vector<Value>& sums;

  [[nodiscard]] std::size_t classes() const { return batch.logits.cols; }
  [[nodiscard]] Value logit(std::size_t k) const { return transfer<Value>(batch.logits(sample, k)); }
  [[nodiscard]] Value largest() const {
    std::size_t best = 0;
    for (std::size_t k = 1; k < classes(); ++k) {
      if (is_less(batch.logits(sample, best), batch.logits(sample, k))) best = k;
    }
    return logit(best);
  }
  [[nodiscard]] Value sum(const A& a, const SumOrder& order) const {
    return precipice::sum<A>(a, terms, order, batch.labels[sample], sums);
  }
  [[nodiscard]] const Value& at_label(std::size_t k, const Value& x, const Value& y) const {
    return k == batch.labels[sample] ? x : y;
  }
  void set_gradient(std::size_t k, const Value& g) { batch.gradients(sample, k) = transfer<V>(g); }
};

/// Room for intermediate results; it may be empty at first.
template <class Value>
struct SoftmaxRoom {
  std::vector<Value> rows, sums;
};

/// All samples, one by one.
template <Arithmetic A, class V>
void softmax_gradient(const A& a, const Loss& loss, const LossScalars<typename A::Value>& scalars,
                      const SoftmaxBatch<V>& batch, SoftmaxRoom<typename A::Value>& room) {
  const std::size_t classes = batch.logits.cols;
  room.rows.resize(2 * classes);
  for (std::size_t i = 0; i < batch.logits.rows; ++i) {
    const auto half = [&](std::size_t first) { return std::span(room.rows).subspan(first, classes); };
    SoftmaxRow<A, V> row{batch, i, half(0), half(classes), room.sums};
    SoftmaxFormula::gradient(a, loss, scalars, row);
  }
}
/// The same bits, vectors of samples at a time. Fewer than 2^24 classes, which lie side by side.
void softmax_gradient(const Carried<double>& a, const Loss& loss, const LossScalars<double>& scalars,
                      const SoftmaxBatch<double>& batch, SoftmaxRoom<double>& room);
void softmax_gradient(const Carried<float>& a, const Loss& loss, const LossScalars<float>& scalars,
                      const SoftmaxBatch<float>& batch, SoftmaxRoom<float>& room);

/// Softmax cross-entropy as an engine computes it, forward beside backward. V is the type of the logits' values.
template <Arithmetic A, class V>
class SoftmaxCrossEntropy {
 public:
  /// `batch`: B of the mean, >= 1.
  SoftmaxCrossEntropy(A arithmetic, const Loss& loss, std::size_t batch)
      : a_(std::move(arithmetic)), loss_(loss), scalars_{exactly<Value>(0), exactly<Value>(1), Value{}} {
    set_batch(batch);
  }

  void set_batch(std::size_t batch) {
    scalars_.share = a_.div(scalars_.one, exactly<Value>(static_cast<double>(batch)));
  }

  /// logits: samples x K -> gradient dL/dz: samples x K; labels: one class per sample.
  void gradient(MatrixView<const V> logits, std::span<const std::uint32_t> labels, MatrixView<V> out) {
    softmax_gradient(a_, loss_, scalars_, SoftmaxBatch<V>{logits, labels, out}, room_);
  }

 private:
  using Value = typename A::Value;

  A a_;
  Loss loss_;
  LossScalars<Value> scalars_;
  SoftmaxRoom<Value> room_;
};

}  // namespace precipice
