#pragma once

#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// How many numbers of the format lie between zero and this one, which counts: zero is 0, the smallest positive number
/// 1, neighbours differ by 1, and -x has minus the ordinal of x. In a format without a zero the smallest number is 0.
/// Throws ConfigError unless the value is a finite number of the format.
Integer ordinal(const Format& format, const Exact& value);

/// The number with this ordinal; the zero is +0. Throws ConfigError if there is none.
Exact number_at(const Format& format, const Integer& ordinal);

}  // namespace precipice
#pragma GCC visibility pop
