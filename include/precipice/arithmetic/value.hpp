#pragma once

#include <cassert>
#include <cmath>

#include "precipice/number/exact.hpp"
#include "precipice/rounding/round.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// How kernels speak of values without knowing their representation: carried engines hold a double or a float,
/// Reference an Exact. `exactly<V>` never rounds; a double is always a V unless that is float (precondition: the value
/// is one), and a V of a format within binary64 is always a double.
template <class V>
V exactly(double value);
template <>
inline double exactly<double>(double value) {
  return value;
}
template <>
inline float exactly<float>(double value) {
  assert(static_cast<double>(static_cast<float>(value)) == value || std::isnan(value));
  return static_cast<float>(value);
}
template <>
inline Exact exactly<Exact>(double value) {
  return Exact::from(value);
}

inline Exact as_exact(double value) { return Exact::from(value); }
inline const Exact& as_exact(const Exact& value) { return value; }

/// For people and diagnosis: the nearest double.
inline double nearest_double(double value) { return value; }
inline double nearest_double(const Exact& value) {
  return to_double(round(value, binary64, Rounding::nearest_even).value);
}

/// IEEE comparisons: false if either is NaN; zeros are equal.
inline bool is_less(double a, double b) { return a < b; }
inline bool is_less(const Exact& a, const Exact& b) { return compare(a, b) < 0; }
inline bool is_zero(double a) { return a == 0; }
inline bool is_zero(const Exact& a) { return a.is_zero(); }

/// A value on its way from one engine to another; exact (precondition on the way to double or float: it is one).
template <class To, class From>
To transfer(const From& value);
template <>
inline double transfer<double, double>(const double& value) {
  return value;
}
template <>
inline float transfer<float, float>(const float& value) {
  return value;
}
template <>
inline double transfer<double, float>(const float& value) {
  return value;
}
template <>
inline float transfer<float, double>(const double& value) {
  return exactly<float>(value);
}
template <>
inline Exact transfer<Exact, Exact>(const Exact& value) {
  return value;
}
template <>
inline Exact transfer<Exact, double>(const double& value) {
  return Exact::from(value);
}
template <>
inline double transfer<double, Exact>(const Exact& value) {
  return to_double(value);
}

}  // namespace precipice
#pragma GCC visibility pop
