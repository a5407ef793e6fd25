#pragma once

#include <span>

#include "precipice/format/term.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// Rounding directions, in the order of the enumeration.
std::span<const Term> rounding_terms();

}  // namespace precipice
#pragma GCC visibility pop
