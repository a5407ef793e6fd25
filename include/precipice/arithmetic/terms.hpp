#pragma once

#include <span>

#include "precipice/format/term.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// Orders of summation, in the order of the enumeration.
std::span<const Term> sum_order_terms();

}  // namespace precipice
#pragma GCC visibility pop
