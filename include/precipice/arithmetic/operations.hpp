#pragma once

#include <span>

#include "precipice/rounding/round.hpp"

/// The meaning of every operation: the exact result (or enough of it), rounded once. Operands are any data, wider than
/// the format or not; any NaN operand gives NaN, invalid operations give NaN and the flag (IEEE 754-2019, clauses 5.4,
/// 6, 7).
namespace precipice::reference {

Rounded add(const Exact& x, const Exact& y, const Format& format, Rounding direction);
Rounded subtract(const Exact& x, const Exact& y, const Format& format, Rounding direction);
Rounded multiply(const Exact& x, const Exact& y, const Format& format, Rounding direction);
Rounded divide(const Exact& x, const Exact& y, const Format& format, Rounding direction);
/// sqrt(-0) is -0 (clause 5.4.1).
Rounded square_root(const Exact& x, const Format& format, Rounding direction);
/// exp(-inf) = +0, exp(+-0) = 1 exactly (clause 9.2). Precondition: |exponents| < 2^30.
Rounded exponential(const Exact& x, const Format& format, Rounding direction);
/// log(+-0) = -inf with divide_by_zero, log(1) = +0, log(negative) invalid (clause 9.2). Precondition: as exponential.
Rounded logarithm(const Exact& x, const Format& format, Rounding direction);
Rounded convert(const Exact& x, const Format& format, Rounding direction);

/// The sum of all terms, rounded once. An exact zero has the sign that the direction gives to a cancellation, but a sum
/// of zeros of one sign keeps it; the empty sum is +0.
Rounded sum(std::span<const Exact> terms, const Format& format, Rounding direction);

}  // namespace precipice::reference
