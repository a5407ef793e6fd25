#pragma once

#include <string_view>
#include <vector>

#include "precipice/verification/ledger.hpp"

namespace precipice::verification {

/// The variants that stand beside others.
inline constexpr std::string_view plain = "as it is", in_binary64 = "loss in binary64";

std::vector<LedgerEntry> abstract_entries();
std::vector<LedgerEntry> intervention_entries();

}  // namespace precipice::verification
