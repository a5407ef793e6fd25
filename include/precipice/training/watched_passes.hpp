#pragma once

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
