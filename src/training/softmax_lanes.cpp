// Softmax cross-entropy of vectors of samples at a time, compiled once per vector width by Highway. Each lane is a
// sample, so the order of a sum over classes is that of its loop.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "training/softmax_lanes.cpp"
#include <hwy/foreach_target.h>

#include "arithmetic/scratch.hpp"
#include "arithmetic/sums-inl.hpp"
#include "precipice/arithmetic/pieces.hpp"
#include "precipice/training/loss.hpp"

HWY_BEFORE_NAMESPACE();
namespace precipice::HWY_NAMESPACE {
namespace {

/// The engine for operands that are its own results, if there is one that is faster.
template <class T, std::size_t G, class E>
HWY_INLINE auto members_of(const OneLossEngine<PackedEngine<T, G, E>>& e) {
  const auto members = members_of(e.loss());
  return OneLossEngine<std::decay_t<decltype(members)>>(members);
}

#include "precipice/training/softmax_parts.inc"

#include "precipice/training/softmax_formula.inc"
#include "precipice/training/softmax_value.inc"

#if PRECIPICE_EMBEDDED_ROUNDING
/// Eight rows of eight doubles become columns: by pairs, by halves of 256 bits, by 128-bit quarters.
HWY_INLINE void transpose8(const double* from, std::size_t from_stride, double* to, std::size_t to_stride) {
  __m512d r[8], s[8];
  for (int i = 0; i < 8; ++i) r[i] = _mm512_loadu_pd(from + i * from_stride);
  for (int i = 0; i < 8; i += 2) {
    s[i] = _mm512_unpacklo_pd(r[i], r[i + 1]);      // columns 0 2 4 6 of two rows
    s[i + 1] = _mm512_unpackhi_pd(r[i], r[i + 1]);  // columns 1 3 5 7
  }
  for (int i = 0; i < 2; ++i) {
    const __m512d a = _mm512_shuffle_f64x2(s[i], s[i + 2], 0x88), b = _mm512_shuffle_f64x2(s[i], s[i + 2], 0xdd);
    const __m512d c = _mm512_shuffle_f64x2(s[i + 4], s[i + 6], 0x88),
                  d = _mm512_shuffle_f64x2(s[i + 4], s[i + 6], 0xdd);
    _mm512_storeu_pd(to + (i + 0) * to_stride, _mm512_shuffle_f64x2(a, c, 0x88));
    _mm512_storeu_pd(to + (i + 2) * to_stride, _mm512_shuffle_f64x2(b, d, 0x88));
    _mm512_storeu_pd(to + (i + 4) * to_stride, _mm512_shuffle_f64x2(a, c, 0xdd));
    _mm512_storeu_pd(to + (i + 6) * to_stride, _mm512_shuffle_f64x2(b, d, 0xdd));
  }
}
#endif

/// to(k, i) = from(i, k) for lines that lie side by side.
template <class T>
void transpose(const T* from, std::size_t rows, std::size_t cols, std::size_t from_stride, T* to,
               std::size_t to_stride) {
  std::size_t whole_rows = 0, whole_cols = 0;
#if PRECIPICE_EMBEDDED_ROUNDING
  if constexpr (std::is_same_v<T, double>) {
    whole_rows = rows / 8 * 8, whole_cols = cols / 8 * 8;
    for (std::size_t i = 0; i < whole_rows; i += 8) {
      for (std::size_t k = 0; k < whole_cols; k += 8) {
        transpose8(from + i * from_stride + k, from_stride, to + k * to_stride + i, to_stride);
      }
    }
  }
#endif
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = i < whole_rows ? whole_cols : 0; k < cols; ++k)
      to[k * to_stride + i] = from[i * from_stride + k];
  }
}

/// A pack of samples, class by class; lanes beyond the last sample compute something that nobody sees.
template <class T, std::size_t G>
class Rows {
 public:
  using V = Pack<T, G>;

  Rows(const Carried<T>& engine, const SoftmaxBatch<T>& batch, std::size_t first)
      : shifted(nullptr), terms(nullptr), engine_(engine), batch_(batch), first_(first), logits_(nullptr) {
    const std::size_t column = classes() * V::lanes();
    T* const room = scratch<T, Use::softmax>(3 * column + numbers_of_sums(classes()));
    logits_ = Column<T, G>(room);
    shifted = Column<T, G>(room + column);
    terms = Column<T, G>(room + 2 * column);
    sums_ = room + 3 * column;

    HWY_ALIGN T numbers[G * widest_lanes<T>] = {};
    for (std::size_t i = 0; i < count(); ++i) numbers[i] = static_cast<T>(batch.labels[first + i]);
    const MatrixView<const T> z = batch.logits;
    transpose(&z(first, 0), count(), classes(), z.row_stride, room, V::lanes());
    for (std::size_t i = count(); i < V::lanes(); ++i) {
      for (std::size_t k = 0; k < classes(); ++k) room[k * V::lanes() + i] = 0;
    }
    labels_ = V::load(numbers);
  }

