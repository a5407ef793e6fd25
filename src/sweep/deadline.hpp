#pragma once

#include <atomic>
#include <optional>
#include <thread>

namespace precipice {

/// A flag that becomes true once so many seconds have passed, by a clock that nobody sets, or another flag is true.
class Deadline {
 public:
  Deadline(std::optional<double> seconds, const std::atomic<bool>* other);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() = default;

  [[nodiscard]] const std::atomic<bool>& flag() const { return flag_; }
  [[nodiscard]] bool is_past() const { return flag_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> flag_{false};
  std::jthread watcher_;  ///< last: it uses the flag
};

}  // namespace precipice
