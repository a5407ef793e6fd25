#pragma once

#include <string>

#include "precipice/diagnosis/advice.hpp"

namespace precipice::cli {

/// The advice and how it comes about, line by line: each inequality with its numbers.
std::string advice_text(const predicted::Regime& regime, const predicted::Advice& advice);

/// The same as a JSON object: margins in nats, null where there is none.
std::string advice_json(const predicted::Regime& regime, const predicted::Advice& advice);

}  // namespace precipice::cli
