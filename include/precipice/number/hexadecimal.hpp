#pragma once

#include <string>

#include "precipice/number/exact.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// C hexadecimal floating text, normalised and shortest: 0x1.8p+1, -0x0p+0, inf, -inf, nan. Exact, and unique to the
/// datum.
std::string to_hexadecimal(const Exact& value);

}  // namespace precipice
#pragma GCC visibility pop
