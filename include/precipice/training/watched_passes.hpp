#pragma once

#include <optional>

#include "precipice/arithmetic/watched.hpp"
#include "precipice/training/loss.hpp"
#include "precipice/training/update_passes.hpp"

// The loss and the updates of Watched engines: the engine's own passes where it is not observed.

namespace precipice {

template <class A>
void softmax_gradient(const Watched<A>& a, const Loss& loss, const LossScalars<typename A::Value>& scalars,
                      const SoftmaxBatch<typename A::Value>& batch, SoftmaxRoom<typename A::Value>& room) {
  a.visit([&](const auto& engine) { softmax_gradient(engine, loss, scalars, batch, room); });
}

namespace detail {

/// use(the engines of a loss) as they are if all of them are observed and carried; false if not. So nobody asks at each
/// operation which engine it is.
template <class Use>
bool with_observed_carried(const LossEngines<Watched<AnyEngine>>& e, const Use& use) {
  const auto carried = [](const Watched<AnyEngine>& a) -> std::optional<Observed<Carried<double>>> {
    const Observed<AnyEngine>* const observed = a.observed();
    const auto* const engine = observed == nullptr ? nullptr : observed->engine().template get_if<Carried<double>>();
    if (engine == nullptr) return {};
    return Observed(*engine, observed->counts());
  };
  const auto loss = carried(e.loss()), exp = carried(e.exp()), sum = carried(e.sum()), log = carried(e.log()),
             gradient = carried(e.gradient());
  if (!loss || !exp || !sum || !log || !gradient) return false;
  use(LossEngines<Observed<Carried<double>>>(*loss, *exp, *sum, *log, *gradient));
  return true;
}

}  // namespace detail

inline void softmax_gradient_by_rows(const LossEngines<Watched<AnyEngine>>& e, const Loss& loss,
                                     const LossScalars<double>& scalars, const SoftmaxBatch<double>& batch,
                                     SoftmaxRoom<double>& room) {
  const auto by_rows = [&](const auto& engines) { softmax_gradient_by_rows(engines, loss, scalars, batch, room); };
  if (!detail::with_observed_carried(e, by_rows)) softmax_gradient_by_rows<>(e, loss, scalars, batch, room);
}

template <class A>
void adam_update(const Watched<A>& a, const AdamScalars<typename A::Value>& s,
                 const AdamArrays<typename A::Value>& of) {
  a.visit([&](const auto& engine) { adam_update(engine, s, of); });
}
template <class A>
void adam_changes(const Watched<A>& a, const AdamScalars<typename A::Value>& s,
                  const AdamArrays<typename A::Value>& of) {
  a.visit([&](const auto& engine) { adam_changes(engine, s, of); });
}
template <class A>
void momentum_update(const Watched<A>& a, const MomentumScalars<typename A::Value>& s,
                     const MomentumArrays<typename A::Value>& of) {
  a.visit([&](const auto& engine) { momentum_update(engine, s, of); });
}
template <class A>
void momentum_changes(const Watched<A>& a, const MomentumScalars<typename A::Value>& s,
                      const MomentumArrays<typename A::Value>& of) {
  a.visit([&](const auto& engine) { momentum_changes(engine, s, of); });
}
template <class A>
void add_multiple(const Watched<A>& a, const typename A::Value& factor, std::span<const typename A::Value> terms,
                  std::span<typename A::Value> sums) {
  a.visit([&](const auto& engine) { add_multiple(engine, factor, terms, sums); });
}

}  // namespace precipice
