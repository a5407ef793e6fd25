#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/matrix.hpp"
#include "precipice/arithmetic/sum.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/training/loss_settings.hpp"

namespace precipice {

/// What all rows share; V is a number or a vector of equal ones.
template <class V>
struct LossScalars {
  V zero, one;
  V share;                ///< b = fl(1/B), scaled if the loss is
  V on, off;              ///< targets of the correct class and of the others
  V on_share, off_share;  ///< the same times b
  V clamp, twice_z_loss, classes, z_loss;
};

/// An engine for each role of the loss; what they are is said at Role.
template <class A>
class LossEngines {
 public:
  LossEngines(A loss, A exp, A sum, A log, A gradient)
      : loss_(std::move(loss)),
        exp_(std::move(exp)),
        sum_(std::move(sum)),
        log_(std::move(log)),
        gradient_(std::move(gradient)) {}

  [[nodiscard]] const A& loss() const { return loss_; }
  [[nodiscard]] const A& exp() const { return exp_; }
  [[nodiscard]] const A& sum() const { return sum_; }
  [[nodiscard]] const A& log() const { return log_; }
  [[nodiscard]] const A& gradient() const { return gradient_; }

  [[nodiscard]] bool are_one() const {
    return are_interchangeable(loss_, exp_) && are_interchangeable(loss_, sum_) && are_interchangeable(loss_, log_) &&
           are_interchangeable(loss_, gradient_);
  }

 private:
  A loss_, exp_, sum_, log_, gradient_;
};

/// The same engine for each of them.
template <class A>
class OneLossEngine {
 public:
  explicit OneLossEngine(const A& engine) : a_(engine) {}

  [[nodiscard]] const A& loss() const { return a_; }
  [[nodiscard]] const A& exp() const { return a_; }
  [[nodiscard]] const A& sum() const { return a_; }
  [[nodiscard]] const A& log() const { return a_; }
  [[nodiscard]] const A& gradient() const { return a_; }

 private:
  A a_;
};

template <class A>
const LossEngines<A>& members_of(const LossEngines<A>& e) {
  return e;
}
template <Arithmetic A>
const OneLossEngine<A>& members_of(const OneLossEngine<A>& e) {
  return e;
}

/// `batch`: B of the mean, >= 1. Settings are binary64 scalars that enter exactly; targets are rounded as gradients
/// are.
template <Arithmetic A>
LossScalars<typename A::Value> loss_scalars(const A& gradient, const Loss& loss, std::size_t batch,
                                            std::size_t classes) {
  using V = typename A::Value;
  const auto number = [](double x) { return exactly<V>(x); };
  const auto count = static_cast<double>(classes);
  LossScalars<V> c;
  c.zero = c.off = number(0);
  c.one = c.on = number(1);
  c.share = number(loss.scale);
  if (loss.mean != MeanPlace::outside) {
    c.share = gradient.div(c.one, number(static_cast<double>(batch)));
    if (loss.scale != 1) c.share = gradient.mul(c.share, number(loss.scale));
  }
  c.on_share = c.share;
  c.off_share = c.off;
  if (loss.smoothing != 0) {
    c.on = gradient.convert(number(1 - loss.smoothing + loss.smoothing / count));
    c.off = gradient.convert(number(loss.smoothing / count));
    c.on_share = gradient.mul(c.on, c.share);
    c.off_share = gradient.mul(c.off, c.share);
  }
  c.clamp = number(loss.margin_clamp);
  c.twice_z_loss = number(2 * loss.z_loss);
  c.classes = number(count);
  c.z_loss = number(loss.z_loss);
  return c;
}

/// Logits of samples x K classes with one label per sample, and where dL/dz goes or the losses of the samples.
template <class V>
struct SoftmaxBatch {
  MatrixView<const V> logits;
  std::span<const std::uint32_t> labels;
  MatrixView<V> gradients;
  std::span<V> losses = {};
};

#include "precipice/training/softmax_parts.inc"

#include "precipice/training/softmax_formula.inc"
#include "precipice/training/softmax_value.inc"

/// One sample of a batch, for engines of numbers.
template <class V>
struct SoftmaxRow {
  const SoftmaxBatch<V>& batch;
  std::size_t sample;
  std::span<V> shifted, terms;
  std::vector<V>& sums;

