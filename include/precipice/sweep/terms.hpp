#pragma once

#include <span>

#include "precipice/format/term.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// Bundles of the loss's settings.
std::span<const Term> bundle_terms();

}  // namespace precipice
#pragma GCC visibility pop
