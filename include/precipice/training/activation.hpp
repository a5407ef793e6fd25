#pragma once

#include <span>

#include "precipice/arithmetic/any_engine.hpp"
#include "precipice/arithmetic/arrays.hpp"
#include "precipice/arithmetic/value.hpp"
#include "precipice/training/shape.hpp"

// Activations, forward beside backward. Each operation that is written down is rounded by the engine; constants are
// binary64 scalars that enter exactly. Arrays of one call are of the same length.

namespace precipice {

/// Where intermediate results lie.
template <class V>
struct ActivationRoom {
  std::span<V> first, second;
};

namespace detail {

inline constexpr double gelu_inner = 0x1.9884533d43651p-1;  // sqrt(2/pi), nearest-even
inline constexpr double gelu_cubic = 0.044715;

/// out[i] = operation(x[i], y[i]), one of them a number for all.
template <Arithmetic A>
struct WithNumbers {
  using V = typename A::Value;
  const A& a;

  void operator()(Elementwise operation, double number, std::span<const V> y, std::span<V> out) const {
    const V x = exactly<V>(number);
    each(a, operation, {std::span(&x, 1), y}, out);
  }
};

/// t = tanh(sqrt(2/pi) (x + 0.044715 (x x) x)).
template <Arithmetic A>
void gelu_tanh(const A& a, std::span<const typename A::Value> x, std::span<typename A::Value> t) {
  const WithNumbers<A> with{a};
  each(a, Elementwise::mul, {x, x}, t);
  each(a, Elementwise::mul, {t, x}, t);
  with(Elementwise::mul, gelu_cubic, t, t);
  each(a, Elementwise::add, {x, t}, t);
  with(Elementwise::mul, gelu_inner, t, t);
  each(a, Elementwise::tanh, {t}, t);
}

/// (0.5 x) (1 + t)
template <Arithmetic A>
void gelu(const A& a, std::span<const typename A::Value> x, std::span<typename A::Value> out,
          const ActivationRoom<typename A::Value>& room) {
  const WithNumbers<A> with{a};
  gelu_tanh(a, x, room.first);
  with(Elementwise::add, 1, room.first, room.first);
  with(Elementwise::mul, 0.5, x, out);
  each(a, Elementwise::mul, {out, room.first}, out);
}

/// delta (0.5 (1 + t) + (0.5 (x (1 - t t))) (sqrt(2/pi) (1 + 0.044715 (3 (x x))))), t computed anew.
template <Arithmetic A>
void gelu_gradient(const A& a, std::span<const typename A::Value> x, std::span<const typename A::Value> delta,
                   std::span<typename A::Value> below, const ActivationRoom<typename A::Value>& room) {
  const WithNumbers<A> with{a};
  const auto t = room.first, inner = room.second;
  gelu_tanh(a, x, t);
  each(a, Elementwise::mul, {x, x}, inner);
  with(Elementwise::mul, 3, inner, inner);
  with(Elementwise::mul, gelu_cubic, inner, inner);
  with(Elementwise::add, 1, inner, inner);
  with(Elementwise::mul, gelu_inner, inner, inner);
  each(a, Elementwise::mul, {t, t}, below);
  with(Elementwise::sub, 1, below, below);
  each(a, Elementwise::mul, {x, below}, below);
  with(Elementwise::mul, 0.5, below, below);
  each(a, Elementwise::mul, {below, inner}, below);
  with(Elementwise::add, 1, t, t);
  with(Elementwise::mul, 0.5, t, t);
  each(a, Elementwise::add, {t, below}, below);
  each(a, Elementwise::mul, {delta, below}, below);
}

}  // namespace detail

/// out = f(x), by the engine of features. ReLU rounds nothing: NaN stays, -0 becomes +0. Leaky ReLU is slope x but
/// where x > 0.
template <Arithmetic A>
void activate(const A& a, const ActivationLayer& layer, std::span<const typename A::Value> x,
              std::span<typename A::Value> out, const ActivationRoom<typename A::Value>& room) {
  using V = typename A::Value;
  const V zero{};
  switch (layer.function) {
    case Activation::relu:
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = is_less(x[i], zero) || is_zero(x[i]) ? zero : x[i];
      return;
    case Activation::leaky_relu:
      detail::WithNumbers<A>{a}(Elementwise::mul, layer.slope, x, out);
      for (std::size_t i = 0; i < out.size(); ++i) {
        if (is_less(zero, x[i])) out[i] = x[i];
      }
      return;
    case Activation::gelu: return detail::gelu(a, x, out, room);
    case Activation::tanh: return each(a, Elementwise::tanh, {x}, out);
  }
}

/// below = delta f'(x), by the engine of gradients; `out`: f(x). ReLU passes nothing where out is 0; tanh: delta
/// (1 - out out).
template <Arithmetic A>
void activation_gradient(const A& a, const ActivationLayer& layer, std::span<const typename A::Value> x,
                         std::span<const typename A::Value> out, std::span<const typename A::Value> delta,
                         std::span<typename A::Value> below, const ActivationRoom<typename A::Value>& room) {
  using V = typename A::Value;
  const V zero{};
  switch (layer.function) {
    case Activation::relu:
      for (std::size_t i = 0; i < below.size(); ++i) below[i] = is_zero(out[i]) ? zero : delta[i];
      return;
    case Activation::leaky_relu:
      detail::WithNumbers<A>{a}(Elementwise::mul, layer.slope, delta, below);
      for (std::size_t i = 0; i < below.size(); ++i) {
        if (is_less(zero, x[i])) below[i] = delta[i];
      }
      return;
    case Activation::gelu: return detail::gelu_gradient(a, x, delta, below, room);
    case Activation::tanh:
      each(a, Elementwise::mul, {out, out}, below);
      detail::WithNumbers<A>{a}(Elementwise::sub, 1, below, below);
      return each(a, Elementwise::mul, {delta, below}, below);
  }
}

}  // namespace precipice
