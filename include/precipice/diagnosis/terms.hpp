#pragma once

#include <span>

#include "precipice/format/term.hpp"

namespace precipice {

/// Outcomes of a run, in the order of their precedence.
std::span<const Term> outcome_terms();

}  // namespace precipice
