#pragma once

#include <span>
#include <type_traits>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/concept.hpp"

// Whole-array passes of the optimisers: for any engine number by number, and once more for those that work on vectors,
// with the same bits. Large arrays are shared out to threads that are free.

namespace precipice {

/// The type of the scalars of an update, which are binary64 and enter exactly: floats hold none.
template <class V>
using UpdateScalar = std::conditional_t<std::is_same_v<V, float>, double, V>;

/// What all parameters share in one update of Adam; V is a number or a vector of equal ones.
template <class V>
struct AdamScalars {
  V keep1, add1;  ///< of the mean: 1 - (1 - beta1) and 1 - beta1
  V keep2, add2;  ///< of the mean square: beta2 and 1 - beta2
  V epsilon, minus_size, root_correction;
  bool begins_at_mean;  ///< torch.lerp counts from its start below a weight of 1/2, else back from its end
};

/// The arrays of one update, all of the same length. Where an update is not applied, what is to be added to the
/// parameters takes their place.
template <class V>
struct AdamArrays {
  std::span<const V> gradients;
  std::span<V> mean, square, parameters;
};

/// The same for gradient descent with momentum.
template <class V>
struct MomentumScalars {
  V momentum, minus_rate;
  bool is_first;     ///< the velocity begins with the first gradient
  bool looks_ahead;  ///< Nesterov's
};
template <class V>
struct MomentumArrays {
  std::span<const V> gradients;
  std::span<V> velocity, parameters;
};

#include "precipice/training/update_formula.inc"

/// All parameters.
template <Arithmetic A>
void adam_update(const A& a, const AdamScalars<typename A::Value>& s, const AdamArrays<typename A::Value>& of) {
  for (std::size_t i = 0; i < of.parameters.size(); ++i) {
    AdamFormula::update(a, s, of.gradients[i], of.mean[i], of.square[i], of.parameters[i]);
  }
}
template <Arithmetic A>
void adam_changes(const A& a, const AdamScalars<typename A::Value>& s, const AdamArrays<typename A::Value>& of) {
  for (std::size_t i = 0; i < of.parameters.size(); ++i) {
    of.parameters[i] = AdamFormula::change(a, s, of.gradients[i], of.mean[i], of.square[i]);
  }
}
template <Arithmetic A>
void momentum_update(const A& a, const MomentumScalars<typename A::Value>& s,
                     const MomentumArrays<typename A::Value>& of) {
  for (std::size_t i = 0; i < of.parameters.size(); ++i) {
    MomentumFormula::update(a, s, of.gradients[i], of.velocity[i], of.parameters[i]);
  }
}
template <Arithmetic A>
void momentum_changes(const A& a, const MomentumScalars<typename A::Value>& s,
                      const MomentumArrays<typename A::Value>& of) {
  for (std::size_t i = 0; i < of.parameters.size(); ++i) {
    of.parameters[i] = MomentumFormula::change(a, s, of.gradients[i], of.velocity[i]);
  }
}

/// sums[i] <- sums[i] + factor terms[i], product and sum rounded apart. Of equal length.
template <Arithmetic A>
void add_multiple(const A& a, const typename A::Value& factor, std::span<const typename A::Value> terms,
                  std::span<typename A::Value> sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = MultipleFormula::added(a, factor, terms[i], sums[i]);
}

// In vectors; those of floats by the same engine in binary64, for the scalars' sake.
void adam_update(const Native<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of);
void adam_update(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of);
void adam_update(const Carried<float>& a, const AdamScalars<double>& s, const AdamArrays<float>& of);
void adam_changes(const Native<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of);
void adam_changes(const Carried<double>& a, const AdamScalars<double>& s, const AdamArrays<double>& of);
void momentum_update(const Native<double>& a, const MomentumScalars<double>& s, const MomentumArrays<double>& of);
void momentum_update(const Carried<double>& a, const MomentumScalars<double>& s, const MomentumArrays<double>& of);
void momentum_update(const Carried<float>& a, const MomentumScalars<double>& s, const MomentumArrays<float>& of);
void momentum_changes(const Native<double>& a, const MomentumScalars<double>& s, const MomentumArrays<double>& of);
void momentum_changes(const Carried<double>& a, const MomentumScalars<double>& s, const MomentumArrays<double>& of);
void add_multiple(const Native<double>& a, double factor, std::span<const double> terms, std::span<double> sums);
void add_multiple(const Carried<double>& a, double factor, std::span<const double> terms, std::span<double> sums);
void add_multiple(const Carried<float>& a, double factor, std::span<const float> terms, std::span<float> sums);

inline void adam_update(const AnyEngine& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  a.visit([&](const auto& engine) { adam_update(engine, s, of); });
}
inline void adam_changes(const AnyEngine& a, const AdamScalars<double>& s, const AdamArrays<double>& of) {
  a.visit([&](const auto& engine) { adam_changes(engine, s, of); });
}
inline void momentum_update(const AnyEngine& a, const MomentumScalars<double>& s, const MomentumArrays<double>& of) {
  a.visit([&](const auto& engine) { momentum_update(engine, s, of); });
}
inline void momentum_changes(const AnyEngine& a, const MomentumScalars<double>& s, const MomentumArrays<double>& of) {
  a.visit([&](const auto& engine) { momentum_changes(engine, s, of); });
}
inline void add_multiple(const AnyEngine& a, double factor, std::span<const double> terms, std::span<double> sums) {
  a.visit([&](const auto& engine) { add_multiple(engine, factor, terms, sums); });
}

}  // namespace precipice
