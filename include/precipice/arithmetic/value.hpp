#pragma once

#include "precipice/number/exact.hpp"
#include "precipice/rounding/round.hpp"

namespace precipice {

/// How kernels speak of values without knowing their representation: carried engines hold a double, Reference an Exact.
/// `exactly<V>` never rounds; a double is always a V, and a V of a format within binary64 is always a double.
template <class V>
V exactly(double value);
template <>
inline double exactly<double>(double value) {
  return value;
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

/// A value on its way from one engine to another; exact (precondition for Exact to double: it is one).
template <class To, class From>
To transfer(const From& value);
template <>
inline double transfer<double, double>(const double& value) {
  return value;
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