  [[nodiscard]] HWY_INLINE std::size_t classes() const { return batch_.logits.cols; }
  [[nodiscard]] HWY_INLINE V logit(std::size_t k) const { return logits_[k]; }
  [[nodiscard]] HWY_INLINE V largest() const {
    V best = logits_[0];
    for (std::size_t k = 1; k < classes(); ++k) best = where(best, is_less, logit(k), logit(k), best);
    return best;
  }
  /// Called, not copied into each formulation: there are many orders.
  template <class E>
  HWY_NOINLINE V sum(const E& a, const SumOrder& order) const {
    const auto load = [&](std::size_t k) HWY_ATTR -> V { return terms[k]; };
    const PackedTerms<T, G, Carried<T>, E, decltype(load)> all{engine_, a, classes(), labels_, load, sums_};
    return SumFormula::total<V>(order, classes(), all);
  }
  [[nodiscard]] HWY_INLINE V at_label(std::size_t k, const V& x, const V& y) const {
    return where(V::all(static_cast<T>(k)), is_equal, labels_, x, y);
  }
  static HWY_INLINE V where_less(const V& u, const V& v, const V& x, const V& y) { return where(u, is_less, v, x, y); }
  /// Takes the place of the logit, which nobody needs any more.
  HWY_INLINE void set_gradient(std::size_t k, const V& g) const { logits_[k] = g; }

  void write_losses(const V& losses) const {
    HWY_ALIGN T numbers[G * widest_lanes<T>];
    losses.store(numbers);
    std::copy_n(numbers, count(), &batch_.losses[first_]);
  }
  void write_gradients() const {
    const MatrixView<T> g = batch_.gradients;
    transpose<T>(logits_[0].at, classes(), count(), V::lanes(), &g(first_, 0), g.row_stride);
  }

  Column<T, G> shifted, terms;

 private:
  [[nodiscard]] std::size_t count() const { return std::min(V::lanes(), batch_.logits.rows - first_); }
  static std::size_t numbers_of_sums(std::size_t classes) {
    return PackedTerms<T, G, Carried<T>, int, int>::numbers(classes);
  }

  const Carried<T>& engine_;
  const SoftmaxBatch<T>& batch_;
  std::size_t first_;
  Column<T, G> logits_;
  T* sums_ = nullptr;
  V labels_;
};

/// What is asked for of a batch.
enum class Asked : std::uint8_t { gradients, losses };

/// The samples from `first` on, as many as a pack has lanes.
template <Asked asked, class T, std::size_t G, class E>
void pack_of_rows(const E& lanes, const Carried<T>& a, const Loss& loss, const LossScalars<T>& given,
                  const SoftmaxBatch<T>& batch, std::size_t first) {
  using V = Pack<T, G>;
  const LossScalars<V> scalars{V::all(given.zero),      V::all(given.one),   V::all(given.share),
                               V::all(given.on),        V::all(given.off),   V::all(given.on_share),
                               V::all(given.off_share), V::all(given.clamp), V::all(given.twice_z_loss),
                               V::all(given.classes),   V::all(given.z_loss)};
  const OneLossEngine<PackedEngine<T, G, E>> e(PackedEngine<T, G, E>{lanes});
  Rows<T, G> rows(a, batch, first);
  if constexpr (asked == Asked::gradients) {
    SoftmaxFormula::gradient(e, loss, scalars, rows);
    rows.write_gradients();
  } else {
    rows.write_losses(SoftmaxValue::value(e, loss, scalars, rows));
  }
}

template <Asked asked, class T, class E>
void all_rows(const E& lanes, const Carried<T>& a, const Loss& loss, const LossScalars<T>& scalars,
              const SoftmaxBatch<T>& batch) {
  // Losses are recorded now and then: they are not worth a second copy of the code.
  constexpr std::size_t at_once = has_vectors && asked == Asked::gradients ? 2 : 1;
  const std::size_t rows = batch.logits.rows;
  for (std::size_t i = 0; i < rows;) {
    if (at_once > 1 && rows - i > Pack<T, 1>::lanes()) {
      pack_of_rows<asked, T, at_once>(lanes, a, loss, scalars, batch, i);
      i += Pack<T, at_once>::lanes();
    } else {
      pack_of_rows<asked, T, 1>(lanes, a, loss, scalars, batch, i);
      i += Pack<T, 1>::lanes();
    }
  }
}

