#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

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

/// Softmax cross-entropy as an engine computes it, forward beside backward. V is the type of the logits' values.
template <Arithmetic A, class V>
class SoftmaxCrossEntropy {
 public:
  /// `batch`: B of the mean, >= 1.
  SoftmaxCrossEntropy(A arithmetic, const Loss& loss, std::size_t classes, std::size_t batch)
      : a_(std::move(arithmetic)),
        loss_(loss),
        shifted_(classes),
        terms_(classes),
        zero_(exactly<Value>(0)),
        one_(exactly<Value>(1)) {
    set_batch(batch);
  }

  void set_batch(std::size_t batch) { share_ = a_.div(one_, exactly<Value>(static_cast<double>(batch))); }

  /// logits: samples x K -> gradient dL/dz: samples x K; labels: one class per sample.
  void gradient(MatrixView<const V> logits, std::span<const std::uint32_t> labels, MatrixView<V> out) {
    for (std::size_t i = 0; i < logits.rows; ++i) {
      switch (loss_.formulation) {
        case Formulation::shift: shifted_gradient(logits, labels[i], i, out); break;
      }
    }
  }

 private:
  using Value = typename A::Value;

  void shifted_gradient(MatrixView<const V> logits, std::size_t label, std::size_t i, MatrixView<V> out) {
    const std::size_t classes = logits.cols;
    const Value maximum = transfer<Value>(largest(logits, i));
    for (std::size_t k = 0; k < classes; ++k) {
      shifted_[k] = a_.sub(transfer<Value>(logits(i, k)), maximum);
      terms_[k] = a_.exp(shifted_[k]);
    }
    const Value log_sum = a_.log(sum<A>(a_, terms_, loss_.order, label));
    for (std::size_t k = 0; k < classes; ++k) {
      const Value probability = a_.exp(a_.sub(shifted_[k], log_sum));
      out(i, k) = transfer<V>(logit_gradient(probability, k == label));
    }
  }

  [[nodiscard]] Value logit_gradient(const Value& probability, bool is_label) const {
    switch (loss_.mean) {
      case MeanPlace::before: return a_.sub(a_.mul(probability, share_), is_label ? share_ : zero_);
      case MeanPlace::after: return a_.mul(a_.sub(probability, is_label ? one_ : zero_), share_);
      case MeanPlace::outside: break;
    }
    return a_.sub(probability, is_label ? one_ : zero_);
  }

  static const V& largest(MatrixView<const V> logits, std::size_t i) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < logits.cols; ++k) {
      if (is_less(logits(i, best), logits(i, k))) best = k;
    }
    return logits(i, best);
  }

  A a_;
  Loss loss_;
  std::vector<Value> shifted_, terms_;
  Value zero_, one_, share_;
};

}  // namespace precipice
