#pragma once

#include "precipice/arithmetic/functions.hpp"
#include "precipice/arithmetic/scalar.hpp"

#pragma GCC visibility push(default)
/// Functions of the scalar types, under the names of the standard library where it has them, so that generic code finds
/// them: `using std::sqrt; sqrt(x)`. Special values as operations.hpp and functions.hpp say. Without a Mode they give
/// the number that is nearest to the exact result (ties to even), with one they round as it says and give the flags as
/// well.
namespace precipice {

// --- arithmetic -----------------------------------------------------------------------------------------------------

/// + - * / in another direction, with flags.
template <Scalar T, OperandFor<T> Y>
Flagged<T> add(const T& x, const Y& y, const Mode& mode) {
  return detail::applied(reference::add, x, detail::adopted(y, x), mode);
}
template <Scalar T, OperandFor<T> Y>
Flagged<T> subtract(const T& x, const Y& y, const Mode& mode) {
  return detail::applied(reference::subtract, x, detail::adopted(y, x), mode);
}
template <Scalar T, OperandFor<T> Y>
Flagged<T> multiply(const T& x, const Y& y, const Mode& mode) {
  return detail::applied(reference::multiply, x, detail::adopted(y, x), mode);
}
template <Scalar T, OperandFor<T> Y>
Flagged<T> divide(const T& x, const Y& y, const Mode& mode) {
  return detail::applied(reference::divide, x, detail::adopted(y, x), mode);
}

/// The square root; sqrt(-0) = -0, below zero invalid.
template <Scalar T>
T sqrt(const T& x) {
  return detail::applied(reference::square_root, x, {}).value;
}
template <Scalar T>
Flagged<T> sqrt(const T& x, const Mode& mode) {
  return detail::applied(reference::square_root, x, mode);
}

/// 1 / sqrt(x), rounded once.
template <Scalar T>
T rsqrt(const T& x) {
  return detail::applied(reference::rsqrt, x, {}).value;
}
template <Scalar T>
Flagged<T> rsqrt(const T& x, const Mode& mode) {
  return detail::applied(reference::rsqrt, x, mode);
}

/// x - n y for the integer n nearest to x / y; exact.
template <Scalar T, OperandFor<T> Y>
T remainder(const T& x, const Y& y) {
  return detail::applied(reference::remainder, x, detail::adopted(y, x), {}).value;
}
template <Scalar T, OperandFor<T> Y>
Flagged<T> remainder(const T& x, const Y& y, const Mode& mode) {
  return detail::applied(reference::remainder, x, detail::adopted(y, x), mode);
}

/// x y + z, rounded once. Each of y and z may be a constant.
template <Scalar T, OperandFor<T> Y, OperandFor<T> Z>
Flagged<T> fma(const T& x, const Y& y, const Z& z, const Mode& mode) {
  const T& factor = detail::adopted(y, x);
  const T& summand = detail::adopted(z, x);
  const Format& format = detail::common_format(x, factor);
  detail::common_format(x, summand);
  return detail::in_format<T>(reference::fused_multiply_add(x.exact(), factor.exact(), summand.exact(), format, mode),
                              format);
}
template <Scalar T, OperandFor<T> Y, OperandFor<T> Z>
T fma(const T& x, const Y& y, const Z& z) {
  return fma(x, y, z, {}).value;
}

// --- elementary functions -------------------------------------------------------------------------------------------

/// e^x.
template <Scalar T>
T exp(const T& x) {
  return detail::applied(reference::exp, x, {}).value;
}
template <Scalar T>
Flagged<T> exp(const T& x, const Mode& mode) {
  return detail::applied(reference::exp, x, mode);
}

/// e^x - 1, rounded once.
template <Scalar T>
T expm1(const T& x) {
  return detail::applied(reference::expm1, x, {}).value;
}
template <Scalar T>
Flagged<T> expm1(const T& x, const Mode& mode) {
  return detail::applied(reference::expm1, x, mode);
}

/// 2^x.
template <Scalar T>
T exp2(const T& x) {
  return detail::applied(reference::exp2, x, {}).value;
}
template <Scalar T>
Flagged<T> exp2(const T& x, const Mode& mode) {
  return detail::applied(reference::exp2, x, mode);
}

/// The natural logarithm; of zeros -infinity with divide_by_zero.
template <Scalar T>
T log(const T& x) {
  return detail::applied(reference::log, x, {}).value;
}
template <Scalar T>
Flagged<T> log(const T& x, const Mode& mode) {
  return detail::applied(reference::log, x, mode);
}

/// log(1 + x), rounded once.
template <Scalar T>
T log1p(const T& x) {
  return detail::applied(reference::log1p, x, {}).value;
}
template <Scalar T>
Flagged<T> log1p(const T& x, const Mode& mode) {
  return detail::applied(reference::log1p, x, mode);
}

/// The logarithm to base 2.
template <Scalar T>
T log2(const T& x) {
  return detail::applied(reference::log2, x, {}).value;
}
template <Scalar T>
Flagged<T> log2(const T& x, const Mode& mode) {
  return detail::applied(reference::log2, x, mode);
}

/// The hyperbolic tangent.
template <Scalar T>
T tanh(const T& x) {
  return detail::applied(reference::tanh, x, {}).value;
}
template <Scalar T>
Flagged<T> tanh(const T& x, const Mode& mode) {
  return detail::applied(reference::tanh, x, mode);
}

/// 1 / (1 + exp(-x)).
template <Scalar T>
T sigmoid(const T& x) {
  return detail::applied(reference::sigmoid, x, {}).value;
}
template <Scalar T>
Flagged<T> sigmoid(const T& x, const Mode& mode) {
  return detail::applied(reference::sigmoid, x, mode);
}

/// The error function.
template <Scalar T>
T erf(const T& x) {
  return detail::applied(reference::erf, x, {}).value;
}
template <Scalar T>
Flagged<T> erf(const T& x, const Mode& mode) {
  return detail::applied(reference::erf, x, mode);
}

/// x^y. Either may be a constant.
template <Scalar T, OperandFor<T> Y>
T pow(const T& x, const Y& y) {
  return detail::applied(reference::pow, x, detail::adopted(y, x), {}).value;
}
template <Scalar T, OperandFor<T> Y>
Flagged<T> pow(const T& x, const Y& y, const Mode& mode) {
  return detail::applied(reference::pow, x, detail::adopted(y, x), mode);
}
template <Constant C, Scalar T>
T pow(C x, const T& y) {
  return pow(detail::adopted(x, y), y);
}

}  // namespace precipice
#pragma GCC visibility pop
