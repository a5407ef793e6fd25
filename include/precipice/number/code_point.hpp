#pragma once

#include <string>

#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// The datum that a code point of the format stands for: sign (if there is one), exponent field, significand, from the
/// most significant bit down; the specials are where the format has them (IEEE 754-2019, clause 3.4; OCP; P3109).
/// Codes that stand for nothing (a significand of x87 without its leading bit, an exponent beyond an emax that was set)
/// are signalling NaNs. Throws ConfigError if the code has more bits than the format.
Exact decode(const Format& format, const Integer& code);

/// The code point of a datum of the format; a NaN gets its own if the format has its payload, else the quiet one with
/// no payload and a positive sign. Throws ConfigError if the datum is not in the format.
Integer encode(const Format& format, const Exact& value);

/// True if the datum has a code point.
bool is_member(const Format& format, const Exact& value);

Exact largest_finite(const Format& format);
Exact smallest_normal(const Format& format);
Exact smallest_positive(const Format& format);

/// The least datum above and the largest below (IEEE 754-2019, clause 5.3.1): zeros count as one, the neighbour of the
/// smallest negative number is -0 where there is one, infinities and NaN stay, and so does the last number of a format
/// that has nothing beyond it. Subnormal numbers count whatever operations make of them. Throw ConfigError if the value
/// is not in the format.
Exact next_up(const Format& format, const Exact& value);
Exact next_down(const Format& format, const Exact& value);

/// Hexadecimal digits of a code point in the format's full width, "0x" in front.
std::string code_text(const Format& format, const Integer& code);

}  // namespace precipice
#pragma GCC visibility pop
