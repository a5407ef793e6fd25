#pragma once

#include <compare>
#include <span>

#include "precipice/rounding/round.hpp"

#pragma GCC visibility push(default)
/// The meaning of every operation: the exact result (or enough of it), rounded once into `format` as `mode` says.
/// Operands are any data, wider than the format or not. In a format that flushes operands, all operations but convert
/// take operands below its smallest normal number as zeros of their sign.
///
/// NaN: a result is the format's quiet NaN, positive and without payload, whatever the operands' signs and payloads
/// were. A signalling operand signals invalid, a quiet one nothing (IEEE 754-2019, clauses 6.2 and 7.2).
/// Zero: signs as in clause 6.3; a format with one zero makes it of both.
namespace precipice::reference {

Rounded add(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded subtract(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded multiply(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded divide(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
/// sqrt(-0) is -0 (clause 5.4.1).
Rounded square_root(const Exact& x, const Format& format, const Mode& mode);
/// 1 / sqrt(x): rsqrt(+-0) = +-inf with divide_by_zero, rsqrt(inf) = +0, invalid for negative numbers.
Rounded rsqrt(const Exact& x, const Format& format, const Mode& mode);
/// x * y + z, rounded once. Infinity times zero is invalid also if z is a quiet NaN (which clause 7.2 leaves open).
Rounded fused_multiply_add(const Exact& x, const Exact& y, const Exact& z, const Format& format, const Mode& mode);
/// x - n * y for the integer n nearest to x / y, of two the even one (clause 5.3.1): exact in the operands' format. A
/// zero has the sign of x.
Rounded remainder(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded convert(const Exact& x, const Format& format, const Mode& mode);

/// x rounded to an integer as `mode` says, with inexact if that is not x (roundToIntegralExact, clause 5.9). The
/// integer then goes into the format, where it is exact if x is in the format and 1 is.
Rounded round_to_integral(const Exact& x, const Format& format, const Mode& mode);
/// x * 2^exponent (clause 5.3.3).
Rounded scale_b(const Exact& x, std::int64_t exponent, const Format& format, const Mode& mode);
/// floor(log2 |x|) as a number (clause 5.3.3): -infinity with divide_by_zero for zeros, +infinity for infinities.
Rounded log_b(const Exact& x, const Format& format, const Mode& mode);
/// The neighbours of a number of the format (clause 5.3.1); exact, so the mode decides nothing.
Rounded next_up(const Exact& x, const Format& format);
Rounded next_down(const Exact& x, const Format& format);

/// The sum of all terms, rounded once. An exact zero has the sign that the direction gives to a cancellation, but a sum
/// of zeros of one sign keeps it; the empty sum is +0.
Rounded sum(std::span<const Exact> terms, const Format& format, const Mode& mode);

// The minima and maxima of IEEE 754-2019, clause 9.6; -0 is less than +0. The first family gives NaN if either operand
// is one; the second, `_number`, gives the other operand, with invalid if the NaN is signalling. By magnitude: of equal
// magnitudes the minimum or maximum of the numbers themselves.
Rounded minimum(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded maximum(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded minimum_number(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded maximum_number(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded minimum_magnitude(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded maximum_magnitude(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded minimum_magnitude_number(const Exact& x, const Exact& y, const Format& format, const Mode& mode);
Rounded maximum_magnitude_number(const Exact& x, const Exact& y, const Format& format, const Mode& mode);

/// How two data of a format compare (clause 5.11). A quiet comparison signals invalid for a signalling NaN, a
/// signalling one for any.
struct Compared {
  std::partial_ordering order;
  Flags flags;
};
Compared compare_quiet(const Exact& x, const Exact& y, const Format& format);
Compared compare_signalling(const Exact& x, const Exact& y, const Format& format);

/// The operand as operations in the format see it: under flush_operands a zero if it is below the smallest normal
/// number.
Exact as_operand(const Exact& x, const Format& format);

}  // namespace precipice::reference
#pragma GCC visibility pop
