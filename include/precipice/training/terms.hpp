#pragma once

#include <span>

#include "precipice/format/term.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// Roles of a training step, and plans of their formats, each in the order of its enumeration.
std::span<const Term> role_terms();
std::span<const Term> plan_terms();

}  // namespace precipice
#pragma GCC visibility pop
