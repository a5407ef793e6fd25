// Softmax cross-entropy of a vector of samples at a time, compiled once per vector width by Highway. Each lane is a
// sample, so the order of a sum over classes is that of its loop.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "training/softmax_lanes.cpp"
#include <hwy/foreach_target.h>

#include "arithmetic/lanes-inl.hpp"
#include "precipice/training/loss.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

#include "precipice/training/softmax_formula.inc"

using V = Lanes<double>;
constexpr Tag<double> d;
constexpr std::size_t widest = 8;  // lanes

/// Vectors in memory.
class Column {
 public:
  explicit Column(double* values) : values_(values) {}

  struct Element {
    double* at;
    HWY_INLINE operator V() const { return hn::LoadU(d, at); }  // NOLINT(google-explicit-constructor): a vector
    HWY_INLINE void operator=(V v) const { hn::StoreU(v, d, at); }
  };
  HWY_INLINE Element operator[](std::size_t k) const { return {values_ + k * widest}; }

 private:
  double* values_;
};

/// As many samples as a vector has lanes; lanes beyond the last sample compute something that nobody sees.
struct Rows {
  const Carried<double>& engine;
  const SoftmaxBatch<double>& batch;
  std::size_t first, count;
  Column logits, shifted, terms;
  double* row;  // room for the terms of one sample
  V labels;

  Rows(const Carried<double>& a, const SoftmaxBatch<double>& all, std::size_t first_sample, std::size_t samples,
       double* room)
      : engine(a),
        batch(all),
        first(first_sample),
        count(samples),
        logits(room),
        shifted(room + classes() * widest),
        terms(room + 2 * classes() * widest),
        row(room + 3 * classes() * widest) {
    HWY_ALIGN double lane[widest] = {};
    for (std::size_t i = 0; i < count; ++i) lane[i] = batch.labels[first + i];
    labels = hn::Load(d, lane);
    for (std::size_t k = 0; k < classes(); ++k) {
      for (std::size_t i = 0; i < count; ++i) lane[i] = batch.logits(first + i, k);
      logits[k] = hn::Load(d, lane);
    }
  }

  [[nodiscard]] HWY_INLINE std::size_t classes() const { return batch.logits.cols; }
  [[nodiscard]] HWY_INLINE V logit(std::size_t k) const { return logits[k]; }
  [[nodiscard]] HWY_INLINE V largest() const {
    V best = logits[0];
    for (std::size_t k = 1; k < classes(); ++k) {
      const V z = logits[k];
      best = hn::IfThenElse(hn::Lt(best, z), z, best);
    }
    return best;
  }
  template <class E>
  HWY_INLINE V sum(const E& a, const SumOrder& order) const {
    if (order.kind == SumOrder::Kind::sequential) return running_sum(a, [](std::size_t k) { return k; });
    if (order.kind == SumOrder::Kind::reverse) {
      return running_sum(a, [&](std::size_t k) { return classes() - 1 - k; });
    }
    return sum_one_by_one(order);
  }
  [[nodiscard]] HWY_INLINE V at_label(std::size_t k, V x, V y) const {
    return hn::IfThenElse(hn::Eq(labels, hn::Set(d, static_cast<double>(k))), x, y);
  }
  HWY_INLINE void set_gradient(std::size_t k, V g) const {
    HWY_ALIGN double lane[widest] = {};
    hn::Store(g, d, lane);
    for (std::size_t i = 0; i < count; ++i) batch.gradients(first + i, k) = lane[i];
  }

 private:
  template <class E, class Index>
  HWY_INLINE V running_sum(const E& a, const Index& index) const {
    V total = a.convert(terms[index(0)]);
    for (std::size_t k = 1; k < classes(); ++k) total = a.add(total, terms[index(k)]);
    return total;
  }
  [[nodiscard]] V sum_one_by_one(const SumOrder& order) const {
    HWY_ALIGN double lane[widest] = {};
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t k = 0; k < classes(); ++k) row[k] = terms[k].at[i];
      lane[i] = precipice::sum<Carried<double>>(engine, {row, classes()}, order, batch.labels[first + i]);
    }
    return hn::Load(d, lane);
  }
};

template <class E>
void all_rows(const E& lanes, const Carried<double>& a, const Loss& loss, const LossScalars<double>& given,
              const SoftmaxBatch<double>& batch, double* room) {
  const LossScalars<V> scalars{E::all(given.zero), E::all(given.one), E::all(given.share)};
  const std::size_t n = hn::Lanes(d);
  for (std::size_t i = 0; i < batch.logits.rows; i += n) {
    Rows rows(a, batch, i, std::min(n, batch.logits.rows - i), room);
    SoftmaxFormula::gradient(lanes, loss, scalars, rows);
  }
}

void carried_rows(const Carried<double>& a, const Loss& loss, const LossScalars<double>& scalars,
                  const SoftmaxBatch<double>& batch, double* room) {
  with_lanes(a, [&](const auto& lanes) { all_rows(lanes, a, loss, scalars, batch, room); });
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace precipice {
namespace {

HWY_EXPORT(carried_rows);

}  // namespace

void softmax_gradient(const Carried<double>& a, const Loss& loss, const LossScalars<double>& scalars,
                      const SoftmaxBatch<double>& batch, std::vector<double>& room) {
  constexpr std::size_t widest = 8;
  room.resize(batch.logits.cols * (3 * widest + 1));
  HWY_DYNAMIC_DISPATCH(carried_rows)(a, loss, scalars, batch, room.data());
}

}  // namespace precipice
#endif