  [[nodiscard]] std::size_t classes() const { return batch.logits.cols; }
  [[nodiscard]] const V& logit(std::size_t k) const { return batch.logits(sample, k); }
  [[nodiscard]] const V& largest() const {
    std::size_t best = 0;
    for (std::size_t k = 1; k < classes(); ++k) {
      if (is_less(logit(best), logit(k))) best = k;
    }
    return logit(best);
  }
  template <Arithmetic A>
  [[nodiscard]] V sum(const A& a, const SumOrder& order) const {
    return precipice::sum<A>(a, terms, order, batch.labels[sample], sums);
  }
  [[nodiscard]] const V& at_label(std::size_t k, const V& x, const V& y) const {
    return k == batch.labels[sample] ? x : y;
  }
  [[nodiscard]] static V where_less(const V& u, const V& v, const V& x, const V& y) { return is_less(u, v) ? x : y; }
  void set_gradient(std::size_t k, const V& g) { batch.gradients(sample, k) = g; }
};

/// Room for intermediate results; it may be empty at first.
template <class V>
struct SoftmaxRoom {
  std::vector<V> rows, sums;
};

/// visit(row) for all samples, one by one.
template <class V, class Visit>
void for_each_row(const SoftmaxBatch<V>& batch, SoftmaxRoom<V>& room, const Visit& visit) {
  const std::size_t classes = batch.logits.cols;
  room.rows.resize(2 * classes);
  for (std::size_t i = 0; i < batch.logits.rows; ++i) {
    const auto half = [&](std::size_t first) { return std::span(room.rows).subspan(first, classes); };
    SoftmaxRow<V> row{batch, i, half(0), half(classes), room.sums};
    visit(row);
  }
}

/// The gradients of all samples. `e`: LossEngines or OneLossEngine.
template <class E, class V>
void softmax_gradient_by_rows(const E& e, const Loss& loss, const LossScalars<V>& scalars, const SoftmaxBatch<V>& batch,
                              SoftmaxRoom<V>& room) {
  for_each_row(batch, room, [&](SoftmaxRow<V>& row) { SoftmaxFormula::gradient(e, loss, scalars, row); });
}
/// The losses of all samples as the arithmetic has them: neither averaged nor scaled.
template <class E, class V>
void softmax_losses_by_rows(const E& e, const Loss& loss, const LossScalars<V>& scalars, const SoftmaxBatch<V>& batch,
                            SoftmaxRoom<V>& room) {
  for_each_row(batch, room,
               [&](SoftmaxRow<V>& row) { batch.losses[row.sample] = SoftmaxValue::value(e, loss, scalars, row); });
}

// The same with one engine for all.

template <Arithmetic A>
void softmax_losses(const A& a, const Loss& loss, const LossScalars<typename A::Value>& scalars,
                    const SoftmaxBatch<typename A::Value>& batch, SoftmaxRoom<typename A::Value>& room) {
  softmax_losses_by_rows(OneLossEngine<A>(a), loss, scalars, batch, room);
}
template <Arithmetic A>
void softmax_gradient(const A& a, const Loss& loss, const LossScalars<typename A::Value>& scalars,
                      const SoftmaxBatch<typename A::Value>& batch, SoftmaxRoom<typename A::Value>& room) {
  softmax_gradient_by_rows(OneLossEngine<A>(a), loss, scalars, batch, room);
}
/// The same bits, vectors of samples at a time. Fewer than 2^24 classes, which lie side by side.
void softmax_gradient(const Carried<double>& a, const Loss& loss, const LossScalars<double>& scalars,
                      const SoftmaxBatch<double>& batch, SoftmaxRoom<double>& room);
void softmax_gradient(const Carried<float>& a, const Loss& loss, const LossScalars<float>& scalars,
                      const SoftmaxBatch<float>& batch, SoftmaxRoom<float>& room);
void softmax_losses(const Carried<double>& a, const Loss& loss, const LossScalars<double>& scalars,
                    const SoftmaxBatch<double>& batch, SoftmaxRoom<double>& room);
void softmax_losses(const Carried<float>& a, const Loss& loss, const LossScalars<float>& scalars,
                    const SoftmaxBatch<float>& batch, SoftmaxRoom<float>& room);
inline void softmax_losses(const AnyEngine& a, const Loss& loss, const LossScalars<double>& scalars,
                           const SoftmaxBatch<double>& batch, SoftmaxRoom<double>& room) {
  a.visit([&](const auto& engine) { softmax_losses(engine, loss, scalars, batch, room); });
}
inline void softmax_gradient(const AnyEngine& a, const Loss& loss, const LossScalars<double>& scalars,
                             const SoftmaxBatch<double>& batch, SoftmaxRoom<double>& room) {
  a.visit([&](const auto& engine) { softmax_gradient(engine, loss, scalars, batch, room); });
}

/// Softmax cross-entropy as engines compute it, forward beside backward.
template <Arithmetic A>
class SoftmaxCrossEntropy {
 public:
  using V = typename A::Value;

  /// `batch`: B of the mean, >= 1.
  SoftmaxCrossEntropy(LossEngines<A> engines, const Loss& loss, std::size_t batch, std::size_t classes)
      : engines_(std::move(engines)), loss_(loss), classes_(classes) {
    set_batch(batch);
  }
  /// The same engine for each role.
  SoftmaxCrossEntropy(const A& a, const Loss& loss, std::size_t batch, std::size_t classes)
      : SoftmaxCrossEntropy(LossEngines<A>(a, a, a, a, a), loss, batch, classes) {}

  void set_batch(std::size_t batch) {
    batch_ = batch;
    scalars_ = loss_scalars(engines_.gradient(), loss_, batch, classes_);
  }
  /// Another scale of a loss that is scaled.
  void set_scale(double scale) {
    loss_.scale = scale;
    set_batch(batch_);
  }

  /// logits: samples x K -> gradient dL/dz: samples x K; labels: one class per sample.
  void gradient(MatrixView<const V> logits, std::span<const std::uint32_t> labels, MatrixView<V> out) {
    const SoftmaxBatch<V> batch{logits, labels, out};
    if (are_one_) {
      softmax_gradient(engines_.loss(), loss_, scalars_, batch, room_);
    } else {
      softmax_gradient_by_rows(engines_, loss_, scalars_, batch, room_);
    }
  }

  /// logits: samples x K -> the loss of each sample as the formulation computes it (see Formulation), not averaged and
  /// not scaled.
  void losses(MatrixView<const V> logits, std::span<const std::uint32_t> labels, std::span<V> out) {
    const SoftmaxBatch<V> batch{logits, labels, MatrixView<V>(nullptr, 0, 0), out};
    if (are_one_) {
      softmax_losses(engines_.loss(), loss_, scalars_, batch, room_);
    } else {
      softmax_losses_by_rows(engines_, loss_, scalars_, batch, room_);
    }
  }

 private:
  LossEngines<A> engines_;
  bool are_one_ = engines_.are_one();
  Loss loss_;
  std::size_t classes_, batch_ = 1;
  LossScalars<V> scalars_;
  SoftmaxRoom<V> room_;
};

}  // namespace precipice
