#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "precipice/diagnosis/operation_counts.hpp"
#include "precipice/diagnosis/record.hpp"
#include "precipice/diagnosis/updates.hpp"
#include "precipice/training/state.hpp"

namespace precipice {

/// A run in the middle, before its step is recorded: all that the rest of it depends on beside the experiment.
struct RunState {
  std::string data;    ///< content_digest of the data set
  std::string layout;  ///< layout_of the parameters
  State state;
  std::vector<Record> records;  ///< of the steps before, as what follows
  std::vector<UpdateHistogram> histograms = {};
  std::vector<OperationCounts> counts = {};

  /// Updates made. Throws FileError if the state does not say.
  [[nodiscard]] std::int64_t step() const;
};

}  // namespace precipice
