#pragma once

#include <cmath>
#include <span>
#include <string_view>

#include "precipice/arithmetic/concept.hpp"
#include "precipice/arithmetic/elementary.hpp"
#include "precipice/arithmetic/exact_sum.hpp"
#include "precipice/rounding/rounding.hpp"

namespace precipice {

/// The carrier itself: rounding is the identity. binary64, nearest-even; exp and log are our own, correctly rounded.
template <class Carrier>
class Native;

template <>
class Native<double> {
 public:
  using Value = double;

  static std::string_view name() { return "native"; }
  static constexpr const Format& format() { return binary64; }
  static constexpr Rounding rounding() { return Rounding::nearest_even; }

  static double add(double x, double y) { return x + y; }
  static double sub(double x, double y) { return x - y; }
  static double mul(double x, double y) { return x * y; }
  static double div(double x, double y) { return x / y; }
  static double sqrt(double x) { return std::sqrt(x); }
  static double fma(double x, double y, double z) { return std::fma(x, y, z); }
  static double exp(double x) { return exp_binary64(x); }
  static double log(double x) { return log_binary64(x); }
  static double tanh(double x);
  static double sigmoid(double x);
  static double convert(double x) { return x; }
  static double sum_exactly(std::span<const double> terms);
};
static_assert(Arithmetic<Native<double>>);

/// binary32, nearest-even; functions are rounded once from binary64 engines.
template <>
class Native<float> {
 public:
  using Value = float;

  static std::string_view name() { return "native-binary32"; }
  static constexpr const Format& format() { return binary32; }
  static constexpr Rounding rounding() { return Rounding::nearest_even; }

  static float add(float x, float y) { return x + y; }
  static float sub(float x, float y) { return x - y; }
  static float mul(float x, float y) { return x * y; }
  static float div(float x, float y) { return x / y; }
  static float sqrt(float x) { return std::sqrt(x); }
  static float fma(float x, float y, float z) { return std::fma(x, y, z); }
  static float exp(float x);
  static float log(float x);
  static float tanh(float x);
  static float sigmoid(float x);
  static float convert(float x) { return x; }
  static float sum_exactly(std::span<const float> terms);
};
static_assert(Arithmetic<Native<float>>);

}  // namespace precipice
