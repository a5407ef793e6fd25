#include "deadline.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace precipice {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr Seconds look_every{0.05};

bool is_set(const std::atomic<bool>* flag) { return flag != nullptr && flag->load(std::memory_order_relaxed); }

}  // namespace

Deadline::Deadline(std::optional<double> seconds, const std::atomic<bool>* other) {
  if (!seconds && other == nullptr) return;
  const Clock::time_point begin = Clock::now();
  watcher_ = std::jthread([this, seconds, other, begin](const std::stop_token& is_over) {
    std::mutex mutex;
    std::condition_variable_any sleep;
    std::unique_lock lock(mutex);
    while (!is_over.stop_requested()) {
      const Seconds left = seconds ? Seconds(*seconds) - Seconds(Clock::now() - begin) : look_every;
      if (left <= Seconds::zero() || is_set(other)) {
        flag_.store(true, std::memory_order_relaxed);
        return;
      }
      sleep.wait_for(lock, is_over, std::min(left, look_every), [] { return false; });
    }
  });
}

}  // namespace precipice
