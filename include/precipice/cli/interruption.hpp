#pragma once

#include <atomic>

namespace precipice::cli {

/// Becomes true at the first Ctrl-C or SIGTERM after this call, so that long work can end in order; a second one ends
/// the process. The only state of the process that is not passed by hand: a signal handler takes no arguments.
const std::atomic<bool>& watch_for_interruption();

/// The same for work that can end in two ways.
struct Interruptions {
  const std::atomic<bool>& once;   ///< Ctrl-C or SIGTERM: finish what is running; standard error says so
  const std::atomic<bool>& twice;  ///< Ctrl-C again: stop now
};
/// After a second Ctrl-C a third one ends the process.
Interruptions watch_for_interruptions();

}  // namespace precipice::cli
