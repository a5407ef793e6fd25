#pragma once

#include "precipice/arithmetic/double_double.hpp"

namespace precipice {

// exp and log with a proven error bound; these and tanh correctly rounded to binary64. They use + - * and integer
// operations in a fixed order, and tables computed with MPFR, and so give the same bits on every machine. They need
// binary64 arithmetic that rounds to nearest and keeps subnormals (the state in which C++ programs start), raise no
// particular exception flags, and may be called from several threads.

/// Relative error of exp_double_double, proven in src/arithmetic/exp.cpp.
inline constexpr double exp_relative_error = 0x1p-73;

/// exp(x) for -745.2 < x < 709.8 as hi + lo, where |lo| <= ulp(hi) / 2.
/// While exp(x) > 2^-960: |hi + lo - exp(x)| <= exp_relative_error * exp(x). Below, this plus 2^-1074, for hi and lo
/// are then multiples of 2^-1074. Where exp(x) rounds beyond the largest double, hi is infinite and hi + lo is of no
/// use. exp(0) is exactly 1.
DoubleDouble exp_double_double(double x);

/// Relative error of log_double_double, proven in src/arithmetic/log.cpp.
inline constexpr double log_relative_error = 0x1p-68;

/// log(x) for finite x > 0, subnormals included, as hi + lo with |lo| <= ulp(hi) / 2 and
/// |hi + lo - log(x)| <= log_relative_error * |log(x)|. log(1) is exactly +0.
DoubleDouble log_double_double(double x);

/// exp(x) correctly rounded to nearest, ties to even (there are none: exp(x) is irrational but for x = 0). IEEE
/// 754-2019, 9.2: exp(-inf) = +0, exp(+-0) = 1, exp(+inf) = +inf, a NaN stays one.
double exp_binary64(double x);

/// log(x) correctly rounded to nearest. IEEE 754-2019, 9.2: log(+-0) = -inf, log(1) = +0, log(+inf) = +inf, NaN for x <
/// 0, a NaN stays one.
double log_binary64(double x);

/// tanh(x) correctly rounded to nearest. IEEE 754-2019, 9.2: tanh(+-0) = +-0, tanh(+-inf) = +-1, a NaN stays one.
double tanh_binary64(double x);

}  // namespace precipice
