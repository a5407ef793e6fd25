#include "precipice/cli/interruption.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

namespace precipice::cli {
namespace {

std::atomic<bool> interrupted{false}, interrupted_twice{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void on_signal(int signal) {
  interrupted.store(true, std::memory_order_relaxed);
  std::signal(signal, SIG_DFL);
}

/// From within a signal handler.
void say(std::string_view line) {
  const int saved = errno;
  static_cast<void>(!write(STDERR_FILENO, line.data(), line.size()));
  errno = saved;
}

void on_first_or_second(int signal) {
  if (!interrupted.exchange(true, std::memory_order_relaxed)) {
    say("\nprecipice: finishing the running cells; Ctrl-C again stops at once\n");
  } else if (signal == SIGINT) {
    interrupted_twice.store(true, std::memory_order_relaxed);
    std::signal(SIGINT, SIG_DFL);
  }
}

}  // namespace

const std::atomic<bool>& watch_for_interruption() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return interrupted;
}

Interruptions watch_for_interruptions() {
  std::signal(SIGINT, on_first_or_second);
  std::signal(SIGTERM, on_first_or_second);
  return {interrupted, interrupted_twice};
}

}  // namespace precipice::cli
