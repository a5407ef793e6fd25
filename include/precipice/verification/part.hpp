#pragma once

#include <atomic>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "precipice/format/error.hpp"
#include "precipice/sweep/progress.hpp"

namespace precipice::verification {

using Json = nlohmann::ordered_json;

/// How a verification runs; changes no result.
struct Course {
  std::size_t jobs = 1;
  const std::atomic<bool>* stop = nullptr;  ///< when it becomes true the work throws Interrupted
  Progress::Style style = Progress::Style::silent;

  /// Throws Interrupted.
  void stop_if_asked() const {
    if (stop != nullptr && stop->load(std::memory_order_relaxed)) throw Interrupted();
  }
};

/// `usual` takes minutes, `full` hours.
enum class Extent : std::uint8_t { usual, full };

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
