#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "precipice/format/error.hpp"
#include "precipice/sweep/progress.hpp"

namespace precipice::verification {

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

}  // namespace precipice::verification
