#pragma once

#include <string>

#include "precipice/format/format.hpp"
#include "precipice/number/exact.hpp"

namespace precipice {

/// The datum that a code point of the format stands for (IEEE 754-2019, clause 3.4): sign, exponent field, trailing
/// significand, from the most significant bit down. Throws ConfigError if the code has more bits than the format.
Exact decode(const Format& format, const Integer& code);

/// The code point of a datum of the format; NaN gets the quiet one with no payload and a positive sign.
/// Throws ConfigError if the datum is not in the format (precision 1 has no NaN).
Integer encode(const Format& format, const Exact& value);

/// True if the datum has a code point.
bool is_member(const Format& format, const Exact& value);

Exact largest_finite(const Format& format);
Exact smallest_normal(const Format& format);
Exact smallest_positive(const Format& format);

/// The least datum above and the largest below (IEEE 754-2019, clause 5.3.1), by way of code points: zeros count as
/// one, the neighbour of the smallest negative number is -0, infinities and NaN stay.
Exact next_up(const Format& format, const Exact& value);
Exact next_down(const Format& format, const Exact& value);

/// Hexadecimal digits of a code point in the format's full width, "0x" in front.
std::string code_text(const Format& format, const Integer& code);

}  // namespace precipice
