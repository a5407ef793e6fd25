#pragma once

#include "precipice/arithmetic/scalar.hpp"

#pragma GCC visibility push(default)
/// What the scalar types have besides arithmetic: integers and exponents, extremes, neighbours, sign and kind; named
/// as in the standard library where it has them. Results are numbers of the format but for the mode's choice of an
/// integer.
namespace precipice {

// --- integers and exponents -----------------------------------------------------------------------------------------

/// x rounded to an integer as the mode says; inexact if that is not x.
template <Scalar T>
Flagged<T> round_to_integral(const T& x, const Mode& mode) {
  return detail::applied(reference::round_to_integral, x, mode);
}
/// The integer next to x toward -infinity.
template <Scalar T>
T floor(const T& x) {
  return round_to_integral(x, Rounding::toward_negative).value;
}
/// Toward +infinity.
template <Scalar T>
T ceil(const T& x) {
  return round_to_integral(x, Rounding::toward_positive).value;
}
/// Toward zero.
template <Scalar T>
T trunc(const T& x) {
  return round_to_integral(x, Rounding::toward_zero).value;
}
/// As in C: ties away from zero.
template <Scalar T>
T round(const T& x) {
  return round_to_integral(x, Rounding::nearest_away).value;
}
/// Ties to even.
template <Scalar T>
T rint(const T& x) {
  return round_to_integral(x, Rounding::nearest_even).value;
}
/// The same as rint: there are no flags here to differ in.
template <Scalar T>
T nearbyint(const T& x) {
  return rint(x);
}

/// x * 2^exponent.
template <Scalar T>
Flagged<T> ldexp(const T& x, std::int64_t exponent, const Mode& mode) {
  return detail::in_format<T>(reference::scale_b(x.exact(), exponent, x.format(), mode), x.format());
}
template <Scalar T>
T ldexp(const T& x, std::int64_t exponent) {
  return ldexp(x, exponent, {}).value;
}
/// floor(log2 |x|).
template <Scalar T>
T logb(const T& x) {
  return detail::applied(reference::log_b, x, {}).value;
}
template <Scalar T>
Flagged<T> logb(const T& x, const Mode& mode) {
  return detail::applied(reference::log_b, x, mode);
}

/// The neighbours of x (IEEE 754-2019, clause 5.3.1).
template <Scalar T>
T next_up(const T& x) {
  return detail::in_format<T>(reference::next_up(x.exact(), x.format()), x.format()).value;
}
template <Scalar T>
T next_down(const T& x) {
  return detail::in_format<T>(reference::next_down(x.exact(), x.format()), x.format()).value;
}

// --- minimum and maximum --------------------------------------------------------------------------------------------

/// IEEE 754-2019, clause 9.6: NaN if either operand is one; -0 is less than +0.
template <Scalar T, OperandFor<T> Y>
T minimum(const T& x, const Y& y) {
  return detail::applied(reference::minimum, x, detail::adopted(y, x), {}).value;
}
template <Scalar T, OperandFor<T> Y>
T maximum(const T& x, const Y& y) {
  return detail::applied(reference::maximum, x, detail::adopted(y, x), {}).value;
}
/// minimumNumber and maximumNumber of that clause: a NaN gives way to a number.
template <Scalar T, OperandFor<T> Y>
T fmin(const T& x, const Y& y) {
  return detail::applied(reference::minimum_number, x, detail::adopted(y, x), {}).value;
}
template <Scalar T, OperandFor<T> Y>
T fmax(const T& x, const Y& y) {
  return detail::applied(reference::maximum_number, x, detail::adopted(y, x), {}).value;
}

// --- sign and kind: no rounding, no flags ---------------------------------------------------------------------------

/// True for -0 and for NaNs with a sign, too.
template <Scalar T>
bool signbit(const T& x) {
  return x.exact().is_negative();
}
/// x without its sign.
template <Scalar T>
T abs(const T& x) {
  return signbit(x) ? -x : x;
}
/// The same as abs.
template <Scalar T>
T fabs(const T& x) {
  return abs(x);
}
/// x with the sign of y, as far as the format has it.
template <Scalar T, OperandFor<T> Y>
T copysign(const T& x, const Y& y) {
  return signbit(x) == signbit(detail::adopted(y, x)) ? x : -x;
}

/// A NaN, quiet or signalling.
template <Scalar T>
bool isnan(const T& x) {
  return x.exact().is_nan();
}
/// An infinity of either sign.
template <Scalar T>
bool isinf(const T& x) {
  return x.exact().is_infinity();
}
/// Neither infinite nor NaN.
template <Scalar T>
bool isfinite(const T& x) {
  return x.exact().is_finite();
}
/// Neither zero, subnormal, infinite nor NaN.
template <Scalar T>
bool isnormal(const T& x) {
  return x.exact().kind() == Exact::Kind::finite && x.exact().top_exponent() >= x.format().emin;
}
/// A zero of either sign.
template <Scalar T>
bool is_zero(const T& x) {
  return x.exact().is_zero();
}
/// Below the smallest normal number, and not zero.
template <Scalar T>
bool is_subnormal(const T& x) {
  return isfinite(x) && !isnormal(x) && !is_zero(x);
}
/// A NaN that operations answer with invalid; only from_code makes one.
template <Scalar T>
bool is_signalling(const T& x) {
  return x.exact().is_signalling();
}

}  // namespace precipice
#pragma GCC visibility pop
