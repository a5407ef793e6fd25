#pragma once

#include <string>

#include "precipice/number/exact.hpp"

namespace precipice::cli {

/// A number for a table: five significant decimals, whatever its size ("65504", "1.1755e-38", "1.1897e+4932").
/// Instantly, also where the exact decimals would fill a disk.
std::string brief_decimal(const Exact& value);

}  // namespace precipice::cli
