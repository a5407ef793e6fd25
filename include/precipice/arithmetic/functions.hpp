#pragma once

#include "precipice/rounding/round.hpp"

#pragma GCC visibility push(default)
/// Elementary functions, correctly rounded in every direction, with the special values of IEEE 754-2019, clause 9.2.1.
/// Operands, NaN and zeros as in operations.hpp.
namespace precipice::reference {

/// exp(-inf) = +0, exp(+-0) = 1.
Rounded exp(const Exact& x, const Format& format, const Mode& mode);
/// exp(x) - 1: expm1(-inf) = -1, expm1(+-0) = +-0.
Rounded expm1(const Exact& x, const Format& format, const Mode& mode);
/// 2^x: exact for integers within the range.
Rounded exp2(const Exact& x, const Format& format, const Mode& mode);
/// log(+-0) = -inf with divide_by_zero, log(1) = +0, log(negative) invalid.
Rounded log(const Exact& x, const Format& format, const Mode& mode);
/// log(1 + x): log1p(+-0) = +-0, log1p(-1) = -inf with divide_by_zero, invalid below.
Rounded log1p(const Exact& x, const Format& format, const Mode& mode);
/// As log; exact for powers of two.
Rounded log2(const Exact& x, const Format& format, const Mode& mode);
/// tanh(+-0) = +-0, tanh(+-inf) = +-1.
Rounded tanh(const Exact& x, const Format& format, const Mode& mode);
/// The logistic function 1 / (1 + exp(-x)): sigmoid(-inf) = +0, sigmoid(+-0) = 1/2, sigmoid(inf) = 1.
Rounded sigmoid(const Exact& x, const Format& format, const Mode& mode);
/// The error function: erf(+-0) = +-0, erf(+-inf) = +-1.
Rounded erf(const Exact& x, const Format& format, const Mode& mode);
/// x^y with the special values of clause 9.2.1 for pow: pow(x, +-0) = 1 and pow(+1, y) = 1 even for quiet NaNs,
/// pow(-1, +-inf) = 1, pow(negative number, not an integer) invalid, pow(+-0, negative) infinite with divide_by_zero.
Rounded pow(const Exact& x, const Exact& y, const Format& format, const Mode& mode);

}  // namespace precipice::reference
#pragma GCC visibility pop
