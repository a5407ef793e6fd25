#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace precipice::verification {

using Json = nlohmann::ordered_json;

/// What one part of a verification found: every text is a function of the results alone.
struct Part {
  std::string name;         ///< "thresholds"
  std::size_t checked = 0;  ///< comparisons of theory and measurement
  std::size_t missed = 0;   ///< of these, outside the bound that theory states
  std::string text;         ///< tables for a terminal
  std::string markdown;     ///< the same for a report
  Json json;                ///< all figures
};

}  // namespace precipice::verification
