#pragma once

#include <span>

#include "precipice/format/term.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// Outcomes of a run, in the order of their precedence.
std::span<const Term> outcome_terms();

}  // namespace precipice
#pragma GCC visibility pop
