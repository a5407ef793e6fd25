#pragma once

#include "arithmetic/mpfr_number.hpp"

// What exp.cpp and log.cpp take from MPFR: their tables, and the results that their rounding tests leave open.
namespace precipice::elementary {

/// Bits of the numbers that tables are cut from.
inline constexpr mpfr_prec_t table_precision = 256;

/// Subtracts from value the nearest multiple of 2^exponent, which must be a double, and returns that multiple.
double take_multiple(mpfr_ptr value, int exponent);

/// Subtracts from value the nearest double and returns it.
double take_nearest(mpfr_ptr value);

/// function(x) rounded once to binary64, to nearest, subnormal results too; for function(x) that no number of 65 bits
/// equals.
double rounded_by_mpfr(int (*function)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), double x);

}  // namespace precipice::elementary