// Highway's tables hold functions, not templates.
void gradients_in_binary64(const Carried<double>& a, const Loss& loss, const LossScalars<double>& scalars,
                           const SoftmaxBatch<double>& batch) {
  with_lanes(a,
             [&](const auto& lanes) HWY_ATTR { all_rows<Asked::gradients, double>(lanes, a, loss, scalars, batch); });
}
void gradients_in_binary32(const Carried<float>& a, const Loss& loss, const LossScalars<float>& scalars,
                           const SoftmaxBatch<float>& batch) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { all_rows<Asked::gradients, float>(lanes, a, loss, scalars, batch); });
}
void losses_in_binary64(const Carried<double>& a, const Loss& loss, const LossScalars<double>& scalars,
                        const SoftmaxBatch<double>& batch) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { all_rows<Asked::losses, double>(lanes, a, loss, scalars, batch); });
}
void losses_in_binary32(const Carried<float>& a, const Loss& loss, const LossScalars<float>& scalars,
                        const SoftmaxBatch<float>& batch) {
  with_lanes(a, [&](const auto& lanes) HWY_ATTR { all_rows<Asked::losses, float>(lanes, a, loss, scalars, batch); });
}

}  // namespace
}  // namespace precipice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace precipice {
namespace {

HWY_EXPORT(gradients_in_binary64);
HWY_EXPORT(gradients_in_binary32);
HWY_EXPORT(losses_in_binary64);
HWY_EXPORT(losses_in_binary32);

/// rows(a part of the batch) for all parts.
template <class T, class RowsOf>
void in_parts(const SoftmaxBatch<T>& batch, const RowsOf& rows_of) {
  constexpr std::size_t worth_a_piece = 1 << 14;  // logits, some 50 microseconds
  const MatrixView<const T> z = batch.logits;
  const MatrixView<T> g = batch.gradients;
  assert(z.col_stride == 1 && (g.rows == 0 || g.col_stride == 1));
  in_pieces(z.rows, worth_a_piece / std::max<std::size_t>(z.cols, 1) + 1, [&](std::size_t first, std::size_t end) {
    SoftmaxBatch<T> part{MatrixView<const T>(&z(first, 0), end - first, z.cols, z.row_stride, z.col_stride),
                         batch.labels.subspan(first, end - first), g, batch.losses};
    if (g.rows != 0) part.gradients = MatrixView<T>(&g(first, 0), end - first, g.cols, g.row_stride, g.col_stride);
    if (!batch.losses.empty()) part.losses = batch.losses.subspan(first, end - first);
    rows_of(part);
  });
}

}  // namespace

void softmax_gradient(const Carried<double>& a, const Loss& loss, const LossScalars<double>& scalars,
                      const SoftmaxBatch<double>& batch, SoftmaxRoom<double>& /*room*/) {
  in_parts(batch, [&](const SoftmaxBatch<double>& part) {
    HWY_DYNAMIC_DISPATCH(gradients_in_binary64)(a, loss, scalars, part);
  });
}
void softmax_gradient(const Carried<float>& a, const Loss& loss, const LossScalars<float>& scalars,
                      const SoftmaxBatch<float>& batch, SoftmaxRoom<float>& /*room*/) {
  in_parts(batch, [&](const SoftmaxBatch<float>& part) {
    HWY_DYNAMIC_DISPATCH(gradients_in_binary32)(a, loss, scalars, part);
  });
}
void softmax_losses(const Carried<double>& a, const Loss& loss, const LossScalars<double>& scalars,
                    const SoftmaxBatch<double>& batch, SoftmaxRoom<double>& /*room*/) {
  in_parts(batch, [&](const SoftmaxBatch<double>& part) {
    HWY_DYNAMIC_DISPATCH(losses_in_binary64)(a, loss, scalars, part);
  });
}
void softmax_losses(const Carried<float>& a, const Loss& loss, const LossScalars<float>& scalars,
                    const SoftmaxBatch<float>& batch, SoftmaxRoom<float>& /*room*/) {
  in_parts(batch, [&](const SoftmaxBatch<float>& part) {
    HWY_DYNAMIC_DISPATCH(losses_in_binary32)(a, loss, scalars, part);
  });
}

}  // namespace precipice
#endif
