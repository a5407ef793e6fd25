#pragma once

#include <cmath>
#include <vector>

#include "precipice/training/optimizer.hpp"
#include "support/operands.hpp"

namespace precipice::testing {

/// Four arrays of a training that is under way, with some data that make trouble.
template <class V>
struct State {
  std::vector<V> g, mean, square, parameters;

  State(Operands& operands, std::size_t count) {
    Sample& sample = operands.sample();
    Values<V> value(operands);
    const auto any = [&] { return value(sample.below(20) == 0 ? operands.any() : operands.member()); };
    for (std::size_t i = 0; i < count; ++i) {
      g.push_back(sample.below(8) == 0 ? V{0} : any());
      mean.push_back(any());
      square.push_back(std::fabs(any()));
      parameters.push_back(any());
    }
  }
  [[nodiscard]] AdamArrays<V> arrays() { return {g, mean, square, parameters}; }
  [[nodiscard]] MomentumArrays<V> momentum_arrays() { return {g, mean, parameters}; }
};

inline AdamScalars<double> adam_scalars(bool begins_at_mean) {
  return {.keep1 = 1 - (1 - 0.9),
          .add1 = 1 - 0.9,
          .keep2 = 0.999,
          .add2 = 1 - 0.999,
          .epsilon = 1e-8,
          .minus_size = -3e-3 / 0.19,
          .root_correction = 0.0447,
          .begins_at_mean = begins_at_mean};
}

inline MomentumScalars<double> momentum_scalars(Sample& sample) {
  return {.momentum = 0.9, .minus_rate = -0.01, .is_first = sample.below(4) == 0, .looks_ahead = sample.coin()};
}

/// The engine that updates parameters: of floats, for which the scalars are too wide, the same one in binary64.
template <class A>
const A& engine_of_updates(const A& engine) {
  return engine;
}
inline const Carried<double>& engine_of_updates(const Carried<float>& engine) { return engine.wide(); }

template <class A, class V = typename A::Value>
void adam_one_by_one(const A& engine, const AdamScalars<double>& scalars, const AdamArrays<V>& of) {
  for (std::size_t i = 0; i < of.parameters.size(); ++i) {
    double mean = of.mean[i], square = of.square[i], parameter = of.parameters[i];
    AdamFormula::update(engine_of_updates(engine), scalars, static_cast<double>(of.gradients[i]), mean, square,
                        parameter);
    of.mean[i] = static_cast<V>(mean);
    of.square[i] = static_cast<V>(square);
    of.parameters[i] = static_cast<V>(parameter);
  }
}

template <class A, class V = typename A::Value>
void momentum_one_by_one(const A& engine, const MomentumScalars<double>& scalars, const MomentumArrays<V>& of) {
  for (std::size_t i = 0; i < of.parameters.size(); ++i) {
    double velocity = of.velocity[i], parameter = of.parameters[i];
    MomentumFormula::update(engine_of_updates(engine), scalars, static_cast<double>(of.gradients[i]), velocity,
                            parameter);
    of.velocity[i] = static_cast<V>(velocity);
    of.parameters[i] = static_cast<V>(parameter);
  }
}

template <class A, class V = typename A::Value>
void add_multiple_one_by_one(const A& engine, double factor, const std::vector<V>& terms, std::vector<V>& sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] = static_cast<V>(MultipleFormula::added(engine_of_updates(engine), factor, static_cast<double>(terms[i]),
                                                    static_cast<double>(sums[i])));
  }
}

}  // namespace precipice::testing
