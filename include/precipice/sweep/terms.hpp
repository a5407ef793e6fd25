#pragma once

#include <span>

#include "precipice/format/term.hpp"

namespace precipice {

/// Formulations of the loss, in the order of the enumeration, and bundles of its settings.
std::span<const Term> formulation_terms();
std::span<const Term> bundle_terms();

}  // namespace precipice
