#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "precipice/diagnosis/operation_counts.hpp"
#include "precipice/diagnosis/record.hpp"
#include "precipice/diagnosis/updates.hpp"
#include "precipice/training/heritage.hpp"

#pragma GCC visibility push(default)
namespace precipice {

/// One training run as it was seen: records every `record_every` steps and at the end.
struct Trace {
  std::vector<Record> records;
  std::vector<UpdateHistogram> histograms;  ///< of the records that keep one, by rising step
  std::vector<OperationCounts> counts;      ///< of the steps that were counted
  std::optional<std::int64_t> frozen_at;    ///< first of frozen_steps updates in a row without any gradient
  std::optional<std::int64_t> diverged_at;  ///< first recorded step with a loss or a norm that is not finite
  std::int64_t steps = 0;                   ///< updates made; fewer than asked for after freezing or divergence
  std::string state_digest;  ///< SHA-256 over the final parameters in exact text, whatever engine made them
  std::string engines;       ///< which ones computed it
  std::optional<Heritage> heritage = std::nullopt;  ///< of a run that began from a state
};

}  // namespace precipice
#pragma GCC visibility pop
