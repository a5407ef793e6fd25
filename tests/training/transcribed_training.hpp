#pragma once

#include <array>
#include <vector>

#include "precipice/format/catalogue.hpp"
#include "precipice/training/replay.hpp"
#include "precipice/training/role_engines.hpp"
#include "support/sample.hpp"

namespace precipice::testing {

inline const std::array role_formats_of_steps{RoleFormat{bfloat16},
                                              RoleFormat{binary16},
                                              RoleFormat{binary32},
                                              RoleFormat{},
                                              RoleFormat{ieee_like(5, 6), Rounding::toward_zero},
                                              RoleFormat{ieee_like(30, 8), Rounding::to_odd},
                                              RoleFormat{ieee_like(9, 8), Rounding::toward_negative}};

/// Any plan, a third of the roles with formats of their own, some left out, converted factors scaled or not, sums
/// promoted or not.
Precision any_precision(Sample& sample);

/// Gradients on five samples, of parameters as they are updated; every operation written out.
std::vector<Exact> transcribed_gradients(const Experiment& e, const DataSet& data, std::vector<Exact> parameters);

/// Parameters after some steps of gradient descent on five samples, every operation written out.
std::vector<double> transcribed_training(const Experiment& e, const DataSet& data, int steps);

/// Calls use(replay) with a replay of the experiment.
template <class Use>
auto with_replay(const Experiment& e, const DataSet& data, EngineName engine, const Use& use) {
  return with_engines(e.precision, choose_engines(e.precision, engine), [&]<class V>(const RoleEngines<V>& engines) {
    Replay<V> replay(engines, e, data);
    return use(replay);
  });
}

template <class V>
std::vector<double> doubles(std::span<const V> values) {
  std::vector<double> result;
  for (const V& x : values) result.push_back(nearest_double(x));
  return result;
}

/// Parameters after some steps of the replay.
inline std::vector<double> replayed(const Experiment& e, const DataSet& data, int steps,
                                    EngineName engine = EngineName::automatic) {
  return with_replay(e, data, engine, [&](auto& replay) {
    for (int i = 0; i < steps; ++i) replay.step();
    return doubles(replay.parameters());
  });
}

}  // namespace precipice::testing
